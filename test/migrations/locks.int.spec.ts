import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Migration } from '../../src/platform/migrations/migration-files.js';
import { applyMigration, MigrationBlocked } from '../../src/platform/migrations/run-migration.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';

let database: TestDatabase;
let migrator: pg.Client;
let holder: pg.Client;
let writer: pg.Client;

beforeEach(async () => {
  database = await freshDatabase();
  [migrator, holder, writer] = [1, 2, 3].map(() => new pg.Client({ connectionString: database.url })) as [
    pg.Client,
    pg.Client,
    pg.Client,
  ];
  await Promise.all([migrator, holder, writer].map((client) => client.connect()));
});

afterEach(async () => {
  await Promise.all([migrator, holder, writer].map((client) => client.end()));
  await database.drop();
});

function migrationSaying(sql: string, isInTransaction = true): Migration {
  const script = { sql, isInTransaction };
  const names = { schema: 'batches', name: 'Added1999999999999', timestamp: 1999999999999 };
  return { ...names, checksum: 'of its file', up: script, down: script };
}

const insert = (client: pg.Client, reference: string) =>
  client.query(
    `insert into batches.batch (reference, sku, quantity, registered_quantity, version) values ($1, 'TABLE', 1, 1, 1)`,
    [reference],
  );

async function historyOf(name: string): Promise<unknown[]> {
  const { rows } = await writer.query<object>(
    'select timestamp, name, checksum from batches.migration where name = $1',
    [name],
  );
  return rows;
}

const waitsForLock = (client: pg.Client) =>
  eventually('it waits for a lock', async () => {
    const { rows } = await writer.query<{ isWaiting: boolean }>(
      `select coalesce(wait_event_type = 'Lock', false) as "isWaiting" from pg_stat_activity where pid = $1`,
      [(client as unknown as { processID: number }).processID],
    );
    return rows[0]!.isWaiting;
  });

const applied = [{ timestamp: '1999999999999', name: 'Added1999999999999', checksum: 'of its file' }];

describe('A migration', () => {
  it('lets writers pass while a long transaction holds its table, and is applied when that ends', async () => {
    await holder.query('begin');
    await insert(holder, 'PO-1');
    const migrated = applyMigration(migrator, migrationSaying('alter table batches.batch add added text'));
    await waitsForLock(migrator);

    // This one is behind the migration, and the transaction that the migration waits for goes on after it.
    await insert(writer, 'PO-2');
    await holder.query('commit');
    await migrated;
    expect(await historyOf('Added1999999999999')).toEqual(applied);
    expect((await writer.query('select added from batches.batch')).rowCount).toBe(2);
  });

  it('gives way to a transaction with which it is in a deadlock', async () => {
    await holder.query('begin');
    await holder.query('lock table broker.inbox in row exclusive mode');
    const both = 'alter table batches.batch add added text; alter table broker.inbox add added text;';
    const migrated = applyMigration(migrator, migrationSaying(both));
    await waitsForLock(migrator);

    await insert(holder, 'PO-1');
    await holder.query('commit');
    await migrated;
    expect(await historyOf('Added1999999999999')).toEqual(applied);
  });

  it('is given up with one line when its locks stay taken, and leaves nothing', async () => {
    await holder.query('begin');
    await insert(holder, 'PO-1');
    const sql = 'create table batches.added (); alter table batches.batch add added text';
    const migrated = applyMigration(migrator, migrationSaying(sql), 0);

    await expect(migrated).rejects.toThrow(MigrationBlocked);
    await expect(migrated).rejects.toThrow(/^Cannot migrate batches Added1999999999999: [^\n]+$/);
    expect(await historyOf('Added1999999999999')).toEqual([]);
    expect((await writer.query(`select to_regclass('batches.added') as added`)).rows).toEqual([
      { added: null },
    ]);
  });

  it('is not tried again when it fails for another reason, and leaves nothing', async () => {
    const migrated = applyMigration(migrator, migrationSaying('create table batches.added (); select 1 / 0'));

    await expect(migrated).rejects.toMatchObject({ code: '22012' });
    expect(await historyOf('Added1999999999999')).toEqual([]);
    expect((await migrator.query(`select to_regclass('batches.added') as added`)).rows).toEqual([
      { added: null },
    ]);
  });

  it('builds an index beside a writer, outside of a transaction, statement by statement', async () => {
    const sql = `-- no-transaction
      drop index concurrently if exists batches.added;
      create index concurrently added on batches.batch (eta);
    `;
    await applyMigration(migrator, migrationSaying(sql, false));

    expect(await historyOf('Added1999999999999')).toEqual(applied);
    expect((await writer.query(`select to_regclass('batches.added')::text as added`)).rows).toEqual([
      { added: 'batches.added' },
    ]);
  });
});
