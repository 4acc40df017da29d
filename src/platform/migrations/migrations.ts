import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { processActor, type Actor } from '../../kernel/cause/actor.js';
import { appendAudit, type AuditType } from '../../kernel/audit/audit.js';
import { migrationsOf, schemas, type Migration, type MigrationName } from './migration-files.js';
import {
  appliedIn,
  changedSince,
  MigrationChanged,
  rememberChecksums,
  type AppliedMigration,
} from './migration-history.js';
import { SessionClient } from '../../kernel/postgres/session-client.js';

/** The advisory lock under which one process at a time migrates. */
const MIGRATION_LOCK = 0x6d69_6772;
const BETWEEN_TRIES_MS = 100;

/**
 * - `applied`: as it stands in this version
 * - `missing`: not applied
 * - `changed`: applied, but this version has changed what it says
 * - `unknown`: applied by another version, which this one knows nothing of
 */
export type MigrationState = 'applied' | 'missing' | 'changed' | 'unknown';

/** There are no migrations of such a schema. */
export class UnknownSchema extends Error {
  constructor(schema: string, known: readonly string[]) {
    super(`There is no schema ${schema}: there are ${known.join(', ')}.`);
    this.name = 'UnknownSchema';
  }
}

/** Only the version that has brought a migration knows how to take it back. */
export class UnknownMigration extends Error {
  constructor({ schema, name }: MigrationName) {
    super(`${name}, the newest migration of ${schema}, is not of this version: take it back with its own.`);
    this.name = 'UnknownMigration';
  }
}

/**
 * Brings every schema up to date, and tells what was missing. Several processes may ask for it at once: one does
 * it, the others wait.
 * @throws {MigrationChanged} before anything is done
 */
export async function migrateUp(url: string, actor = processActor()): Promise<MigrationName[]> {
  const applied: MigrationName[] = [];
  await inMigration(url, async (session) => {
    const found = await standings(session);
    refuseChanged(found);
    for (const { schema, migrations, applied: before } of found) {
      const isUpToDate = migrations.every(({ name }) =>
        before.some((each) => each.name === name && each.checksum !== null),
      );
      if (isUpToDate) continue;
      await session.query(`create schema if not exists "${schema}"`);
      const done = await withHistory(url, schema, migrations, (history) =>
        history.runMigrations({ transaction: 'each' }),
      );
      await rememberChecksums(session, schema, migrations);
      applied.push(...done.map(({ name }) => ({ schema, name })));
    }
    await audit(session, 'migration-applied', actor, applied);
  });
  return applied;
}

/**
 * Takes back the newest migration of a schema; null where there is none.
 * @throws {UnknownSchema | UnknownMigration}
 */
export async function migrateDown(
  url: string,
  schema: string,
  actor = processActor(),
): Promise<MigrationName | null> {
  const known = await schemas();
  if (!known.includes(schema)) throw new UnknownSchema(schema, known);
  return inMigration(url, async (session) => {
    const newest = (await appliedIn(session, schema)).at(-1);
    if (newest === undefined) return null;
    const { name } = newest;
    const migrations = await migrationsOf(schema);
    if (!migrations.some((each) => each.name === name)) throw new UnknownMigration({ schema, name });
    await withHistory(url, schema, migrations, (history) =>
      history.undoLastMigration({ transaction: 'each' }),
    );
    await audit(session, 'migration-reverted', actor, [{ schema, name }]);
    return { schema, name };
  });
}

/** Every migration, in the order of its schema, and how it stands with this database. */
export async function migrationStatus(url: string): Promise<(MigrationName & { state: MigrationState })[]> {
  return inSession(url, async (session) => {
    const status: (MigrationName & { state: MigrationState })[] = [];
    for (const { schema, migrations, applied } of await standings(session)) {
      const changed = changedSince(migrations, applied);
      for (const migration of migrations) {
        const { name } = migration;
        const isApplied = applied.some((each) => each.name === name);
        const state = changed.includes(migration) ? 'changed' : isApplied ? 'applied' : 'missing';
        status.push({ schema, name, state });
      }
      const unknown = applied.filter(({ name }) => !migrations.some((each) => each.name === name));
      status.push(...unknown.map(({ name }) => ({ schema, name, state: 'unknown' as const })));
    }
    return status;
  });
}

/**
 * The schemas that are not up to date. Waits for whoever migrates at the moment, and writes nothing itself.
 * @throws {MigrationChanged}
 */
export async function schemasBehind(url: string): Promise<string[]> {
  return inMigration(url, async (session) => {
    const found = await standings(session);
    refuseChanged(found);
    const isBehind = ({ migrations, applied }: Standing) =>
      !migrations.every(({ name }) => applied.some((each) => each.name === name));
    return found.filter(isBehind).map(({ schema }) => schema);
  });
}

/** A schema, as this version and as the database has it. */
interface Standing {
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly applied: readonly AppliedMigration[];
}

async function standings(session: pg.Client): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const schema of await schemas()) {
    const migrations = await migrationsOf(schema);
    found.push({ schema, migrations, applied: await appliedIn(session, schema) });
  }
  return found;
}

function refuseChanged(found: readonly Standing[]): void {
  const changed = found.flatMap(({ migrations, applied }) => changedSince(migrations, applied));
  if (changed.length > 0) throw new MigrationChanged(changed);
}

/** Nobody has a word for what is done to the audit log itself before it is there, or once it is taken back. */
async function audit(
  session: pg.Client,
  type: AuditType,
  actor: Actor,
  migrations: readonly MigrationName[],
): Promise<void> {
  const { rows } = await session.query<{ isThere: boolean }>(
    `select to_regclass('access.audit') is not null as "isThere"`,
  );
  if (rows[0]?.isThere !== true) return;
  const entries = migrations.map(({ schema, name }) => ({ type, actor, subject: `${schema} ${name}` }));
  await appendAudit(session, ...entries);
}

/**
 * While nobody else migrates. The lock goes with the session, however that ends. It is asked for again and again: a statement
 * that waits for it would hold a snapshot, and whoever has the lock and builds an index concurrently would wait for that.
 */
export function inMigration<T>(url: string, work: (session: pg.Client) => Promise<T>): Promise<T> {
  return inSession(url, async (session) => {
    while (!(await takesLock(session))) await sleep(BETWEEN_TRIES_MS);
    return work(session);
  });
}

async function takesLock(session: pg.Client): Promise<boolean> {
  const { rows } = await session.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
    MIGRATION_LOCK,
  ]);
  return rows[0]!.isOurs;
}

async function inSession<T>(url: string, work: (session: pg.Client) => Promise<T>): Promise<T> {
  const session = new SessionClient({ connectionString: url, application_name: 'earmark migrations' });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

/** TypeORM's view of a schema, which makes the table of its history where there is none yet. */
async function withHistory<T>(
  url: string,
  schema: string,
  migrations: readonly Migration[],
  work: (history: DataSource) => Promise<T>,
): Promise<T> {
  const history = await new DataSource({
    type: 'postgres',
    url,
    schema,
    migrations: migrations.map(({ kind }) => kind),
    migrationsTableName: 'migration',
    poolSize: 1,
    extra: { Client: SessionClient },
  }).initialize();
  try {
    return await work(history);
  } finally {
    await history.destroy();
  }
}
