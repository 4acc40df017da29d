import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ENDED_PROTECTIONS } from '../../src/allocation/queries/list-ended-protections.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, type Explained } from '../support/query-plan.js';

const TODAY = '2026-07-30';

let database: TestDatabase;
let session: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  // 20,000 products with a protection that has ended; 2,000 lines wait, all of them for five products.
  await session.query(`
    insert into allocation.product (sku, version, last_sequence, policy)
    select 'P-' || n, 1, 0, '{"protections": [{"channel": null, "quantity": 1, "until": "2026-07-29"}]}'
      from generate_series(1, 20000) as n;
    update allocation.product
       set policy = jsonb_set(policy, '{protections,0,until}', case sku when 'P-2' then '"2026-07-30"' else 'null' end::jsonb)
     where sku in ('P-2', 'P-3');
    update allocation.product set policy = null where sku = 'P-4';
    insert into allocation.backorder (order_id, sku, quantity, sequence, split, priority)
    select 'o-' || n, 'P-' || n % 5 + 1, 1, n, false, 5 from generate_series(1, 2000) as n;
    update allocation.product set waiting = 400 where sku in ('P-1', 'P-2', 'P-3', 'P-4', 'P-5');
    analyze allocation.product, allocation.backorder;
  `);
});
afterAll(async () => {
  await session.end();
  await database.drop();
});

const ended = async (after: string | null, count: number, today = TODAY) => {
  const { rows } = await session.query<{ sku: string }>(ENDED_PROTECTIONS, [today, after, count]);
  return rows.map(({ sku }) => sku);
};

describe('The search for protections that have ended', () => {
  it('finds products with a queue, from the day after the last one of the protection', async () => {
    expect(await ended(null, 256)).toEqual(['P-1', 'P-5']);
    expect(await ended(null, 256, '2026-07-31')).toEqual(['P-1', 'P-2', 'P-5']);
    expect(await ended(null, 256, '2026-07-29')).toEqual([]);
  });

  it('goes on behind a product, with so many as are asked for', async () => {
    expect(await ended(null, 1)).toEqual(['P-1']);
    expect(await ended('P-1', 1)).toEqual(['P-5']);
    expect(await ended('P-5', 1)).toEqual([]);
  });

  it('reads an entry of the queue for each product that has one, and nothing of the others', async () => {
    const statement = ENDED_PROTECTIONS.replace('$1', `'${TODAY}'`)
      .replace('$2', 'null')
      .replace('$3', '256');
    const { rows } = await session.query<Explained[number]>(`explain (analyze, format json) ${statement}`);
    const read = nodesOf(rows)
      .filter((node) => node['Relation Name'] !== undefined)
      .map((node) => ({
        relation: node['Relation Name'],
        byIndex: node['Node Type'].startsWith('Index'),
        rows: node['Actual Rows'] * node['Actual Loops'],
      }));
    expect(read.map(({ relation }) => relation).sort()).toEqual(['backorder', 'backorder', 'product']);
    expect(read.filter(({ byIndex }) => !byIndex)).toEqual([]);
    expect(read.reduce((sum, node) => sum + node.rows, 0)).toBeLessThanOrEqual(5 + 5);
  });
});
