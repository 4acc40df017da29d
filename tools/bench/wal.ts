import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Where the log of events and the write-ahead log ended at a moment. */
export interface Marks {
  readonly position: number;
  /** In bytes. */
  readonly wal: number;
}

/** What was written since. */
export interface Written {
  /** Transactions that allocated lines. */
  readonly commits: number;
  /** Of the whole server. */
  readonly walBytes: number;
}

const WAL = `pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8`;

export async function readMarks(database: pg.Client): Promise<Marks> {
  const { rows } = await database.query<Marks>(
    `select coalesce(max(position), 0)::int as position, ${WAL} as wal from event_log.event`,
  );
  return rows[0]!;
}

export async function writtenSince(database: pg.Client, { position, wal }: Marks): Promise<Written> {
  const { rows } = await database.query<Written>(
    `select count(distinct xmin::text)::int as commits, ${WAL} - $2 as "walBytes"
       from event_log.event where position > $1 and type = 'LineAllocated'`,
    [position, wal],
  );
  return rows[0]!;
}

/** The first version that counts them. */
const COUNTS_FLUSHES = 180_000;

/**
 * Flushes of the write-ahead log that the sessions of the server have reported. Each reports its own once a second at most, and
 * the last ones when it ends.
 * @returns null if the server is too old
 */
export async function reportedFlushes(database: pg.Client): Promise<number | null> {
  const version = await database.query<{ number: number }>(
    `select current_setting('server_version_num')::int as number`,
  );
  if (version.rows[0]!.number < COUNTS_FLUSHES) return null;
  const { rows } = await database.query<{ flushes: number }>(
    `select sum(fsyncs)::int as flushes from pg_stat_io where object = 'wal' and context = 'normal'`,
  );
  return rows[0]!.flushes;
}

/** Resolves once this session is the only one of its database. */
export async function othersEnded(database: pg.Client): Promise<void> {
  const isAlone = async () => {
    const { rows } = await database.query<{ isAlone: boolean }>(
      `select not exists (select from pg_stat_activity
                           where datname = current_database() and pid <> pg_backend_pid()) as "isAlone"`,
    );
    return rows[0]!.isAlone;
  };
  while (!(await isAlone())) await sleep(10);
}
