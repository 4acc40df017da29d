import type pg from 'pg';
import { EntityManager, type DataSource } from 'typeorm';
import { settleAll } from '../domain/settle-all.js';
import type { Transaction } from '../domain/store.js';
import { AS_LONG_AS_IT_ANSWERS } from './answer-watch.js';
import type { SessionClient } from './session-client.js';

/** Rows that are held in memory at a time. */
const PORTION = 2_000;

/**
 * The rows of a statement in portions, all of one moment, however long the consumer takes: a pager may stand still for an
 * hour.
 * @param statement a constant one
 */
export async function* readInSnapshot<Row>(
  dataSource: DataSource,
  statement: string,
  parameters: readonly unknown[] = [],
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
    await runner.query(`declare exported no scroll cursor for ${statement}`, [...parameters]);
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

/** What statements are sent to: a transaction that may write, or a snapshot. */
export type Queryable = Pick<EntityManager, 'query'>;

/** A transaction under way that only reads, all of one moment. */
export class Snapshot implements Queryable {
  constructor(private readonly client: pg.ClientBase) {}

  async query<Rows>(statement: string, parameters: unknown[] = []): Promise<Rows> {
    const { rows } = await this.client.query(statement, parameters);
    return rows as Rows;
  }
}

/** What to read from in the transaction, and whether what is read has to be locked. */
export function readerOf(tx: Transaction): { readonly reader: Queryable; readonly locks: boolean } {
  if (tx instanceof Snapshot) return { reader: tx, locks: false };
  if (tx instanceof EntityManager) return { reader: tx, locks: true };
  throw new TypeError('Not a transaction on a database.');
}

/** Runs the work in a transaction that only reads, all of one moment. */
export async function inSnapshot<T>(
  client: pg.ClientBase,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  // Not awaited: it goes in one packet with the first statements of the work, which saves a round trip.
  const begun = client.query('begin isolation level repeatable read, read only');
  try {
    const [, result] = await settleAll(begun, work(new Snapshot(client)));
    return result;
  } finally {
    // The transaction has changed nothing. If the connection is gone, so is the transaction.
    await client.query('rollback').catch(() => undefined);
  }
}
