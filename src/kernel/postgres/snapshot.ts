import type { DataSource } from 'typeorm';
import { AS_LONG_AS_IT_ANSWERS } from './answer-watch.js';
import type { SessionClient } from './session-client.js';

/** Rows that are held in memory at a time. */
const PORTION = 2_000;

/**
 * The rows of a statement in portions, all of one moment, however long the consumer takes: a pager may stand still for an
 * hour.
 * @param statement a constant one, without parameters
 */
export async function* readInSnapshot<Row>(
  dataSource: DataSource,
  statement: string,
): AsyncGenerator<readonly Row[]> {
  const runner = dataSource.createQueryRunner('master');
  const client = (await runner.connect()) as SessionClient;
  const { answerLimit } = client;
  try {
    client.answerLimit = AS_LONG_AS_IT_ANSWERS;
    await runner.startTransaction('REPEATABLE READ');
    await runner.query(`set transaction read only`);
    await runner.query(`set local statement_timeout = 0`);
    await runner.query(`set local idle_in_transaction_session_timeout = '1h'`);
    await runner.query(`declare exported no scroll cursor for ${statement}`);
    for (;;) {
      const rows = (await runner.query(`fetch ${PORTION} from exported`)) as readonly Row[];
      if (rows.length === 0) break;
      yield rows;
    }
  } finally {
    // The transaction has changed nothing. If the connection is gone, so is the transaction.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    client.answerLimit = answerLimit;
    await runner.release();
  }
}
