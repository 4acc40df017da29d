import type pg from 'pg';
import { APPEND_LOCK } from '../../src/kernel/event-log/positions.js';

/** What sessions of a database did at one moment. */
export interface Look {
  /** Whether a session has the lock under which events are appended, or waits for it. */
  readonly isLogLocked: boolean;
  /**
   * How many sessions with a transaction or a statement under way wait for what, as PostgreSQL calls it, such as
   * `Lock:transactionid`; '': for nothing.
   */
  readonly waits: Readonly<Record<string, number>>;
}

/** Takes the lock if nobody has it, until the statement ends: who wants to append waits for no longer. */
const IS_LOG_LOCKED = `select not pg_try_advisory_xact_lock_shared(${APPEND_LOCK}) as "isLogLocked"`;

const WAITS = `
  select coalesce(wait_event_type || ':' || wait_event, '') as wait, count(*)::int as sessions
    from pg_stat_activity
   where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'
   group by 1`;

/** At the other sessions of this database. */
export async function lookAtSessions(database: pg.Client): Promise<Look> {
  const locked = await database.query<Pick<Look, 'isLogLocked'>>(IS_LOG_LOCKED);
  const { rows } = await database.query<{ wait: string; sessions: number }>(WAITS);
  return {
    isLogLocked: locked.rows[0]!.isLogLocked,
    waits: Object.fromEntries(rows.map(({ wait, sessions }) => [wait, sessions])),
  };
}
