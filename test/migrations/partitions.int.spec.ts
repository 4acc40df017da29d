import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrationsOf } from '../../src/platform/migrations/migration-files.js';
import {
  applyMigration,
  prepareSchema,
  revertMigration,
} from '../../src/platform/migrations/run-migration.js';
import { emptyDatabase, type TestDatabase } from '../support/database.js';

const all = await migrationsOf('event_log');
const partitions = all.find(({ name }) => name.startsWith('Partitions'))!;
const EVENTS = 1_000;
/** Room for processes that know no partitions. */
const ROOM = 100_000_000;

const INSERT = `
  insert into event_log.event (id, type, version, key, correlation_id, data)
  values (gen_random_uuid(), 'Happened', 1, 'KEY', 'test', '{}')`;
const SQL_OF_THIS_VERSION = `
  with locked as materialized (select pg_advisory_xact_lock(1700885101))
  insert into event_log.event (id, type, version, key, correlation_id, data)
  select gen_random_uuid(), 'Happened', 1, 'KEY', 'test', '{}' from locked`;

let database: TestDatabase;
let session: pg.Client;
let role: string;
beforeEach(async () => {
  database = await emptyDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  await prepareSchema(session, 'event_log');
  for (const migration of all)
    if (migration.timestamp < partitions.timestamp) await applyMigration(session, migration);
  role = `writer_${process.pid}`;
  await session.query(`create role ${role}`);
});
afterEach(async () => {
  await session.query(`reset role; drop owned by ${role}; drop role ${role}`);
  await session.end();
  await database.drop();
});

const query = async <Row extends object>(sql: string) => (await session.query<Row>(sql)).rows;
const append = (count = 1) =>
  query<{ position: string }>(
    `insert into event_log.event (id, type, version, key, correlation_id, data, subject)
     select gen_random_uuid(), 'Happened', 1, 'KEY', 'test', '{}', 'one' from generate_series(1, ${count})
     returning position`,
  );
const events = () => query('select * from event_log.event order by position');
const listed = () => query('select name, first::int, last::int from event_log.partition order by first');
const publications = () =>
  query(`select tablename, attnames, rowfilter from pg_publication_tables where pubname = 'for_test'`);
const rights = () =>
  query(
    `select null as column, privilege_type as right from information_schema.table_privileges
      where grantee = '${role}' and table_name = 'event'
     union all
     select column_name, privilege_type from information_schema.column_privileges
      where grantee = '${role}' and table_name = 'event' and privilege_type = 'UPDATE' order by 1, 2`,
  );

describe('The migration that gives the log partitions', () => {
  it('keeps every event, and continues at the next position', async () => {
    await append(EVENTS);
    const before = await events();
    await applyMigration(session, partitions);
    expect(await events()).toEqual(before);
    expect(await append()).toEqual([{ position: String(EVENTS + 1) }]);
    expect(await listed()).toEqual([{ name: 'event_1', first: 0, last: EVENTS + ROOM }]);
    expect(
      await query(
        `select relname from pg_class where relnamespace = 'event_log'::regnamespace and relname like '%position%' and relkind = 'S'`,
      ),
    ).toEqual([{ relname: 'event_position_seq' }]);
  });

  it('continues after positions that no event has', async () => {
    await append(EVENTS);
    await query('delete from event_log.event');
    await query('alter table event_log.event alter position restart with 5001');
    await applyMigration(session, partitions);
    expect(await append()).toEqual([{ position: '5001' }]);
  });

  it('leaves the rights of roles as they are, and lets those that append add partitions', async () => {
    await query(`grant usage on schema event_log to ${role}`);
    await query(`grant select, insert on event_log.event to ${role}`);
    await query(`grant update (data) on event_log.event to ${role}`);
    await query(`grant usage on sequence event_log.event_position_seq to ${role}`);
    const before = await rights();
    await applyMigration(session, partitions);
    expect(before).toHaveLength(3);
    expect(await rights()).toEqual(before);

    await query(`set role ${role}`);
    expect(await append()).toHaveLength(1);
    expect(await query(`select nextval('event_log.event_position_seq')`)).toHaveLength(1);
    expect(await query('select event_log.add_partition(200000000)')).toEqual([
      { add_partition: 'event_10000001' },
    ]);
  });

  it('lets nobody else add or drop partitions', async () => {
    await applyMigration(session, partitions);
    await query(`grant usage on schema event_log to ${role}`);
    await query(`set role ${role}`);
    await expect(query('select event_log.add_partition()')).rejects.toMatchObject({ code: '42501' });
    await expect(query(`select event_log.drop_partition('event_1')`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('carries on what is published of the log, under its name', async () => {
    await append(EVENTS);
    await query(
      `create publication for_test for table event_log.event (position, type) where (position > 5) with (publish = 'insert')`,
    );
    const before = await publications();
    await applyMigration(session, partitions);
    await query('select event_log.add_partition(200000000)');
    expect(await publications()).toEqual(before);
  });

  it('changes nothing if a view of somebody else reads the log, and says which', async () => {
    await append(EVENTS);
    await query('create view public.of_the_shop as select position from event_log.event');
    await expect(applyMigration(session, partitions)).rejects.toThrow('view of_the_shop');
    expect(await events()).toHaveLength(EVENTS);
    await query('drop view public.of_the_shop');
    await applyMigration(session, partitions);
    expect(await events()).toHaveLength(EVENTS);
  });

  it('waits for a transaction that uses the log, and can be run again in its middle', async () => {
    await append(EVENTS);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin');
    await other.query('select from event_log.event');
    await expect(applyMigration(session, partitions, 0)).rejects.toThrow(
      'Cannot migrate event_log Partitions',
    );
    await other.query('commit');
    await other.query(
      `alter table event_log.event add constraint event_1_ends check (position <= ${2 * ROOM}) not valid`,
    );
    await other.end();
    await applyMigration(session, partitions);
    expect(await listed()).toEqual([{ name: 'event_1', first: 0, last: 2 * ROOM }]);
    expect(await events()).toHaveLength(EVENTS);
  });

  it.each([
    ['of this version', [SQL_OF_THIS_VERSION]],
    ['of 0.1, which takes the lock before it inserts', ['select pg_advisory_xact_lock(1700885101)', INSERT]],
  ])('loses and doubles nothing that processes append meanwhile: %s', async (_, statements) => {
    await append(EVENTS);
    let isDone = false;
    let appended = 0;
    const writers = Array.from({ length: 4 }, async () => {
      const writer = new pg.Client({ connectionString: database.url });
      await writer.connect();
      while (!isDone) {
        await writer.query('begin');
        for (const statement of statements) await writer.query(statement);
        await writer.query('commit');
        appended++;
      }
      await writer.end();
    });
    await applyMigration(session, partitions);
    await setTimeout(100);
    isDone = true;
    await Promise.all(writers);
    const positions = await query<{ position: string }>('select position from event_log.event order by 1');
    expect(positions.map(({ position }) => Number(position))).toEqual(
      Array.from({ length: EVENTS + appended }, (__, n) => n + 1),
    );
  });

  it('is taken back with the events of all partitions', async () => {
    await append(2);
    await query('create publication for_test for table event_log.event');
    const published = await publications();
    await query(`grant select on event_log.event to ${role}`);
    const before = await rights();
    await applyMigration(session, partitions);
    await query('select event_log.add_partition(200000000)');
    await query(`alter table event_log.event alter position restart with ${ROOM + 2}`);
    await append(2);
    const appended = await events();
    expect(appended).toHaveLength(4);

    await revertMigration(session, partitions);
    expect(await events()).toEqual(appended);
    expect(await append()).toEqual([{ position: String(ROOM + 4) }]);
    expect(await publications()).toEqual(published);
    expect(await rights()).toEqual(before);
    await applyMigration(session, partitions);
    expect(await events()).toHaveLength(5);
  });
});
