import type { Client } from 'pg';
import type { Migration, MigrationName } from './migration-files.js';

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly name: string;
  /** null: it was applied before checksums were kept. */
  readonly checksum: string | null;
}

/** A migration says something else than it did when it was applied, so that the database is not what the code believes. */
export class MigrationChanged extends Error {
  constructor(changed: readonly MigrationName[]) {
    const names = changed.map(({ schema, name }) => `${schema} ${name}`).join(', ');
    super(`Changed after it was applied: ${names}. Put it back and write a new migration: docs/upgrades.md`);
    this.name = 'MigrationChanged';
  }
}

/** What is applied in a schema, the oldest first. Only looks: where there is no history none is made. */
export async function appliedIn(session: Client, schema: string): Promise<AppliedMigration[]> {
  const table = tableOf(schema);
  const found = await session.query<{ isThere: boolean }>(`select to_regclass($1) is not null as "isThere"`, [
    table,
  ]);
  if (!found.rows[0]?.isThere) return [];
  // By way of JSON, since the column is younger than the table.
  const { rows } = await session.query<AppliedMigration>(
    `select name, to_jsonb(history) ->> 'checksum' as checksum from ${table} as history order by id`,
  );
  return rows;
}

/** Those that are applied, and were something else then. */
export function changedSince(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
  return migrations.filter(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum);
}

/** Remembers what the migrations were when they were applied; of those that have no checksum yet, what they are now. */
export async function rememberChecksums(
  session: Client,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await session.query(`alter table ${tableOf(schema)} add column if not exists checksum text`);
  await session.query(
    `update ${tableOf(schema)} as history set checksum = known.checksum
       from unnest($1::text[], $2::text[]) as known (name, checksum)
      where history.name = known.name and history.checksum is null`,
    [migrations.map(({ name }) => name), migrations.map(({ checksum }) => checksum)],
  );
}

/** TypeORM's, one in each schema. */
const tableOf = (schema: string): string => `"${schema}".migration`;
