import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { processActor } from '../cause/actor.js';
import { appendAudit } from '../audit/audit.js';
import type { EventLog } from '../event-log/event-log.js';
import { requireWhole } from '../event-log/pruned.js';
import { withLongStatements } from '../postgres/long-statements.js';
import { eventRelation } from './readers/event-relation.js';
import { registerCheckpoint, lockCheckpoint, advanceCheckpoint } from './readers/checkpoint.js';
import type { Projection, SubscriptionOptions } from './readers/subscription.js';

/** Positions that share a transaction at most. */
const SLICE = 10_000;
/** The table that is built: only this connection sees it, and it is gone with the connection. */
const BUILT = 'pg_temp.beside';

export interface RebuildProgress {
  readonly position: number;
  /** The position of the newest event so far. */
  readonly head: number;
}

/**
 * Rebuilds a read model from the event log without downtime: it is built in a table of its own, which then replaces the
 * rows of the read model in one transaction, so that nobody sees it empty or half done. Its reader waits for that
 * transaction only. Failed events are in it, and are not retried after that; discarded ones are left out.
 *
 * @returns the position of the newest event that is in it
 * @throws {LogPruned} if the log no longer has all events
 * @throws {UnknownEventVersion}
 */
export async function rebuild(
  dataSource: DataSource,
  log: EventLog,
  options: SubscriptionOptions,
  readModel: Projection,
  report: (progress: RebuildProgress) => void = () => undefined,
  actor = processActor(),
): Promise<number> {
  const runner = dataSource.createQueryRunner('master');
  const { manager } = runner;
  const { name } = options;
  let position = 0;

  const projectSlice = async (): Promise<boolean> => {
    const head = await log.head(manager);
    const upTo = Math.min(position + SLICE, head);
    const events = await eventRelation(manager, log, options, position, upTo, 'discarded');
    await readModel.project(manager, events, BUILT);
    position = upTo;
    report({ position, head });
    return upTo < head;
  };

  const build = async (): Promise<void> => {
    await registerCheckpoint(manager, name);
    await requireWhole(manager);
    await runner.query(`create temporary table beside (like ${readModel.table} including all)`);
    while (await inTransaction(runner, projectSlice));
    await inTransaction(runner, async () => {
      await lockCheckpoint(manager, name);
      await requireWhole(manager);
      while (await projectSlice());
      await replace(manager, readModel.table);
      await advanceCheckpoint(manager, name, position);
      await manager.query('delete from event_log.set_aside where subscription = $1', [name]);
      await appendAudit(manager, { type: 'read-model-rebuilt', actor, subject: name, details: { position } });
    });
  };

  try {
    await withLongStatements(runner, build);
    return position;
  } finally {
    await runner.query('drop table if exists pg_temp.beside').catch(() => undefined);
    await runner.release();
  }
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
