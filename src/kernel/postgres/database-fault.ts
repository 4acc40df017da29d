import { Logger } from '@nestjs/common';

/** How long a fault is assumed to last after a call has met it. After that, another call has to try. */
const LASTS_MS = 5_000;

/**
 * SQLSTATEs of a database that is not as the service needs it. No caller can cause them; an operator has to put it right,
 * and may be about to: a backup is being restored, a standby takes over.
 */
const FAULTS = new Set([
  '0A000', // a table was recreated, and a session's plan is for the old one
  '25006', // it is read-only: a standby, or a server that protects its disk
  '26000', // a pooler has changed the session, and its prepared statements are gone
  '42P05', // likewise, and those of others are there
  '3F000', // a schema is missing
  '42P01', // a table is missing
  '42703', // a column is missing
  '42883', // a function is missing
  '42501', // a right was revoked
  '55000', // it accepts no connections
]);
/** Classes of such SQLSTATEs: faults of the system, of its configuration, of PostgreSQL itself or of its files. */
const CLASSES_OF_FAULTS = ['58', 'F0', 'XX'];

const DISK_FULL = '53100';
/** Milliseconds between two lines of the log about a full disk. */
const DISK_LINE_MS = 60_000;

const logger = new Logger('Database');
let metAt = -Infinity;
let loggedAt = -Infinity;
let isFull = false;
let fullLoggedAt = -Infinity;

/** Whether the database answers, but is not as the service needs it. */
export function isDatabaseFault(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return false;
  return FAULTS.has(code) || code === DISK_FULL || CLASSES_OF_FAULTS.includes(code.slice(0, 2));
}

/** Remembers that a call has met it, and logs the reason. */
export function noteDatabaseFault(error: unknown): void {
  if (isDiskFull(error)) return noteFullDisk();
  metAt = performance.now();
  logDatabaseFault(error);
}

/** Logs the fault, every few seconds at most. */
export function logDatabaseFault(error: unknown): void {
  if (isDiskFull(error)) return noteFullDisk();
  const now = performance.now();
  if (now - loggedAt < LASTS_MS) return;
  loggedAt = now;
  const { code, message } = error as { code: string; message?: string };
  logger.warn(`The service cannot use its database: ${message ?? ''} (${code})`);
}

/** Whether a call has met a fault in the last few seconds. */
export function hasDatabaseFault(): boolean {
  return performance.now() - metAt < LASTS_MS;
}

export function isDiskFull(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === DISK_FULL;
}

/** Remembers that the disk of the database is full until `noteSpace`, and logs it once a minute at most. */
export function noteFullDisk(): void {
  const now = performance.now();
  if (!isFull || now - fullLoggedAt >= DISK_LINE_MS) {
    logger.warn('The disk of the database is full: writes are answered 503 until there is space.');
    fullLoggedAt = now;
  }
  isFull = true;
}

/** A write that takes space has succeeded. */
export function noteSpace(): void {
  if (isFull) logger.log('The disk of the database has space again.');
  isFull = false;
}

/** Whether the disk was full when something was last written. */
export function hasFullDisk(): boolean {
  return isFull;
}

/** Takes some 700 KB for a moment, since a table has room for a few more rows when the disk is full. */
const TAKE_SPACE = `
  create temporary table space on commit drop as
    select number from pg_catalog.generate_series(1, 20000) as number`;

/**
 * Whether the disk of the database is full. Once a write has failed for that, this tries whether there is space again,
 * since no call may write for hours.
 * @param run runs a statement in a transaction of its own
 * @throws any other error of the database
 */
export async function isDiskStillFull(run: (statement: string) => Promise<unknown>): Promise<boolean> {
  if (!hasFullDisk()) return false;
  try {
    await run(TAKE_SPACE);
    noteSpace();
    return false;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    noteFullDisk();
    return true;
  }
}
