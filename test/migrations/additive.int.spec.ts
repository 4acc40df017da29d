import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { packageJson } from '../../src/platform/config/package-json.js';
import { migrationsOf, schemas } from '../../src/platform/migrations/migration-files.js';
import { applyMigration, prepareSchema } from '../../src/platform/migrations/run-migration.js';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.js';
import { ALLOWED } from './allowed.js';
import { catalogOf } from './catalog.js';
import { contractions } from './contractions.js';

const migrations = (await Promise.all((await schemas()).map(migrationsOf))).flat();
const byNumber = { numeric: true };

describe('A migration, while processes of the previous version go on', () => {
  let database: TestDatabase;
  let session: pg.Client;
  /** What each migration takes from them. */
  const found = new Map<string, string[]>();

  beforeAll(async () => {
    database = await emptyDatabase();
    session = new pg.Client({ connectionString: database.url });
    await session.connect();
    for (const schema of await schemas()) await prepareSchema(session, schema);
    for (const migration of migrations) {
      const { schema, name, up } = migration;
      const before = await catalogOf(session);
      await applyMigration(session, migration);
      found.set(`${schema} ${name}`, contractions(before, await catalogOf(session), up));
    }
  });

  afterAll(async () => {
    await session.end();
    await database.drop();
  });

  it.each(migrations.map(({ schema, name }) => `${schema} ${name}`))(
    'only adds to what they use: %s',
    (name) => {
      expect(ALLOWED[name] === undefined ? found.get(name) : []).toEqual([]);
    },
  );

  it('takes something away only if allowed.ts lets it, in a release after the last that used it', () => {
    const { version } = packageJson();
    for (const [name, { unusedSince, release }] of Object.entries(ALLOWED)) {
      // Leave that nobody needs would be there for whoever edits the migration.
      expect([name, found.get(name)]).toEqual([name, expect.arrayContaining([expect.any(String)])]);
      expect(unusedSince.localeCompare(release, 'en', byNumber)).toBe(-1);
      expect(release.localeCompare(version, 'en', byNumber)).toBeLessThanOrEqual(0);
    }
  });
});

describe('What a migration would take from the previous version', () => {
  let database: TestDatabase;
  let session: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    session = new pg.Client({ connectionString: database.url });
    await session.connect();
  });

  afterAll(async () => {
    await session.end();
    await database.drop();
  });

  async function takenBy(sql: string): Promise<string[]> {
    await session.query('begin');
    try {
      const before = await catalogOf(session);
      await session.query(sql);
      return contractions(before, await catalogOf(session));
    } finally {
      await session.query('rollback');
    }
  }

  it.each([
    ['alter table batches.batch drop column eta', 'takes away the column batches.batch.eta'],
    ['drop table broker.inbox', 'takes away the table broker.inbox'],
    ['alter table batches.batch rename column eta to due', 'takes away the column batches.batch.eta'],
    ['alter table broker.inbox rename to applied', 'takes away the table broker.inbox'],
    [
      'alter table batches.batch alter column quantity type bigint',
      'changes the column batches.batch.quantity',
    ],
    ['alter table batches.batch alter column eta set not null', 'changes the column batches.batch.eta'],
    ['alter table batches.batch alter column sku drop not null', 'changes the column batches.batch.sku'],
    [
      'alter table batches.batch add column vendor text not null',
      'asks more of writers by the column batches.batch.vendor',
    ],
    [
      "alter table batches.batch add check (sku <> '')",
      'asks more of writers by the constraint batches.batch.batch_sku_check',
    ],
    ['create unique index one on batches.batch (sku)', 'asks more of writers by the index batches.one'],
    ['create index slow on batches.batch (eta)', 'stops writers while it builds the index batches.slow'],
    [
      'alter table allocation.split_claim drop constraint split_claim_pkey',
      'takes away the constraint allocation.split_claim.split_claim_pkey',
    ],
    [
      "do $$ begin execute 'alter table batches.batch drop column ' || 'eta'; end $$",
      'takes away the column batches.batch.eta',
    ],
  ])('is found: %s', async (sql, taken) => {
    expect(await takenBy(sql)).toContain(taken);
  });

  it.each([
    'alter table batches.batch add column vendor text',
    "alter table batches.batch add column vendor text not null default ''",
    'alter table batches.batch add column vendor integer check (vendor > 0) unique',
    'create table batches.vendor (name text primary key, since date not null)',
    'alter table allocation.batch drop constraint never_over_allocated',
    'drop index batches.batch_by_sku',
    "comment on table batches.batch is 'What was bought.'",
    "insert into event_log.subscription (name) values ('x')",
  ])('is nothing if it only adds: %s', async (sql) => {
    expect(await takenBy(sql)).toEqual([]);
  });

  it('is nothing for an index that is built beside the writers, outside of a transaction', async () => {
    await session.query('begin');
    const before = await catalogOf(session);
    await session.query('create index beside on batches.batch (eta)');
    const after = await catalogOf(session);
    await session.query('rollback');

    expect(contractions(before, after, { isInTransaction: false })).toEqual([]);
  });
});
