import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { CommitInDoubt, isConnectionLoss, PATIENCE_MS, retryTransient } from './retry.js';
import { type Transaction, Transactions } from '../domain/store.js';
import { isSilence } from './answer-watch.js';
import { PreparedStatementClient } from './prepared-statement-client.js';
import { Replicas } from './replicas.js';

const INVALID_PARAMETER = '22023';

/** Writes a record and changes no data, so that its commit waits. */
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
      const session: unknown = await runner.connect();
      // Not awaited: it goes in one packet with the first statements of the work, which saves a round trip.
      const begun = begin(runner);
      const result = await work(runner.manager);
      await begun;
      await this.#commit(runner, session);
      return result;
    } catch (error) {
      // If the connection is gone, the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      callBack(runner.manager);
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
  async #commit(runner: QueryRunner, session: unknown): Promise<void> {
    try {
      // One that others have left on this session says nothing about this commit.
      takeMissedStandby(session);
      await runner.commitTransaction();
      if (takeMissedStandby(session)) await this.#untilStandbyHasIt(PATIENCE_MS, runner);
    } catch (error) {
      const proof = commitProofs.get(runner.manager);
      if (!isConnectionLoss(error) || !proof) throw error;
      // Nobody may build on it while that is found out.
      callBack(runner.manager);
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
      if (status === 'in progress') throw new CommitInDoubt();
      if (status !== 'committed') return false;
      return (await this.dataSource.query<unknown[]>(proof.sql, [...proof.values])).length > 0;
    }, patienceMs);
    if (isThere) await this.#untilStandbyHasIt(patienceMs);
    return isThere;
  }

  /**
   * PostgreSQL shows a transaction whose wait for a synchronous standby was broken off: its session was ended, or the server
   * has crashed. A commit behind it waits for all that is before it.
   * @param own has a session, which is taken as long as it is there: if each took another one, all could wait for each other
   * @throws {Busy} if that takes too long
   */
  async #untilStandbyHasIt(patienceMs: number, own?: QueryRunner): Promise<void> {
    await retryTransient(async () => {
      const runner = own ?? this.dataSource.createQueryRunner('master');
      try {
        const session: unknown = await runner.connect();
        takeMissedStandby(session);
        await runner.query(WRITE_MARK);
        if (takeMissedStandby(session)) throw new CommitInDoubt();
      } catch (error) {
        if (isConnectionLoss(error)) own = undefined;
        throw error;
      } finally {
        if (runner !== own) await runner.release();
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

const takeMissedStandby = (session: unknown) =>
  session instanceof PreparedStatementClient && session.takeMissedStandby();

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

const callbacks = new WeakMap<Transaction, (() => void)[]>();

/**
 * Calls back when the transaction has failed, or the answer to its commit is lost: it may have committed then. The callback may be
 * called twice.
 */
export function ifFailedOrInDoubt(tx: Transaction, callback: () => void): void {
  const itsCallbacks = callbacks.get(tx);
  if (itsCallbacks) itsCallbacks.push(callback);
  else callbacks.set(tx, [callback]);
}

function callBack(tx: Transaction): void {
  for (const callback of callbacks.get(tx) ?? []) callback();
}
