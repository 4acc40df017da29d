import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { OVERDUE_BATCHES } from '../../src/allocation/queries/list-overdue-batches.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, type Explained } from '../support/query-plan.js';

const TODAY = '2026-07-30';

let database: TestDatabase;
let session: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  // Of 20,000 batches most are on hand, many are to come, many late ones were published, and 3 were not.
  await session.query(`
    insert into allocation.product (sku, version, last_sequence) values ('LAMP', 1, 0);
    insert into allocation.batch (reference, sku, eta, quantity, allocated, overdue_noted)
    select 'B-' || n, 'LAMP',
           case when n <= 3 then date '2026-07-01' + n when n % 4 = 0 then '2026-06-01' when n % 4 = 1 then '2097-01-31' end,
           10, 1, case when n > 3 and n % 4 = 0 then date '2026-06-01' end
      from generate_series(1, 20000) as n;
    insert into allocation.batch (reference, sku, eta, quantity, allocated) values ('FREE', 'LAMP', '2026-01-01', 10, 0);
    analyze allocation.batch;
  `);
});
afterAll(async () => {
  await session.end();
  await database.drop();
});

describe('The search for overdue batches', () => {
  it('finds batches with lines whose date has passed unpublished, the longest overdue first', async () => {
    const { rows } = await session.query(OVERDUE_BATCHES, [TODAY, 256]);
    expect(rows).toEqual(['B-1', 'B-2', 'B-3'].map((batchReference) => ({ sku: 'LAMP', batchReference })));
  });

  it('reads by its index, and only the rows that it finds and late batches without lines', async () => {
    const { rows } = await session.query<Explained[number]>(
      `explain (analyze, format json) ${OVERDUE_BATCHES.replace('$1', `'${TODAY}'`).replace('$2', '256')}`,
    );
    expect(nodesOf(rows).filter(({ Plans }) => Plans === undefined)).toMatchObject([
      { 'Index Name': 'batch_due', 'Actual Rows': 3, 'Rows Removed by Filter': 1 },
    ]);
  });

  it('adds no entry to its index for an allocation, whose row is updated in place', async () => {
    await session.query('begin');
    await session.query(`update allocation.batch set allocated = allocated + 1 where reference = 'B-2'`);
    const { rows } = await session.query(
      `select pg_stat_get_xact_tuples_hot_updated('allocation.batch'::regclass)::int as "inPlace"`,
    );
    await session.query('rollback');
    expect(rows).toEqual([{ inPlace: 1 }]);
  });
});
