import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { isConnectionLoss, retryTransient } from '../unit-of-work/retry.js';
import type { Transaction } from '../domain/store.js';
import { Transactions } from '../unit-of-work/transactions.js';

@Injectable()
export class TypeOrmTransactions extends Transactions {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    super();
    this.#dataSource = dataSource;
  }

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.#dataSource.createQueryRunner('master');
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      await this.#commit(runner);
      return result;
    } catch (error) {
      // A transaction whose connection is gone is rolled back by the server.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** A connection that is lost here leaves open whether the server has committed: it is asked. */
  async #commit(runner: QueryRunner): Promise<void> {
    const id = ids.get(runner.manager) ?? (await transactionId(runner));
    try {
      await runner.commitTransaction();
    } catch (error) {
      if (!isConnectionLoss(error) || id === null) throw error;
      if (!(await this.#isCommitted(id))) throw error;
    }
  }

  /** @throws {Busy} when the server does not come back in time to tell */
  async #isCommitted(transactionId: string): Promise<boolean> {
    return retryTransient(async () => {
      const [row] = await this.#dataSource.query<{ status: string | null }[]>(
        'select pg_xact_status($1::xid8) as status',
        [transactionId],
      );
      if (row?.status === 'in progress') throw new StillInProgress();
      return row?.status === 'committed';
    });
  }
}

/** TypeORM's view of a transaction that `TypeOrmTransactions` has begun. */
export function managerOf(tx: Transaction): EntityManager {
  if (!(tx instanceof EntityManager)) throw new TypeError('Not a transaction on a database.');
  return tx;
}

/** The ids of transactions whose statements have brought them along, which spares asking for them. */
const ids = new WeakMap<Transaction, string>();

/** @param id as the server has it, `pg_current_xact_id()` */
export function noteTransactionId(tx: Transaction, id: string): void {
  ids.set(tx, id);
}

/** The server's id of the transaction, or null where it has written nothing. */
async function transactionId(runner: QueryRunner): Promise<string | null> {
  const [row] = (await runner.query('select pg_current_xact_id_if_assigned()::text as id')) as {
    id: string | null;
  }[];
  return row?.id ?? null;
}

/** The old connection's server process has not noticed yet that nobody is there. */
class StillInProgress extends Error {
  readonly code = '40001';
}
