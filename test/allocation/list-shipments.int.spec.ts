import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { ListShipments, ListShipmentsHandler } from '../../src/allocation/queries/list-shipments.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, rowsRead, type Explained } from '../support/query-plan.js';

const SHIPMENTS = 10_000;
const PAGE = 50;

describe('The shipments of an order that has many', () => {
  let database: TestDatabase;
  let session: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    session = new pg.Client({ connectionString: database.url });
    await session.connect();
    await session.query(`
      insert into allocation.document (kind, id, order_id, content, result, created_at)
      select case when n % 2 = 0 then 'shipment' else 'return' end, 'd-' || lpad(n::text, 6, '0'),
             case when n <= ${2 * SHIPMENTS} then 'large' else 'o-' || n end, '', '{"lines": []}',
             '2027-01-01'::timestamptz + make_interval(secs => n / 10)
        from generate_series(1, ${4 * SHIPMENTS}) as n;
      analyze allocation.document`);
  });
  afterAll(async () => {
    await session.end();
    await database.drop();
  });

  const idOf = (nth: number) => `d-${String(2 * nth).padStart(6, '0')}`;

  /** A page, and how many rows of the table its plan reads. */
  async function page(after: string | undefined): Promise<{ ids: string[]; read: number }> {
    let read = 0;
    const dataSource = {
      async query(text: string, values: unknown[]) {
        const { rows } = await session.query<Explained[number]>(
          `explain (analyze, format json) ${text}`,
          values,
        );
        read += rowsRead(nodesOf(rows).filter((node) => node['Relation Name'] !== undefined));
        return (await session.query(text, values)).rows as unknown[];
      },
    };
    const handler = new ListShipmentsHandler(dataSource as unknown as DataSource);
    const shipments = await handler.execute(new ListShipments('large', after, PAGE));
    return { ids: shipments.map(({ shipmentId }) => shipmentId), read };
  }

  it.each([
    ['the first', 0],
    ['a middle', SHIPMENTS / 2],
    ['the last', SHIPMENTS - PAGE],
  ])('come in order, and %s page of them reads no rows of other pages', async (_, nth) => {
    const { ids, read } = await page(nth === 0 ? undefined : idOf(nth));
    expect(ids).toEqual(Array.from({ length: PAGE }, (_, i) => idOf(nth + i + 1)));
    // Every second document of the order is a return; one more row says where the page begins.
    expect(read).toBeLessThanOrEqual(2 * PAGE + 1);
  });
});
