import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrationsOf, schemas, tablesOf } from '../../../src/platform/migrations/migration-files.js';
import { freshDatabase } from '../../support/database.js';

describe('The tables that a service needs', () => {
  it('are read from the statements of the migrations, and are those that the migrations make', async () => {
    const all = (await Promise.all((await schemas()).map(migrationsOf))).flat();
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select relnamespace::regnamespace || '.' || relname as name from pg_class
        where relnamespace::regnamespace::text = any($1) and relname <> 'migration'
          and relkind in ('r', 'p') and not relispartition`,
      [await schemas()],
    );
    await client.end();
    await database.drop();
    expect(tablesOf(all).sort()).toEqual(rows.map(({ name }) => name).sort());
  });
});
