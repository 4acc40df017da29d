import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { isConnectionLoss, PATIENCE_MS, retryTransient } from './retry.js';
import { type Transaction, Transactions } from '../domain/store.js';
import { isSilence } from './answer-watch.js';

const INVALID_PARAMETER = '22023';

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
      await runner.connect();
      // Not waited for: it goes in one packet with the first statements of the work, which spares a round trip.
      const begun = begin(runner);
      const result = await work(runner.manager);
      await begun;
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

  /**
   * A connection that is lost here leaves open whether the server has committed: it is asked. A transaction without
   * traces is taken for rolled back: it has told of nothing, and finds out what it had done when it is run again.
   */
  async #commit(runner: QueryRunner): Promise<void> {
    try {
      await runner.commitTransaction();
    } catch (error) {
      const traces = tracesOf.get(runner.manager);
      if (!isConnectionLoss(error) || !traces) throw error;
      // Who has waited for a silent server already waits for one attempt more.
      const patienceMs = isSilence(error) ? 0 : PATIENCE_MS;
      if (!(await this.#isCommitted(traces, patienceMs))) throw error;
    }
  }

  /**
   * A server that has crashed gives the ids again of which nothing had reached its disk: an id that is committed may
   * be another transaction's by now. So what the transaction has written has to be there as well.
   * @throws {Busy} when the server does not come back in time to tell
   */
  async #isCommitted({ transactionId, proof }: CommitProof, patienceMs: number): Promise<boolean> {
    return retryTransient(async () => {
      const status = await this.#statusOf(transactionId);
      if (status === 'in progress') throw new StillInProgress();
      if (status !== 'committed') return false;
      return (await this.#dataSource.query<unknown[]>(proof.sql, [...proof.values])).length > 0;
    }, patienceMs);
  }

  async #statusOf(transactionId: string): Promise<string | null> {
    try {
      const [row] = await this.#dataSource.query<{ status: string | null }[]>(
        'select pg_xact_status($1::xid8) as status',
        [transactionId],
      );
      return row!.status;
    } catch (error) {
      // The id is "in the future": after a crash the server has yet to give it again.
      if ((error as { code?: unknown }).code === INVALID_PARAMETER) return null;
      throw error;
    }
  }
}

/**
 * As the runner's `startTransaction`, except that the first statement may be sent before the answer is there. Where no
 * transaction could be begun, the runner takes no further statement: each would commit by itself.
 */
function begin(runner: QueryRunner): Promise<unknown> {
  Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  const begun = runner.query('BEGIN');
  begun.catch(() => runner.release());
  return begun;
}

/** TypeORM's view of a transaction that `TypeOrmTransactions` has begun. */
export function managerOf(tx: Transaction): EntityManager {
  if (!(tx instanceof EntityManager)) throw new TypeError('Not a transaction on a database.');
  return tx;
}

/** By what a transaction is known again whose commit was not answered. */
export interface CommitProof {
  /** As the server has it, `pg_current_xact_id()`. */
  readonly transactionId: string;
  /** Finds a row if what it has written is there. */
  readonly proof: { readonly sql: string; readonly values: readonly unknown[] };
}

const tracesOf = new WeakMap<Transaction, CommitProof>();

export function recordCommitProof(tx: Transaction, traces: CommitProof): void {
  tracesOf.set(tx, traces);
}

/** The old connection's server process has not noticed yet that nobody is there. */
class StillInProgress extends Error {
  readonly code = '40001';
}
