import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { backOff } from '../../kernel/lifecycle/back-off.js';
import type { Migration, MigrationName, Script } from './migration-files.js';
import { makeHistory, noteApplied, noteReverted } from './migration-history.js';

/**
 * Milliseconds that a migration waits for a lock. All who come after it wait behind it. PostgreSQL looks for deadlocks
 * after 1,000: before that the migration has given way, so that no transaction of a service is the victim.
 */
const LOCK_LIMIT_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** Milliseconds after which a migration that gets no locks says so. */
const QUIET_MS = 5_000;
/** Milliseconds after which a migration that gets no locks is given up. */
const PATIENCE_MS = 60_000;

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';

export class MigrationBlocked extends Error {
  constructor({ schema, name }: MigrationName, cause: unknown) {
    super(
      `Cannot migrate ${schema} ${name}: for a minute, other transactions have held locks that it needs. End those that ` +
        'pg_stat_activity shows, or try again when there is less to do: docs/upgrades.md',
      { cause },
    );
    this.name = 'MigrationBlocked';
  }
}

/**
 * Applies a migration and notes it in the history of its schema, in one transaction if it runs in one.
 * @param patienceMs for how long it may lose locks to others
 * @throws {MigrationBlocked}
 */
export function applyMigration(
  session: pg.Client,
  migration: Migration,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  return withLocks(migration, patienceMs, () =>
    run(session, migration.up, () => noteApplied(session, migration)),
  );
}

/** @throws {MigrationBlocked} */
export function revertMigration(session: pg.Client, migration: Migration): Promise<void> {
  return withLocks(migration, PATIENCE_MS, () =>
    run(session, migration.down, () => noteReverted(session, migration)),
  );
}

export function prepareSchema(session: pg.Client, schema: string): Promise<void> {
  return withLocks({ schema, name: 'history' }, PATIENCE_MS, () =>
    inTransaction(session, () => makeHistory(session, schema)),
  );
}

async function run(
  session: pg.Client,
  { sql, isInTransaction }: Script,
  note: () => Promise<void>,
): Promise<void> {
  if (isInTransaction) {
    await inTransaction(session, async () => {
      await session.query(sql);
      await note();
    });
    return;
  }
  // What is built concurrently waits with no one behind it; a limit would only make it begin again.
  for (const statement of statementsOf(sql)) await session.query(statement);
  await note();
}

/** Each ends with a `;` at the end of a line; those of a function's body, between two `$$`, end none. */
function statementsOf(sql: string): string[] {
  const statements = sql.match(/(?:\$\$[^]*?\$\$|;(?![ \t]*$)|[^;])+/gm) ?? [];
  return statements.filter((each) => each.trim() !== '');
}

async function inTransaction(session: pg.Client, work: () => Promise<void>): Promise<void> {
  await session.query('begin');
  try {
    await session.query(`select set_config('lock_timeout', $1, true)`, [String(LOCK_LIMIT_MS)]);
    await work();
    await session.query('commit');
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Runs the work again as long as it loses locks to others, after pauses in which these go on. */
async function withLocks(
  migration: MigrationName,
  patienceMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const start = performance.now();
  let isSaid = false;
  for (let attempt = 0; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK_DETECTED) throw error;
      const waited = performance.now() - start;
      if (waited > patienceMs) throw new MigrationBlocked(migration, error);
      if (waited > QUIET_MS && !isSaid) {
        const { schema, name } = migration;
        new Logger('Migrations').warn(`Waiting for other transactions to end: ${schema} ${name} needs locks`);
        isSaid = true;
      }
      await sleep(backOff(attempt, LOCK_LIMIT_MS, LONGEST_PAUSE_MS));
    }
  }
}
