import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** Each folder in here is one owner's migrations, and its name is that of the schema they build. */
const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** The advisory lock under which one process at a time migrates. */
const MIGRATION_LOCK = 0x6d69_6772;

/** A migration, by the schema that it belongs to. */
export interface MigrationName {
  readonly schema: string;
  readonly name: string;
}

/** There are no migrations of such a schema. */
export class UnknownSchema extends Error {
  constructor(schema: string, known: readonly string[]) {
    super(`There is no schema ${schema}: there are ${known.join(', ')}.`);
    this.name = 'UnknownSchema';
  }
}

/**
 * Brings every schema up to date, and tells what was missing. Several processes may ask for it at once: one does
 * it, the others wait.
 */
export async function migrateUp(url: string): Promise<MigrationName[]> {
  const applied: MigrationName[] = [];
  await withMigrations(url, await schemas(), async (history, schema) => {
    const migrations = await history.runMigrations({ transaction: 'each' });
    applied.push(...migrations.map(({ name }) => ({ schema, name })));
  });
  return applied;
}

/**
 * Takes back the newest migration of a schema; null where there is none.
 * @throws {UnknownSchema}
 */
export async function migrateDown(url: string, schema: string): Promise<MigrationName | null> {
  const known = await schemas();
  if (!known.includes(schema)) throw new UnknownSchema(schema, known);
  let newest: string | undefined;
  await withMigrations(url, [schema], async (history) => {
    [newest] = (await appliedIn(history, schema)).reverse();
    if (newest !== undefined) await history.undoLastMigration({ transaction: 'each' });
  });
  return newest === undefined ? null : { schema, name: newest };
}

/** Every migration, in the order of its schema, and whether it is applied. */
export async function migrationStatus(url: string): Promise<(MigrationName & { isApplied: boolean })[]> {
  const status: (MigrationName & { isApplied: boolean })[] = [];
  await withMigrations(url, await schemas(), async (history, schema) => {
    const applied = new Set(await appliedIn(history, schema));
    for (const { name } of history.migrations) {
      status.push({ schema, name: name!, isApplied: applied.has(name!) });
    }
  });
  return status;
}

/** The schemas that are not up to date. */
export async function schemasBehind(url: string): Promise<string[]> {
  const behind: string[] = [];
  await withMigrations(url, await schemas(), async (history, schema) => {
    if (await history.showMigrations()) behind.push(schema);
  });
  return behind;
}

/** The names of a schema's migrations that are applied, the oldest first. */
async function appliedIn(history: DataSource, schema: string): Promise<string[]> {
  // Also makes the table of the history where there is none yet.
  await history.showMigrations();
  const rows = await history.query<{ name: string }[]>(`select name from "${schema}".migration order by id`);
  return rows.map(({ name }) => name);
}

async function withMigrations(
  url: string,
  ofSchemas: readonly string[],
  work: (history: DataSource, schema: string) => Promise<void>,
): Promise<void> {
  const lock = await new DataSource({ type: 'postgres', url, poolSize: 1 }).initialize();
  try {
    const session = lock.createQueryRunner();
    await session.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    for (const schema of ofSchemas) {
      await session.query(`create schema if not exists "${schema}"`);
      const migrations = await migrationsOf(schema);
      const history = new DataSource({
        type: 'postgres',
        url,
        schema,
        migrations,
        migrationsTableName: 'migration',
        poolSize: 1,
      });
      await history.initialize();
      try {
        await work(history, schema);
      } finally {
        await history.destroy();
      }
    }
  } finally {
    await lock.destroy();
  }
}

async function schemas(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function migrationsOf(schema: string): Promise<MigrationClass[]> {
  const files = await readdir(path.join(MIGRATIONS, schema));
  const modules = await Promise.all(
    files
      .filter((file) => /\.(?<!\.d\.)[jt]s$/.test(file))
      .sort()
      .map((file) => import(pathToFileURL(path.join(MIGRATIONS, schema, file)).href) as Promise<object>),
  );
  return modules.flatMap((module) => Object.values(module) as MigrationClass[]);
}
