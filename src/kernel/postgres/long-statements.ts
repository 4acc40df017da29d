import type { QueryRunner } from 'typeorm';
import { AS_LONG_AS_IT_ANSWERS } from './answer-watch.js';
import { SessionClient } from './session-client.js';

const SET = `select pg_catalog.set_config('statement_timeout', $1, false), pg_catalog.set_config('lock_timeout', $2, false)`;

/**
 * Lets the statements of the work take as long as they need, as long as the server is alive. Afterwards the session has its
 * former limits.
 */
export async function withLongStatements<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const client = (await runner.connect()) as unknown;
  if (!(client instanceof SessionClient)) throw new TypeError('Not a session of ours.');
  const { answerLimit } = client;
  const [before] = (await runner.query(
    `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
  )) as [{ statement: string; lock: string }];
  client.answerLimit = AS_LONG_AS_IT_ANSWERS;
  try {
    await runner.query(SET, ['0', '15s']);
    return await work();
  } finally {
    // If this fails, the session is broken and is not used again.
    await runner.query(SET, [before.statement, before.lock]).catch(() => undefined);
    client.answerLimit = answerLimit;
  }
}
