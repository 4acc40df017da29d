import { Logger } from '@nestjs/common';

/** For how long a fault is taken to last after it was met. Then somebody has to try whether it is gone. */
const LASTS_MS = 5_000;

/**
 * SQLSTATEs that say that the database is not as the service needs it. No caller has brought that about; an operator has
 * to put it right, and may be about to: a backup is being put back, a standby takes over.
 */
const FAULTS = new Set([
  '0A000', // a table was made again, and a session's plan is for the old one
  '25006', // it takes no writes: a standby, or a server that protects its disk
  '26000', // a pooler has changed the session, and its prepared statements are gone
  '42P05', // likewise, and others' are there
  '3F000', // a schema is missing
  '42P01', // a table is missing
  '42703', // a column is missing
  '42883', // a function is missing
  '42501', // a right was revoked
  '55000', // it takes no connections
]);
/** Classes of them: a fault of the system, of its configuration, inside PostgreSQL or in its files. */
const CLASSES_OF_FAULTS = ['58', 'F0', 'XX'];

const logger = new Logger('Database');
let metAt = -Infinity;
let loggedAt = -Infinity;

/** Whether the database answers and is not as the service needs it. */
export function isDatabaseFault(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return false;
  return FAULTS.has(code) || CLASSES_OF_FAULTS.includes(code.slice(0, 2));
}

/** Remembers that a call has met it, and logs the reason. */
export function noteDatabaseFault(error: unknown): void {
  metAt = performance.now();
  logDatabaseFault(error);
}

/** Every few seconds at most, as long as it lasts. */
export function logDatabaseFault(error: unknown): void {
  const now = performance.now();
  if (now - loggedAt < LASTS_MS) return;
  loggedAt = now;
  const { code, message } = error as { code: string; message?: string };
  logger.warn(`The database is not as the service needs it: ${message ?? ''} (${code})`);
}

/** Whether a call has met a fault just now. */
export function hasDatabaseFault(): boolean {
  return performance.now() - metAt < LASTS_MS;
}
