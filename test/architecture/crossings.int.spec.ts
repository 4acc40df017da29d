import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { crossingsIn } from './crossings.js';

/** By what they are: what a migration would say, from the schema `allocation` to the schema `batches`. */
const PLANTS = {
  'a foreign key':
    'alter table allocation.line add foreign key (batch_reference) references batches.batch (reference)',
  'a view': 'create view allocation.paper as select reference from batches.batch',
  'a materialised view': 'create materialized view allocation.paper as select reference from batches.batch',
  'a rule':
    'create rule forward as on insert to allocation.product_total do also update batches.batch set version = 1',
  'a trigger': `
    create function batches.heard() returns trigger language plpgsql as 'begin return new; end';
    create trigger heard after insert on allocation.line for each row execute function batches.heard()`,
  'a function that names the table in its text': `
    create function allocation.papers() returns bigint language plpgsql
    as 'begin return (select count(*) from batches.batch); end'`,
  'a function that PostgreSQL has parsed': `
    create function allocation.papers() returns bigint language sql
    begin atomic select count(*) from batches.batch; end`,
  'a column of the type of a row': 'alter table allocation.line add column paper batches.batch',
  'a default': `
    create sequence batches.number;
    alter table allocation.line alter column sequence set default nextval('batches.number')`,
  'a table that inherits': 'create table allocation.paper () inherits (batches.batch)',
  'a policy':
    'create policy of_paper on allocation.line using (exists (select from batches.batch where reference = batch_reference))',
} as const;

describe('Between the schemas of the database', () => {
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

  it('nothing refers from one to another: features meet in events', async () => {
    expect(await crossingsIn(session)).toEqual([]);
  });

  /** Which schemas a statement makes depend on which, while it stands. */
  const crossingsAfter = async (statement: string): Promise<Set<string>> => {
    await session.query('begin');
    try {
      await session.query(statement);
      return new Set((await crossingsIn(session)).map(({ of, needs }) => `${of} → ${needs}`));
    } finally {
      await session.query('rollback');
    }
  };

  it.each(Object.entries(PLANTS))('%s is found', async (_what, statement) => {
    expect(await crossingsAfter(statement)).toEqual(new Set(['allocation → batches']));
  });

  it('a view outside of all features is found', async () => {
    const view = 'create view public.everything as select line.sku from allocation.line, batches.batch';
    expect(await crossingsAfter(view)).toEqual(new Set(['public → allocation', 'public → batches']));
  });
});
