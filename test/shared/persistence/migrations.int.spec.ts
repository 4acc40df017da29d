import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, type MigrationInterface } from 'typeorm';
import { migrateUp, schemasBehind } from '../../../src/shared/persistence/migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

const MIGRATIONS = new URL('../../../migrations/', import.meta.url);
const owners = (await readdir(MIGRATIONS)).sort();

describe('migrations', () => {
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

  it('leave nothing to do for whoever comes second', async () => {
    const before = await columns();
    expect(before.length).toBeGreaterThan(0);
    await migrateUp(database.url);
    expect(await columns()).toEqual(before);
    expect(await schemasBehind(database.url)).toEqual([]);
  });

  it('run once though several instances start at the same time', async () => {
    const migrated = await columns();
    await empty();
    await Promise.all(Array.from({ length: 5 }, () => migrateUp(database.url)));
    expect(await columns()).toEqual(migrated);
    for (const owner of owners) {
      const run = await names(`select name from "${owner}".migration`);
      expect(run).toEqual([...new Set(run)]);
    }
  });

  it('are told of, by schema, where they have not run', async () => {
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
    const runner = dataSource.createQueryRunner();
    for (const migration of (await migrationsOf(owner)).reverse()) await migration.down(runner);
    const left = (await tables()).filter((table) => table.startsWith(`${owner}.`));
    expect(left).toEqual([`${owner}.migration`]);

    await runner.query(`delete from "${owner}".migration`);
    await runner.release();
    await migrateUp(database.url);
    expect(await columns()).toEqual(migrated);
  });
});

async function migrationsOf(owner: string): Promise<MigrationInterface[]> {
  const files = (await readdir(new URL(`${owner}/`, MIGRATIONS))).sort();
  const modules = await Promise.all(
    files.map((file) => import(new URL(`${owner}/${file}`, MIGRATIONS).href) as Promise<object>),
  );
  const classes = modules.flatMap((module) => Object.values(module) as (new () => MigrationInterface)[]);
  return classes.map((Migration) => new Migration());
}
