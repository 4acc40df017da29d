import { setTimeout as wait } from 'node:timers/promises';
import { Busy } from '../domain/errors.js';
import { ConcurrentChange } from '../domain/store.js';
import { backOff } from '../lifecycle/back-off.js';
import { isDatabaseFault, isDiskFull, noteDatabaseFault } from './database-fault.js';
import { metrics, RETRIED } from '../metrics/instruments.js';

/** How long contention is retried before the caller gets `Busy`. */
export const PATIENCE_MS = 5_000;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const LOCK_NOT_AVAILABLE = '55P03';
/** As a rule by `statement_timeout`: the server is too slow. */
const QUERY_CANCELED = '57014';

const REASONS = new Map<unknown, { reason: string }>([
  [SERIALIZATION_FAILURE, RETRIED.serialization],
  [DEADLOCK_DETECTED, RETRIED.deadlock],
  [LOCK_NOT_AVAILABLE, RETRIED.lock],
]);

const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  '57P01', // the server is shutting down
  '57P02', // the server has crashed
  '57P03', // the server is still starting
  '57P04', // the database is dropped
  '57P05', // idle for too long
  '3D000', // there is no such database: it may be being restored
  '28000', // we are not let in
  '28P01', // our password has been changed
  '25P03', // idle in a transaction for too long: our process was stopped in the middle of it
]);

const SESSION_LOST = new Set<unknown>(['ECONNRESET', 'EPIPE', '57P01', '57P02', '57P05']);

/** Whether the connection to the database was lost or could not be made. */
export function isConnectionLoss(error: unknown): boolean {
  const { code, message, syscall } = (error ?? {}) as Partial<
    Record<'code' | 'message' | 'syscall', unknown>
  >;
  // A PostgreSQL that is down has no Unix socket; one that is stopped accepts no more connections on it.
  if ((code === 'ENOENT' || code === 'EAGAIN') && syscall === 'connect') return true;
  if (typeof code === 'string') return CONNECTION_LOST.has(code) || code.startsWith('08');
  // "Already released" is what TypeORM says of a session that has ended while it was idle.
  return (
    typeof message === 'string' &&
    /Connection terminated|timeout expired|timeout exceeded when trying to connect|not queryable|already released/.test(
      message,
    )
  );
}

/** Whether a session was lost that had been there, so that a new one may work. */
export function isSessionLoss(error: unknown): boolean {
  const { code, message } = (error ?? {}) as Partial<Record<'code' | 'message', unknown>>;
  return (
    SESSION_LOST.has(code) ||
    (typeof message === 'string' && /Connection terminated unexpectedly|not queryable/.test(message))
  );
}

/** Whether no work on the database can succeed now: it is away, or is not as the service needs it. */
export function isUnavailable(error: unknown): boolean {
  return isConnectionLoss(error) || isDatabaseFault(error);
}

/**
 * Whether the same work may succeed if it is run again from the start: after a lost race or a deadlock, or with a database
 * that was away, whose disk was full, or that an operator has to put right.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConcurrentChange || isUnavailable(error)) return true;
  const { code } = (error ?? {}) as { code?: unknown };
  return (
    code === SERIALIZATION_FAILURE ||
    code === DEADLOCK_DETECTED ||
    code === LOCK_NOT_AVAILABLE ||
    code === QUERY_CANCELED ||
    // Insufficient resources: disk, memory, connections.
    (typeof code === 'string' && code.startsWith('53'))
  );
}

/**
 * It is not known yet whether a transaction has committed, or it has, and the standby for which commits wait has yet to get it. To
 * find that out may be tried again; the work of the transaction must not be run again meanwhile.
 */
export class CommitInDoubt extends Error {
  readonly code = SERIALIZATION_FAILURE;
}

/**
 * Runs the work until it succeeds or fails for good: once at least, and again for as long as the patience lasts.
 * @throws {Busy} if it still fails for a transient reason, its `cause`, after that. Nothing has changed then, unless a
 *   commit is in doubt: see `Busy`
 */
export async function retryTransient<T>(work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (isDatabaseFault(error)) noteDatabaseFault(error);
      const pause = backOff(attempt);
      if (performance.now() + pause > deadline) {
        metrics.givenUp.add(1, labelsOf(error));
        throw busyBecauseOf(error);
      }
      metrics.retries.add(1, labelsOf(error));
      await wait(pause);
    }
  }
}

function labelsOf(error: unknown): { reason: string } {
  if (error instanceof ConcurrentChange) return RETRIED.conflict;
  if (isConnectionLoss(error)) return RETRIED.connection;
  if (isDatabaseFault(error) && !isDiskFull(error)) return RETRIED.fault;
  return REASONS.get((error as { code?: unknown }).code) ?? RETRIED.resources;
}

function busyBecauseOf(cause: unknown): Busy {
  return Object.assign(new Busy(`${reasonFor(cause)}; retry shortly.`), { cause });
}

function reasonFor(cause: unknown): string {
  if (cause instanceof CommitInDoubt) return 'It is not certain yet that the change is kept';
  if (isConnectionLoss(cause)) return 'The database cannot be reached';
  if (isDiskFull(cause)) return 'The disk of the database is full';
  if (isDatabaseFault(cause)) return 'The service cannot use its database';
  return 'Too much contention';
}
