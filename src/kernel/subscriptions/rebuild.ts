import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { processActor } from '../cause/actor.js';
import { appendAudit } from '../audit/audit.js';
import type { EventLog } from '../event-log/event-log.js';
import { requireWhole } from '../event-log/pruned.js';
import { withLongStatements } from '../postgres/long-statements.js';
import { eventRelation } from './readers/event-relation.js';
import { registerCheckpoint, lockCheckpoint, advanceCheckpoint } from './readers/checkpoint.js';
import type { Projection, SubscriptionOptions } from './readers/subscription.js';

/** Positions that share a transaction. */
const STRETCH = 10_000;
/** Seen by the connection that builds it alone, and gone with it, whatever dies. */
const BESIDE = 'pg_temp.beside';

/** How a rebuild is getting on. */
export interface Rebuilding {
  readonly position: number;
  /** Of the newest event when it was last looked at. */
  readonly head: number;
}

/**
 * Makes a read model anew from the log, while it is read and followed: it is built beside, and then takes the place
 * of what is there in one transaction, so that nobody ever sees it empty or half done. Its reader waits for that
 * transaction alone. Events that were set aside are in it and are done with; those that an operator has discarded
 * are left out.
 *
 * @returns the position of the newest event that is in it
 * @throws {LogPruned} where the log no longer has all that the read model was made from
 * @throws {UnknownEventVersion}
 */
export async function rebuild(
  dataSource: DataSource,
  log: EventLog,
  options: SubscriptionOptions,
  readModel: Projection,
  report: (rebuilding: Rebuilding) => void = () => undefined,
  actor = processActor(),
): Promise<number> {
  const runner = dataSource.createQueryRunner('master');
  const { manager } = runner;
  const { name } = options;
  let position = 0;

  const take = async (): Promise<boolean> => {
    const head = await log.head(manager);
    const upTo = Math.min(position + STRETCH, head);
    const events = await eventRelation(manager, log, options, position, upTo, 'discarded');
    await readModel.project(manager, events, BESIDE);
    position = upTo;
    report({ position, head });
    return upTo < head;
  };

  const build = async (): Promise<void> => {
    await registerCheckpoint(manager, name);
    await requireWhole(manager);
    await runner.query(`create temporary table beside (like ${readModel.table} including all)`);
    while (await inTransaction(runner, take));
    await inTransaction(runner, async () => {
      await lockCheckpoint(manager, name);
      await requireWhole(manager);
      while (await take());
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

/** Whoever reads meanwhile sees the old rows until the commit, and then the new ones: `truncate` would show none. */
async function replace(manager: EntityManager, table: string): Promise<void> {
  await manager.query(`delete from ${table}`);
  await manager.query(`insert into ${table} select * from ${BESIDE}`);
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
