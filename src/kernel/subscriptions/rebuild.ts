import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { processActor, type Actor } from '../cause/actor.js';
import { appendAudit } from '../audit/audit.js';
import type { EventLog } from '../event-log/event-log.js';
import { requireWhole } from '../event-log/pruned.js';
import { withLongStatements } from '../postgres/long-statements.js';
import { eventRelation } from './readers/event-relation.js';
import { registerCheckpoint, lockCheckpoint, advanceCheckpoint } from './readers/checkpoint.js';
import type { Projection, SubscriptionOptions } from './readers/subscription.js';
import {
  lockRebuild,
  recordEnd,
  recordFailure,
  recordProgress,
  recordStart,
  unlockRebuild,
  type RebuildProgress,
} from './rebuild-record.js';

/** Positions that share a transaction at most. */
const SLICE = 10_000;
/** A cancellation that comes between two statements has no effect, and the next one may be long. */
const CANCEL_EVERY_MS = 100;
/** The table that is built: only this connection sees it, and it is gone with the connection. */
const BUILT = 'pg_temp.beside';

interface RebuildOptions {
  readonly report?: ((progress: RebuildProgress) => void) | undefined;
  readonly signal?: AbortSignal;
  readonly actor?: Actor | undefined;
}

/** A rebuild that is under way. */
export interface StartedRebuild {
  /** Resolves with the position of the newest event that is in the read model; rejects if it is unchanged. */
  readonly finished: Promise<number>;
}

/**
 * Rebuilds a read model from the event log without downtime: it is built in a table of its own, which then replaces the
 * rows of the read model in one transaction, so that nobody sees it empty or half done. Its reader waits for that
 * transaction only. Failed events are in it, and are not retried after that; discarded ones are left out.
 *
 * One process at a time rebuilds a read model. How far it is, everybody can see (`findRebuild`).
 *
 * @param options.report learns the progress after each portion; if it throws, the read model stays as it is
 * @param options.signal ends it without effect, also in the middle of a statement
 * @returns once it has begun
 * @throws {RebuildRunning}
 * @throws {LogPruned} if the log no longer has all events
 */
export async function startRebuild(
  dataSource: DataSource,
  log: EventLog,
  subscription: SubscriptionOptions,
  readModel: Projection,
  { report, signal, actor = processActor() }: RebuildOptions = {},
): Promise<StartedRebuild> {
  const runner = dataSource.createQueryRunner('master');
  const { manager } = runner;
  const { name } = subscription;
  let position = 0;

  const projectSlice = async (): Promise<boolean> => {
    const { head, upTo } = await log.sliceAfter(manager, position, SLICE);
    const events = await eventRelation(manager, log, subscription, position, upTo, 'discarded');
    await readModel.project(manager, events, BUILT);
    position = upTo;
    await recordProgress(manager, name, { position, head });
    signal?.throwIfAborted();
    report?.({ position, head });
    return upTo < head;
  };

  const build = async (): Promise<void> => {
    await runner.query(`create temporary table beside (like ${readModel.table} including all)`);
    while (await inTransaction(runner, projectSlice));
    await inTransaction(runner, async () => {
      await lockCheckpoint(manager, name);
      await requireWhole(manager);
      while (await projectSlice());
      await replace(manager, readModel.table);
      await advanceCheckpoint(manager, name, position);
      await manager.query('delete from event_log.set_aside where subscription = $1', [name]);
      await recordEnd(manager, name);
      await appendAudit(manager, { type: 'read-model-rebuilt', actor, subject: name, details: { position } });
    });
  };

  const end = async (): Promise<void> => {
    await runner.query('drop table if exists pg_temp.beside').catch(() => undefined);
    await unlockRebuild(manager, name).catch(() => undefined);
    await runner.release();
  };

  const finish = async (pid: number): Promise<number> => {
    let cancelling: NodeJS.Timeout | undefined;
    const cancel = () => {
      const send = () => void dataSource.query('select pg_cancel_backend($1)', [pid]).catch(() => undefined);
      cancelling = setInterval(send, CANCEL_EVERY_MS);
      send();
    };
    signal?.addEventListener('abort', cancel);
    try {
      signal?.throwIfAborted();
      await withLongStatements(runner, build);
      return position;
    } catch (error) {
      const reason: unknown = signal?.aborted ? signal.reason : error;
      await recordFailure(dataSource.manager, name, reason).catch(() => undefined);
      throw reason;
    } finally {
      signal?.removeEventListener('abort', cancel);
      clearInterval(cancelling);
      await end();
    }
  };

  let pid: number;
  try {
    pid = await lockRebuild(manager, name);
    await registerCheckpoint(manager, name);
    await requireWhole(manager);
    await recordStart(manager, name, await log.head(manager));
  } catch (error) {
    await end();
    throw error;
  }
  return { finished: finish(pid) };
}

/**
 * As `startRebuild`, and waits for the end.
 * @returns the position of the newest event that is in it
 * @throws {RebuildRunning | LogPruned | UnknownEventVersion}
 */
export async function rebuild(...args: Parameters<typeof startRebuild>): Promise<number> {
  const { finished } = await startRebuild(...args);
  return finished;
}

/** Other transactions see the old rows until the commit, and then the new ones: `truncate` would show them none. */
async function replace(manager: EntityManager, table: string): Promise<void> {
  await manager.query(`delete from ${table}`);
  await manager.query(`insert into ${table} select * from ${BUILT}`);
}

async function inTransaction<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  await runner.startTransaction();
  try {
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}
