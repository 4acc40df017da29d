import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrationsOf } from '../../../src/platform/migrations/migration-files.js';
import { MigrationChanged } from '../../../src/platform/migrations/migration-history.js';
import {
  migrateDown,
  migrateUp,
  migrationStatus,
  schemasBehind,
  UnknownMigration,
  UnknownSchema,
} from '../../../src/platform/migrations/migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';

const MIGRATIONS = new URL('../../../migrations/', import.meta.url);
const owners = (await readdir(MIGRATIONS)).sort();

describe('The migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await freshDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function empty() {
    for (const owner of owners) await dataSource.query(`drop schema "${owner}" cascade`);
  }

  async function names(sql: string): Promise<string[]> {
    const rows = await dataSource.query<{ name: string }[]>(sql);
    return rows.map(({ name }) => name);
  }

  const tables = () =>
    names(`select schemaname || '.' || tablename as name from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema') order by name`);

  const columns = () =>
    names(`select concat_ws('.', table_schema, table_name, column_name, data_type) as name
             from information_schema.columns
            where table_schema not in ('pg_catalog', 'information_schema') order by name`);

  it('leave nothing to do for the second process', async () => {
    const before = await columns();
    expect(before.length).toBeGreaterThan(0);
    await migrateUp(database.url);
    expect(await columns()).toEqual(before);
    expect(await schemasBehind(database.url)).toEqual([]);
  });

  it('run once when several instances start at the same time', async () => {
    const migrated = await columns();
    await empty();
    await Promise.all(Array.from({ length: 5 }, () => migrateUp(database.url)));
    expect(await columns()).toEqual(migrated);
    for (const owner of owners) {
      const run = await names(`select name from "${owner}".migration`);
      expect(run).toEqual([...new Set(run)]);
    }
  });

  it('are reported by schema while they have not run', async () => {
    await empty();
    expect((await schemasBehind(database.url)).sort()).toEqual(owners);
    await migrateUp(database.url);
    await dataSource.query('drop schema batches cascade');
    expect(await schemasBehind(database.url)).toEqual(['batches']);
  });

  it('keep every owner in a schema of its own, with a history of its own', async () => {
    expect([...new Set((await tables()).map((table) => table.split('.')[0]))]).toEqual(owners);
    for (const owner of owners) expect(await tables()).toContain(`${owner}.migration`);
  });

  it('put no foreign key across schemas', async () => {
    const keys = await dataSource.query<{ from: string; to: string }[]>(
      `select source.relnamespace::regnamespace as "from", target.relnamespace::regnamespace as "to"
         from pg_constraint
         join pg_class source on source.oid = conrelid
         join pg_class target on target.oid = confrelid
        where contype = 'f'`,
    );
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter(({ from, to }) => from !== to)).toEqual([]);
  });

  it.each(owners)('of %s can be undone and run again', async (owner) => {
    const migrated = await columns();
    for (const { down } of (await migrationsOf(owner)).reverse()) await dataSource.query(down.sql);
    const left = (await tables()).filter((table) => table.startsWith(`${owner}.`));
    expect(left).toEqual([`${owner}.migration`]);

    await dataSource.query(`delete from "${owner}".migration`);
    await migrateUp(database.url);
    expect(await columns()).toEqual(migrated);
  });

  describe('of another version', () => {
    const stateOf = async (name: string) =>
      (await migrationStatus(database.url)).find((migration) => migration.name === name)?.state;
    const first = async () => (await names('select name from batches.migration order by id limit 1'))[0]!;
    const newest = async () =>
      (await names('select name from batches.migration order by id desc limit 1'))[0]!;

    it('that were changed since they were applied keep all others from running', async () => {
      expect(await stateOf(await first())).toBe('applied');
      await dataSource.query('update batches.migration set checksum = $1 where name = $2', [
        'another',
        await first(),
      ]);
      await dataSource.query('drop schema notifications cascade');

      expect(await stateOf(await first())).toBe('changed');
      await expect(migrateUp(database.url)).rejects.toThrow(MigrationChanged);
      await expect(schemasBehind(database.url)).rejects.toThrow(MigrationChanged);
      expect(await names(`select nspname as name from pg_namespace where nspname = 'notifications'`)).toEqual(
        [],
      );
    });

    it('that this version does not have are left alone, and reverted by their own version only', async () => {
      await dataSource.query(
        `insert into batches.migration (timestamp, name) values (1999999999999, 'Added1999999999999')`,
      );
      expect(await stateOf('Added1999999999999')).toBe('unknown');
      expect(await migrateUp(database.url)).toEqual([]);
      expect(await schemasBehind(database.url)).toEqual([]);
      await expect(migrateDown(database.url, 'batches')).rejects.toThrow(UnknownMigration);
      expect(await newest()).toBe('Added1999999999999');
    });

    it('that were applied before there were checksums get those of today', async () => {
      const before = await dataSource.query<unknown[]>('select name, checksum from batches.migration');
      await dataSource.query('update batches.migration set checksum = null');
      expect(await migrateUp(database.url)).toEqual([]);
      expect(await dataSource.query('select name, checksum from batches.migration')).toEqual(before);
    });
  });

  it('are reverted one by one, the newest of a schema first', async () => {
    const before = await names('select name from batches.migration order by id');
    const name = before.at(-1)!;
    expect(await migrateDown(database.url, 'batches')).toEqual({ schema: 'batches', name });
    expect(await names('select name from batches.migration order by id')).toEqual(before.slice(0, -1));
    expect(await migrationStatus(database.url)).toContainEqual({ schema: 'batches', name, state: 'missing' });
    expect(await migrateUp(database.url)).toEqual([{ schema: 'batches', name }]);

    await dataSource.query('drop schema batches cascade');
    expect(await migrateDown(database.url, 'batches')).toBeNull();
    await expect(migrateDown(database.url, 'stock')).rejects.toThrow(UnknownSchema);
  });

  it('leave no session behind', async () => {
    await migrateUp(database.url);
    await dataSource.query('drop schema batches cascade');
    await migrateUp(database.url);
    await eventually('one session is left, which is ours', async () => {
      const [row] = await dataSource.query<{ sessions: number }[]>(
        'select count(*)::int as sessions from pg_stat_activity where datname = current_database()',
      );
      return row!.sessions === 1;
    });
  });
});
