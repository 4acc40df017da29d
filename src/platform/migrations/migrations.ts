import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { processActor, type Actor } from '../../kernel/cause/actor.js';
import { appendAudit, type AuditType } from '../../kernel/audit/audit.js';
import { migrationsOf, schemas, type Migration, type MigrationName } from './migration-files.js';
import {
  appliedIn,
  changedSince,
  MigrationChanged,
  noteMissingChecksums,
  type AppliedMigration,
} from './migration-history.js';
import { applyMigration, prepareSchema, revertMigration } from './run-migration.js';
import { SessionClient } from '../../kernel/postgres/session-client.js';

/** The advisory lock under which one process at a time migrates. */
const MIGRATION_LOCK = 0x6d69_6772;
const BETWEEN_TRIES_MS = 100;

/**
 * - `applied`: as it stands in this version
 * - `missing`: not applied
 * - `changed`: applied, but it says something else in this version
 * - `unknown`: applied by another version; this one does not have it
 */
export type MigrationState = 'applied' | 'missing' | 'changed' | 'unknown';

export type MigrationStatus = MigrationName & { readonly state: MigrationState };

export class UnknownSchema extends Error {
  constructor(schema: string, known: readonly string[]) {
    super(`There is no schema ${schema}. The schemas are ${known.join(', ')}.`);
    this.name = 'UnknownSchema';
  }
}

/** Only a version that has a migration knows how to take it back. */
export class UnknownMigration extends Error {
  constructor({ schema, name }: MigrationName) {
    super(
      `${name}, the newest migration of ${schema}, is not of this version: revert it with the version that applied it.`,
    );
    this.name = 'UnknownMigration';
  }
}

/**
 * Brings every schema up to date. Several processes may ask for it at once: one does it, the others wait.
 * @returns what was missing
 * @throws {MigrationChanged} before anything is done
 * @throws {MigrationBlocked} what was applied before it stays applied
 */
export async function migrateUp(url: string, actor = processActor()): Promise<MigrationName[]> {
  return inMigration(url, async (session) => {
    const found = await schemaStates(session);
    requireUnchanged(found);
    const done: MigrationName[] = [];
    for (const { schema, migrations, applied } of found) {
      const isNoted = ({ name }: Migration) =>
        applied.some((each) => each.name === name && each.checksum !== null);
      if (migrations.every(isNoted)) continue;
      const missing = missingOf(migrations, applied);
      await prepareSchema(session, schema);
      for (const migration of missing) await applyMigration(session, migration);
      await noteMissingChecksums(session, schema, migrations);
      done.push(...missing.map(({ name }) => ({ schema, name })));
    }
    await audit(session, 'migration-applied', actor, done);
    return done;
  });
}

/**
 * Takes back the newest migration of a schema.
 * @returns null if none is applied
 * @throws {UnknownSchema | UnknownMigration | MigrationBlocked}
 */
export async function migrateDown(
  url: string,
  schema: string,
  actor = processActor(),
): Promise<MigrationName | null> {
  const known = await schemas();
  if (!known.includes(schema)) throw new UnknownSchema(schema, known);
  return inMigration(url, async (session) => {
    const newest = (await appliedIn(session, [schema])).get(schema)!.at(-1);
    if (newest === undefined) return null;
    const { name } = newest;
    const migration = (await migrationsOf(schema)).find((each) => each.name === name);
    if (migration === undefined) throw new UnknownMigration({ schema, name });
    await revertMigration(session, migration);
    await audit(session, 'migration-reverted', actor, [{ schema, name }]);
    return { schema, name };
  });
}

/** Every migration with its state in this database, schema by schema. */
export function migrationStatus(url: string): Promise<MigrationStatus[]> {
  return inSession(url, statusOf);
}

/** As `migrationStatus`, over a connection of a service. */
export async function migrationStatusOf(dataSource: DataSource): Promise<MigrationStatus[]> {
  const runner = dataSource.createQueryRunner('master');
  try {
    const session = (await runner.connect()) as unknown;
    if (!(session instanceof SessionClient)) throw new TypeError('Not a session of ours.');
    return await statusOf(session);
  } finally {
    await runner.release();
  }
}

async function statusOf(session: pg.Client): Promise<MigrationStatus[]> {
  const status: MigrationStatus[] = [];
  for (const { schema, migrations, applied } of await schemaStates(session)) {
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
}

/**
 * The schemas that are not up to date. Waits for a process that migrates at the moment, and writes nothing itself.
 * @throws {MigrationChanged}
 */
export async function schemasBehind(url: string): Promise<string[]> {
  return inMigration(url, async (session) => {
    const found = await schemaStates(session);
    requireUnchanged(found);
    return found
      .filter(({ migrations, applied }) => missingOf(migrations, applied).length > 0)
      .map(({ schema }) => schema);
  });
}

/** A schema, as this version and as the database has it. */
interface SchemaState {
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly applied: readonly AppliedMigration[];
}

async function schemaStates(session: pg.Client): Promise<SchemaState[]> {
  const known = await schemas();
  const [applied, migrations] = await Promise.all([
    appliedIn(session, known),
    Promise.all(known.map(migrationsOf)),
  ]);
  return known.map((schema, at) => ({
    schema,
    migrations: migrations[at]!,
    applied: applied.get(schema)!,
  }));
}

const missingOf = (migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] =>
  migrations.filter(({ name }) => !applied.some((each) => each.name === name));

function requireUnchanged(found: readonly SchemaState[]): void {
  const changed = found.flatMap(({ migrations, applied }) => changedSince(migrations, applied));
  if (changed.length > 0) throw new MigrationChanged(changed);
}

/** Notes nothing while the audit log is not there: before its own migration, and once that is taken back. */
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
 * Works while no one else migrates. The lock goes with the session, however that ends. It is asked for again and again: a
 * statement that waited for it would hold a snapshot, and an index that is built concurrently would wait for that.
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
