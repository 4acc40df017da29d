import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { isConnectionLoss, PATIENCE_MS, retryTransient } from './retry.js';
import { type Transaction, Transactions } from '../domain/store.js';
import { isSilence } from './answer-watch.js';
import { PreparedStatementClient } from './prepared-statement-client.js';
import { Replicas } from './replicas.js';

const INVALID_PARAMETER = '22023';

/** A transaction that changes nothing and has something to write all the same: without that, its commit would not wait. */
const WRITE_MARK = `select pg_logical_emit_message(true, 'earmark', '')`;

@Injectable()
export class TypeOrmTransactions extends Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly replicas: Replicas = new Replicas(dataSource, []),
  ) {
    super();
  }

  async snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.replicas.inSnapshot(work);
  }

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      await runner.connect();
      // Not awaited: it goes in one packet with the first statements of the work, which saves a round trip.
      const begun = begin(runner);
      const result = await work(runner.manager);
      await begun;
      await this.#commit(runner);
      return result;
    } catch (error) {
      // If the connection is gone, the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      for (const forget of notCommitted.get(runner.manager) ?? []) forget();
      throw error;
    } finally {
      await runner.release();
    }
  }

  /**
   * If the connection is lost here, the server is asked whether it has committed. A transaction without a proof counts as
   * rolled back: it has appended no event, and finds what it did when it is run again.
   * @throws {Busy} also if it is committed, and a synchronous standby that has to have it does not get it in time
   */
  async #commit(runner: QueryRunner): Promise<void> {
    try {
      await runner.commitTransaction();
      if (takeStandbyIsBehind(await runner.connect())) await this.#untilStandbyHasIt(PATIENCE_MS);
    } catch (error) {
      const proof = commitProofs.get(runner.manager);
      if (!isConnectionLoss(error) || !proof) throw error;
      // A caller that has already waited for a silent server waits for one more attempt.
      const patienceMs = isSilence(error) ? 0 : PATIENCE_MS;
      if (!(await this.#isCommitted(proof, patienceMs))) throw error;
    }
  }

  /**
   * A server that has crashed reuses ids of which nothing had reached its disk: a committed id may be that of another
   * transaction by now. So what the transaction has written has to be there as well.
   * @throws {Busy} if the server does not come back in time
   */
  async #isCommitted({ transactionId, proof }: CommitProof, patienceMs: number): Promise<boolean> {
    const isThere = await retryTransient(async () => {
      const status = await this.#statusOf(transactionId);
      if (status === 'in progress') throw new StillInProgress();
      if (status !== 'committed') return false;
      return (await this.dataSource.query<unknown[]>(proof.sql, [...proof.values])).length > 0;
    }, patienceMs);
    if (isThere) await this.#untilStandbyHasIt(patienceMs);
    return isThere;
  }

  /**
   * PostgreSQL shows a transaction whose wait for a synchronous standby was broken off: its session was ended, or the server
   * has crashed. A commit behind it waits for all that is before it.
   * @throws {Busy} if that takes too long
   */
  async #untilStandbyHasIt(patienceMs: number): Promise<void> {
    await retryTransient(async () => {
      const runner = this.dataSource.createQueryRunner('master');
      try {
        const session: unknown = await runner.connect();
        await runner.query(WRITE_MARK);
        if (takeStandbyIsBehind(session)) throw new StillInProgress();
      } finally {
        await runner.release();
      }
    }, patienceMs);
  }

  async #statusOf(transactionId: string): Promise<string | null> {
    try {
      const [row] = await this.dataSource.query<{ status: string | null }[]>(
        'select pg_xact_status($1::xid8) as status',
        [transactionId],
      );
      return row!.status;
    } catch (error) {
      // The id is "in the future": the server has crashed and not reused it yet.
      if ((error as { code?: unknown }).code === INVALID_PARAMETER) return null;
      throw error;
    }
  }
}

/**
 * As the runner's `startTransaction`, except that the next statement may be sent before the answer is there. If no
 * transaction could be begun, the runner takes no more statements, since each would commit by itself.
 */
function begin(runner: QueryRunner): Promise<unknown> {
  Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  const begun = runner.query('BEGIN');
  begun.catch(() => runner.release());
  return begun;
}

const takeStandbyIsBehind = (session: unknown) =>
  session instanceof PreparedStatementClient && session.takeStandbyIsBehind();

/** TypeORM's view of a transaction that `TypeOrmTransactions` has begun. */
export function managerOf(tx: Transaction): EntityManager {
  if (!(tx instanceof EntityManager)) throw new TypeError('Not a transaction on a database.');
  return tx;
}

/** How to find out whether a transaction has committed whose answer was lost. */
export interface CommitProof {
  /** Its `pg_current_xact_id()`. */
  readonly transactionId: string;
  /** Finds a row if what the transaction has written is there. */
  readonly proof: { readonly sql: string; readonly values: readonly unknown[] };
}

const commitProofs = new WeakMap<Transaction, CommitProof>();

export function recordCommitProof(tx: Transaction, proof: CommitProof): void {
  commitProofs.set(tx, proof);
}

const notCommitted = new WeakMap<Transaction, (() => void)[]>();

/** Calls back once the transaction has failed, or it could not be found out whether it has committed. */
export function ifNotCommitted(tx: Transaction, callback: () => void): void {
  const callbacks = notCommitted.get(tx);
  if (callbacks) callbacks.push(callback);
  else notCommitted.set(tx, [callback]);
}

/** The server process of the lost connection has not noticed yet that its client is gone. */
class StillInProgress extends Error {
  readonly code = '40001';
}
