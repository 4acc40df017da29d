import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { OrderStateName } from '../../src/allocation/domain/order-state.js';
import {
  candidatesAfter,
  ListOrders,
  ListOrdersHandler,
  type OrderFilter,
} from '../../src/allocation/queries/list-orders.js';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { migrationsOf } from '../../src/platform/migrations/migration-files.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { NOW } from '../support/now.js';
import { nodesOf, rowsRead, type Explained } from '../support/query-plan.js';

let database: TestDatabase;
let dataSource: DataSource;
let handler: ListOrdersHandler;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  handler = new ListOrdersHandler(dataSource, new Calendar('UTC', () => NOW));
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
const forget = () => dataSource.query('truncate allocation.customer_order, allocation.order_of_sku');

/** Orders by SQL over `n`, their number: each is a second older than the one before. */
async function orders(
  count: number,
  {
    skus,
    channel = 'null',
    cancelled = 'false',
    at = `timestamptz '2026-07-01' - n * interval '1 s'`,
  }: Written,
): Promise<void> {
  await dataSource.query(
    `insert into allocation.customer_order (order_id, version, created_at, priority, channel, ship_complete, cancelled_at, lines)
     select 'o' || n, 1, ${at}, 5, ${channel}, false, case when ${cancelled} then now() end,
            (select jsonb_agg(jsonb_build_object('sku', sku, 'quantity', 1, 'split', false, 'neededBy', null,
                                                 'promisedDate', null, 'shipped', 0, 'returned', 0))
               from unnest(${skus}) as sku)
       from generate_series(1, ${count}) as n`,
  );
}

/** Each an expression of SQL. */
interface Written {
  readonly skus: string;
  readonly channel?: string;
  readonly cancelled?: string;
  readonly at?: string;
}

/** All pages of a list. */
async function pages(filter: OrderFilter, limit: number): Promise<string[][]> {
  const found: string[][] = [];
  let after: string | undefined;
  do {
    const { items, next } = await handler.execute(new ListOrders(filter, after, limit));
    found.push(items.map(({ orderId }) => orderId));
    after = next ?? undefined;
  } while (after !== undefined);
  return found;
}

const listed = async (sku: string) => (await pages({ sku }, 10)).flat();

describe('The list of orders', () => {
  beforeEach(forget);
  const channels = [undefined, 'web', 'shop', 'none'];
  const skus = [undefined, 'EVEN', 'THIRD', 'ANY', 'NONE'];
  const states: (OrderStateName | undefined)[] = [undefined, 'cancelled', 'partly-allocated'];

  it('has each order of a filter once, the newest first, on pages of any size', async () => {
    // Always four of them are created at the same moment.
    await orders(60, {
      skus: `array_remove(array['ANY', case when n % 2 = 0 then 'EVEN' end, case when n % 3 = 0 then 'THIRD' end], null)`,
      channel: `case n % 5 when 0 then 'web' when 1 then 'shop' end`,
      cancelled: 'n % 7 = 0',
      at: `timestamptz '2026-07-01' - n / 4 * interval '1 s'`,
    });
    const all = Array.from({ length: 60 }, (_, i) => i + 1).toSorted((a, b) => {
      const byAge = Math.floor(a / 4) - Math.floor(b / 4);
      return byAge === 0 ? (`o${a}` < `o${b}` ? 1 : -1) : byAge;
    });
    for (const channel of channels)
      for (const sku of skus)
        for (const state of states)
          for (const limit of [1, 7, 60, 100]) {
            const expected = all.filter(
              (n) =>
                (channel === undefined || channel === { 0: 'web', 1: 'shop' }[n % 5]) &&
                (sku === undefined ||
                  sku === 'ANY' ||
                  (sku === 'EVEN' ? n % 2 === 0 : sku === 'THIRD' && n % 3 === 0)) &&
                (state === undefined || (state === 'cancelled') === (n % 7 === 0)),
            );
            const found = await pages({ channel, sku, state }, limit);
            expect({ channel, sku, state, limit, found: found.flat() }).toEqual({
              ...{ channel, sku, state, limit },
              found: expected.map((n) => `o${n}`),
            });
            expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(limit);
          }
  });

  it('looks at a bounded number of orders for a page, and says where to go on', async () => {
    await orders(11_000, { skus: `array['LAMP']`, cancelled: 'n = 10500' });
    expect(await pages({ state: 'cancelled' }, 10)).toEqual([[], [], ['o10500']]);
    expect(await pages({ state: 'cancelled', sku: 'LAMP' }, 10)).toEqual([[], [], ['o10500']]);
  });
});

describe('The orders of a SKU', () => {
  const setLines = (orderId: string, skus: readonly string[]) =>
    dataSource.query(
      `update allocation.customer_order set lines = (
         select coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'quantity', 2, 'shipped', 0, 'returned', 0)), '[]')
           from unnest($2::text[]) as sku) where order_id = $1`,
      [orderId, skus],
    );
  const noted = () =>
    dataSource.query<{ sku: string; orderId: string }[]>(
      `select sku, order_id as "orderId" from allocation.order_of_sku order by 1, 2`,
    );

  beforeEach(async () => {
    await forget();
    await orders(3, { skus: `array['LAMP', 'SHADE']` });
  });

  it('follow the lines of the orders', async () => {
    await setLines('o1', ['SHADE', 'BULB']);
    await setLines('o2', []);
    expect([await listed('LAMP'), await listed('SHADE'), await listed('BULB')]).toEqual([
      ['o3'],
      ['o1', 'o3'],
      ['o1'],
    ]);
    expect(await noted()).toHaveLength(4);
  });

  it('are in the order of their latest creation', async () => {
    await dataSource.query(
      `update allocation.customer_order set created_at = '2026-07-02' where order_id = 'o3'`,
    );
    expect(await listed('LAMP')).toEqual(['o3', 'o1', 'o2']);
    expect(await noted()).toHaveLength(6);
  });

  it('are without an order that is gone', async () => {
    await dataSource.query(`delete from allocation.customer_order where order_id = 'o2'`);
    expect(await listed('LAMP')).toEqual(['o1', 'o3']);
    expect(await noted()).toHaveLength(4);
  });

  it('are found if the orders are older than the table', async () => {
    const before = await noted();
    await dataSource.query('truncate allocation.order_of_sku');
    const migration = (await migrationsOf('allocation')).find(({ name }) =>
      name.startsWith('FormerOrdersOfSku'),
    )!;
    const [backfill] = migration.up.sql.split(/;$/m);
    await dataSource.query(backfill!);
    expect(await noted()).toEqual(before);
    expect(await listed('SHADE')).toEqual(['o1', 'o2', 'o3']);
  });

  it('are without an order that was noted though it has no such line, or was created at another time', async () => {
    await dataSource.query(
      `insert into allocation.order_of_sku (sku, created_at, order_id)
       select 'BULB', created_at, order_id from allocation.customer_order union all
       select 'LAMP', created_at - interval '1 h', order_id from allocation.customer_order union all
       select 'LAMP', created_at - interval '1 h', 'gone' from allocation.customer_order where order_id = 'o1'`,
    );
    expect(await listed('BULB')).toEqual([]);
    expect(await listed('LAMP')).toEqual(['o1', 'o2', 'o3']);
  });
});

/** How many rows of tables the statement reads, by the plan that the service would use. */
async function rowsReadFor(...about: Parameters<typeof candidatesAfter>): Promise<number> {
  const { sql, values } = candidatesAfter(...about);
  const literals = values.map((value) => (typeof value === 'number' ? value : `'${String(value)}'`)).join();
  const session = dataSource.createQueryRunner();
  try {
    await session.query(`prepare page as ${sql}`);
    const explained = (await session.query(
      `explain (analyze, format json) execute page (${literals})`,
    )) as Explained;
    await session.query('deallocate page');
    return rowsRead(nodesOf(explained).filter((node) => node['Relation Name'] !== undefined));
  } finally {
    await session.release();
  }
}

describe('A page of orders', () => {
  beforeAll(async () => {
    await forget();
    await orders(20_000, {
      skus: `array_remove(array['OFTEN', case when n > 19950 then 'ONCE' end], null)`,
      channel: `case when n % 2 = 0 then 'web' end`,
    });
    await dataSource.query('analyze allocation.customer_order, allocation.order_of_sku');
  });

  it.each([
    ['of all orders', {}, 11],
    ['of a channel', { channel: 'web' }, 11],
    ['of a SKU that every order has', { sku: 'OFTEN' }, 22],
    ['of a SKU that only old orders have', { sku: 'ONCE' }, 22],
    ['of a SKU that no order has', { sku: 'NONE' }, 0],
    ['of a state', { state: 'held' }, 11],
    ['of a state and a SKU', { state: 'cancelled', sku: 'OFTEN' }, 22],
    ['of a channel and a SKU', { channel: 'web', sku: 'OFTEN' }, 22],
  ] as const)('%s reads only rows of its own, wherever it begins', async (_, filter, most) => {
    const late = { orderId: 'o19960', createdAt: '2026-06-30 18:27:20+00' };
    for (const place of [undefined, late])
      expect(await rowsReadFor(filter, place, 11)).toBeLessThanOrEqual(most);
  });
});
