import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/kernel/postgres/data-source.js';
import {
  MOVEMENTS_OF_BATCH,
  MOVEMENTS_OF_LOG,
  MOVEMENTS_OF_ORDER,
  MOVEMENTS_OF_SKU,
} from '../../../src/ledger/queries/movement-pages.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { nodesOf, rowsRead, type Explained } from '../../support/query-plan.js';

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  // A hundred batches with forty slices each, of ten claims.
  await dataSource.query(
    `insert into event_log.event (id, type, version, key, subject, correlation_id, data)
     select gen_random_uuid(), 'LineAllocated', 1, 'S' || n % 10, 'o' || n, 'c',
            jsonb_build_object('orderId', 'o' || n, 'batchReference', 'B' || n % 100, 'quantity', 1)
       from generate_series(0, 39999) as n`,
  );
  await dataSource.query(
    `insert into ledger.batch_slice
            (batch_reference, slice_end, sku, movements, positions, claimed_changes, claimed, on_hand, inbound, has_arrived)
     select data->>'batchReference', (position - 1) / 1000 * 1000 + 1000, min(key), count(*), array_agg(position order by position),
            array_agg(1), max(position), 0, 0, true
       from event_log.event group by 1, 2`,
  );
  await dataSource.query(
    `insert into event_log.subscription (name, position) values ('ledger.movements', 40000)
     on conflict (name) do update set position = excluded.position`,
  );
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('A page', () => {
  const [after, count] = [20_000, 51];
  it.each([
    ['all movements', MOVEMENTS_OF_LOG, [null, null, null]],
    ['movements of an order', MOVEMENTS_OF_ORDER, [null, null, 'o30000']],
    ['movements of a batch', MOVEMENTS_OF_BATCH.all, [null, 'B7', null]],
    ['movements of goods of a batch', MOVEMENTS_OF_BATCH.stock, [null, 'B7', null]],
    ['movements of a SKU', MOVEMENTS_OF_SKU.all, ['S7', null, null]],
    ['movements of goods of a SKU', MOVEMENTS_OF_SKU.stock, ['S7', null, null]],
  ])('of %s is found by indexes, and looks at few rows', async (_, statement, filter) => {
    const explained = await dataSource.query<Explained>(`explain (analyze, format json) ${statement}`, [
      ...[after, count, ...filter, null, null],
    ]);
    const nodes = nodesOf(explained);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(rowsRead(nodes.filter((node) => node['Relation Name'] !== undefined))).toBeLessThan(2_000);
  });
});
