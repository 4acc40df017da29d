import type { EntityManager } from 'typeorm';
import { SESSIONS_OF_0_1 } from '../postgres/data-source.js';

/** The advisory lock under which positions are given out. */
export const APPEND_LOCK = 0x6561_726d;

/** As SQL, the positions that a transaction has reserved first and not written yet; null: there are none. */
export const FIRST_RESERVED = `(select min(first) from event_log.reserved)`;

/**
 * As SQL, whether an event may be read: every event before it is there, or never will be. A reader who sees an event behind a
 * reserved range sees the range as well, until the transaction that has reserved it ends.
 */
export const IS_SETTLED = `position < coalesce(${FIRST_RESERVED}, ${Number.MAX_SAFE_INTEGER})`;

/** A transaction that appends. */
interface Writer {
  readonly transactionId: string;
  /**
   * Whether processes of version 0.1 have sessions in the database: they read the log without regard to what is reserved. To be
   * removed with the upgrade from 0.1.
   */
  readonly isBesideOldReaders: boolean;
}

export async function readWriter(manager: EntityManager): Promise<Writer> {
  const [writer] = await manager.query<[Writer]>(
    `select pg_current_xact_id()::text as "transactionId",
            exists (select from pg_stat_activity
                     where datname = current_database() and application_name = $1) as "isBesideOldReaders"`,
    [SESSIONS_OF_0_1],
  );
  return writer;
}

/**
 * Reserves the next positions in a transaction of its own, so that others can append behind them at once.
 * @param manager of no transaction
 * @param writer the id of the transaction that will write them, and deletes the range in the same transaction
 * @returns the first of them
 */
export async function reservePositions(
  manager: EntityManager,
  count: number,
  writer: string,
): Promise<number> {
  // One statement, so that the lock is held for one commit and for no round trip. It is taken before the first position is.
  const [row] = await manager.query<{ first: number }[]>(
    `with locked as materialized (select pg_advisory_xact_lock($1))
     insert into event_log.reserved (first, last, writer)
     select min(position), max(position), $3::xid8
       from (select nextval((select pg_get_serial_sequence('event_log.event', 'position')::regclass)) as position
               from generate_series(1, (select $2::int from locked))) as taken
     returning first`,
    [APPEND_LOCK, count, writer],
  );
  return row!.first;
}

/** To be called in the transaction that has written them: they are read once it is committed. */
export async function settlePositions(manager: EntityManager, first: number): Promise<void> {
  await manager.query('delete from event_log.reserved where first = $1', [first]);
}

/**
 * Deletes the ranges whose transactions have ended without writing them: they were rolled back, or their process or the
 * server has crashed. A transaction holds a lock on its own id until it has ended.
 */
export async function deleteAbandonedRanges(manager: EntityManager): Promise<void> {
  await manager.query(
    `delete from event_log.reserved
      where not exists (select from pg_locks
                         where locktype = 'transactionid' and transactionid = writer::xid
                           and mode = 'ExclusiveLock' and granted)`,
  );
}
