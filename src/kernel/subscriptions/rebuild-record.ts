import type { EntityManager } from 'typeorm';
import { DomainError } from '../domain/errors.js';
import { explainProblem } from '../domain/problem-texts.js';

/** With the hash of the subscription's name, the advisory lock that who rebuilds its read model holds. */
const REBUILD_LOCK = 0x7265_6275;

const LONGEST_ERROR = 1_000;

/** An advisory lock is a signed number where it is asked for, and an unsigned one in the list of locks. */
const HELD = `
  select exists (select from pg_catalog.pg_locks
    where locktype = 'advisory' and granted and objsubid = 2 and classid::bigint = $2
      and objid::bigint = hashtext($1)::bigint & 4294967295
      and database = (select oid from pg_catalog.pg_database where datname = current_database())) as "isHeld"`;

export interface RebuildProgress {
  readonly position: number;
  /** The position of the newest event so far. */
  readonly head: number;
}

/** The last rebuild of a read model. */
export interface RebuildAnswer extends RebuildProgress {
  readonly subscription: string;
  readonly state: 'running' | 'done' | 'failed';
  /** Why it failed. */
  readonly error: string | null;
  readonly startedAt: Date;
  /** null while it runs, and if its process was killed. */
  readonly endedAt: Date | null;
}

export class RebuildRunning extends DomainError {
  readonly code = 'rebuild-running';
  readonly kind = 'conflict';

  constructor(subscription: string) {
    super(`${subscription} is being rebuilt already.`, { subscription });
  }
}

explainProblem('rebuild-running', {
  meaning: 'The read model is already being rebuilt, by this process or another one.',
  action: 'Wait until that rebuild has ended; `GET /v1/subscriptions/{name}/rebuild` shows its progress.',
  repetition: 'later',
});

/** Nobody has rebuilt it yet. */
export class NeverRebuilt extends DomainError {
  readonly code = 'never-rebuilt';
  readonly kind = 'not-found';

  constructor(subscription: string) {
    super(`${subscription} was never rebuilt.`, { subscription });
  }
}

explainProblem('never-rebuilt', {
  meaning: 'This read model was never rebuilt, so there is no progress to show.',
  action: 'Check the name, or start a rebuild.',
  repetition: 'after-change',
});

/**
 * Holds off other rebuilds of it until `unlockRebuild`, or the end of the connection.
 * @returns the id of the connection in PostgreSQL
 * @throws {RebuildRunning}
 */
export async function lockRebuild(manager: EntityManager, subscription: string): Promise<number> {
  const [row] = await manager.query<{ isOurs: boolean; pid: number }[]>(
    'select pg_try_advisory_lock($2, hashtext($1)) as "isOurs", pg_backend_pid() as pid',
    [subscription, REBUILD_LOCK],
  );
  if (!row!.isOurs) throw new RebuildRunning(subscription);
  return row!.pid;
}

/** Releases the lock if this connection holds it. */
export async function unlockRebuild(manager: EntityManager, subscription: string): Promise<void> {
  await manager.query('select pg_advisory_unlock($2, hashtext($1))', [subscription, REBUILD_LOCK]);
}

export async function recordStart(manager: EntityManager, subscription: string, head: number): Promise<void> {
  await manager.query(
    `insert into event_log.rebuild (subscription, state, head) values ($1, 'running', $2)
     on conflict (subscription) do update
       set state = 'running', position = 0, head = excluded.head, error = null, started_at = now(), ended_at = null`,
    [subscription, head],
  );
}

/** For others to see once the transaction commits. */
export async function recordProgress(
  manager: EntityManager,
  subscription: string,
  { position, head }: RebuildProgress,
): Promise<void> {
  await manager.query('update event_log.rebuild set position = $2, head = $3 where subscription = $1', [
    subscription,
    position,
    head,
  ]);
}

export async function recordEnd(manager: EntityManager, subscription: string): Promise<void> {
  await manager.query(
    `update event_log.rebuild set state = 'done', ended_at = clock_timestamp() where subscription = $1`,
    [subscription],
  );
}

export async function recordFailure(
  manager: EntityManager,
  subscription: string,
  error: unknown,
): Promise<void> {
  const reason = String(error).replaceAll('\0', '').slice(0, LONGEST_ERROR);
  await manager.query(
    `update event_log.rebuild set state = 'failed', error = $2, ended_at = now()
      where subscription = $1 and state = 'running'`,
    [subscription, reason],
  );
}

/**
 * How far the last rebuild of a read model is, in whichever process, or how it has ended.
 * @throws {NeverRebuilt}
 */
export async function findRebuild(manager: EntityManager, subscription: string): Promise<RebuildAnswer> {
  const isHeld = async (): Promise<boolean> => {
    const [row] = await manager.query<{ isHeld: boolean }[]>(HELD, [subscription, REBUILD_LOCK]);
    return row!.isHeld;
  };
  // Before the record, since the lock ends after it is written; and again after it, since one may have begun in between.
  const wasHeld = await isHeld();
  const [found] = await manager.query<RebuildAnswer[]>(
    `select subscription, state, position, head, error, started_at as "startedAt", ended_at as "endedAt"
       from event_log.rebuild where subscription = $1`,
    [subscription],
  );
  if (!found) throw new NeverRebuilt(subscription);
  if (found.state !== 'running' || wasHeld || (await isHeld())) return found;
  return { ...found, state: 'failed', error: 'The process that ran the rebuild has ended.' };
}
