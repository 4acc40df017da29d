import pg, { type Client } from 'pg';
import type { Migration, MigrationName } from './migration-files.js';

export interface AppliedMigration {
  readonly name: string;
  /** null: it was applied before checksums were kept. */
  readonly checksum: string | null;
}

/** A migration says something else than when it was applied, so that the database is not what the code takes it for. */
export class MigrationChanged extends Error {
  constructor(changed: readonly MigrationName[]) {
    const names = changed.map(({ schema, name }) => `${schema} ${name}`).join(', ');
    super(
      `Changed after it was applied: ${names}. Restore the file, and write a new migration for the change: docs/upgrades.md`,
    );
    this.name = 'MigrationChanged';
  }
}

/**
 * What is applied in each schema, the oldest first. Only looks: a history that is missing is not made. Two statements for all
 * schemas, since every start waits for them.
 */
export async function appliedIn(
  session: Client,
  schemas: readonly string[],
): Promise<Map<string, AppliedMigration[]>> {
  const applied = new Map(schemas.map((schema) => [schema, [] as AppliedMigration[]]));
  const found = await session.query<{ schema: string }>(
    `select schema from unnest($1::text[], $2::text[]) as known (schema, history)
      where to_regclass(history) is not null`,
    [schemas, schemas.map(tableOf)],
  );
  if (found.rows.length === 0) return applied;
  // By way of JSON, since the column is younger than the table.
  const histories = found.rows.map(
    ({
      schema,
    }) => `select ${pg.escapeLiteral(schema)} as schema, id, name, to_jsonb(history) ->> 'checksum' as checksum
                       from ${tableOf(schema)} as history`,
  );
  const { rows } = await session.query<AppliedMigration & { schema: string }>(
    `${histories.join(' union all ')} order by schema, id`,
  );
  for (const { schema, name, checksum } of rows) applied.get(schema)!.push({ name, checksum });
  return applied;
}

/** Those that said something else when they were applied. */
export function changedSince(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
  return migrations.filter(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum);
}

/** Makes the schema and its history, if they are not there. As TypeORM had it made, and versions with it still write it. */
export async function makeHistory(session: Client, schema: string): Promise<void> {
  await session.query(`
    create schema if not exists "${schema}";
    create table if not exists ${tableOf(schema)} (
      id serial primary key, timestamp bigint not null, name character varying not null);
    alter table ${tableOf(schema)} add column if not exists checksum text`);
}

export async function noteApplied(session: Client, migration: Migration): Promise<void> {
  const { schema, timestamp, name, checksum } = migration;
  await session.query(`insert into ${tableOf(schema)} (timestamp, name, checksum) values ($1, $2, $3)`, [
    timestamp,
    name,
    checksum,
  ]);
}

export async function noteReverted(session: Client, { schema, name }: MigrationName): Promise<void> {
  await session.query(`delete from ${tableOf(schema)} where name = $1`, [name]);
}

/** Notes what the migrations now are for those that have no checksum: they were applied by a version that kept none. */
export async function noteMissingChecksums(
  session: Client,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await session.query(
    `update ${tableOf(schema)} as history set checksum = known.checksum
       from unnest($1::text[], $2::text[]) as known (name, checksum)
      where history.name = known.name and history.checksum is null`,
    [migrations.map(({ name }) => name), migrations.map(({ checksum }) => checksum)],
  );
}

const tableOf = (schema: string): string => `"${schema}".migration`;
