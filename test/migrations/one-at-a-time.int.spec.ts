import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateUp, schemasBehind } from '../../src/platform/migrations/migrations.js';
import { CommandLine } from '../support/command-line.js';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';

let database: TestDatabase;
let session: pg.Client;

beforeEach(async () => {
  database = await emptyDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
});

afterEach(async () => {
  await session.end();
  await database.drop();
});

describe('Processes that migrate', () => {
  it('do so one after the other: of several processes one applies each migration', async () => {
    const processes = Array.from(
      { length: 3 },
      () => new CommandLine({ DATABASE_URL: database.url }, 'migrate', 'up', '--json').ended,
    );
    const ends = await Promise.all(processes);

    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']));
    const applied = ends.map(({ stdout }) => (JSON.parse(stdout) as { applied: object[] }).applied);
    expect(applied.filter((each) => each.length > 0)).toHaveLength(1);
    expect(await schemasBehind(database.url)).toEqual([]);
  });

  it('wait for the holder of the lock, and go on as soon as it is gone', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [0x6d69_6772]);
    let isDone = false;
    const migrated = migrateUp(database.url).then(() => (isDone = true));
    const looked = schemasBehind(database.url);

    await eventually('both wait', async () => {
      const { rows } = await session.query<{ waiting: string }>(
        `select count(*) as waiting from pg_stat_activity
          where datname = current_database() and query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()`,
      );
      return rows[0]!.waiting === '2';
    });
    expect(isDone).toBe(false);
    expect((await session.query(`select from pg_tables where tablename = 'migration'`)).rowCount).toBe(0);

    // What holds no snapshot does not keep an index from being built concurrently.
    const { rows: snapshots } = await session.query(
      `select from pg_stat_activity
        where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`,
    );
    expect(snapshots).toEqual([]);

    // As a machine that fails: nobody unlocks anything.
    await holder.end();
    await migrated;
    expect(await looked).toEqual(expect.any(Array));
    expect(await schemasBehind(database.url)).toEqual([]);
  });
});
