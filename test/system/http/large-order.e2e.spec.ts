import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';
import { ServiceProcess } from '../../support/service-process.js';
import { eventually } from '../../../testing/eventually.js';

const LINES = 20_000;

let database: TestDatabase;
let service: RunningService;

beforeEach(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
});
afterEach(async () => {
  await service.close();
  await database.drop();
});

const sql = <Row>(statement: string, values: unknown[] = []) =>
  service.get(DataSource).query<Row[]>(statement, values);

/** An order with a unit each of so many SKUs, as if its lines had come in one by one. */
async function order(orderId: string, lines: number): Promise<void> {
  await sql(
    `with sku as (select 'SKU-' || lpad(n::text, 6, '0') as sku from generate_series(1, $1::int) n),
          product as (insert into allocation.product (sku, version, last_sequence) select sku, 2, 1 from sku
                      on conflict (sku) do nothing),
          batch as (insert into allocation.batch (reference, sku, quantity, allocated)
                    select 'PO-' || sku, sku, 100, 1 from sku
                    on conflict (reference) do update set allocated = batch.allocated + 1)
     insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
     select $2, sku, 1, 'PO-' || sku, 1 from sku`,
    [lines, orderId],
  );
}

const giveBack = (orderId: string, at = service.url) =>
  fetch(new URL(`/v1/orders/${orderId}/allocations`, at), { method: 'DELETE' });

/** Lines of the order that are left, units that are claimed, and events that say so. */
async function left(orderId: string) {
  const [counts] = await sql<{ lines: number; claimed: number; events: number }>(
    `select (select count(*)::int from allocation.line where order_id = $1) as lines,
            (select sum(allocated)::int from allocation.batch where reference like 'PO-SKU-%') as claimed,
            (select count(*)::int from event_log.event
              where type = 'LineDeallocated' and data ->> 'orderId' = $1) as events`,
    [orderId],
  );
  return counts;
}

describe('Giving back an order of 20,000 lines', () => {
  it('answers 204, and every call of others succeeds meanwhile', async () => {
    await order('huge', LINES);
    await service.request('POST', '/v1/batches', { reference: 'PO-LAMP', sku: 'LAMP', quantity: 1_000_000 });

    let isOver = false;
    const statuses: number[] = [];
    const callers = Array.from({ length: 16 }, async (_, caller) => {
      for (let n = 0; !isOver; n++) {
        const line = { orderId: `o-${caller}-${n}`, sku: 'LAMP', quantity: 1 };
        statuses.push((await service.request('POST', '/v1/allocations', line)).status);
      }
    });
    const { status } = await giveBack('huge');
    isOver = true;
    await Promise.all(callers);

    expect(status).toBe(204);
    expect(new Set(statuses)).toEqual(new Set([201]));
    // The portions left room for many rounds of each of the others.
    expect(statuses.length).toBeGreaterThan(16 * 10);
    expect(await left('huge')).toEqual({ lines: 0, claimed: 0, events: LINES });
  }, 120_000);

  it('answers 204 to both callers who call at once, and deallocates each line once', async () => {
    await order('huge', LINES);
    const answers = await Promise.all([giveBack('huge'), giveBack('huge')]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await left('huge')).toEqual({ lines: 0, claimed: 0, events: LINES });
  }, 120_000);
});

it('Giving back 20 orders of 1,000 lines at once answers 204 to each', async () => {
  const orders = Array.from({ length: 20 }, (_, i) => `large-${i}`);
  for (const orderId of orders) await order(orderId, 1_000);
  const answers = await Promise.all(orders.map((orderId) => giveBack(orderId)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  for (const orderId of orders) expect(await left(orderId)).toEqual({ lines: 0, claimed: 0, events: 1_000 });
}, 120_000);

it('Giving back an order ends while lines are added to it, and leaves none that stood before', async () => {
  await order('growing', 3_000);
  const before = await sql<{ sku: string }>(`select sku from allocation.line where order_id = 'growing'`);
  let isOver = false;
  let added = 0;
  const adding = (async () => {
    for (; !isOver; added++) {
      const sku = `ZZZ-${String(added).padStart(6, '0')}`;
      await service.request('POST', '/v1/batches', { reference: `PO-${sku}`, sku, quantity: 1 });
      const line = { orderId: 'growing', sku, quantity: 1 };
      expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
    }
  })();
  const { status } = await giveBack('growing');
  isOver = true;
  await adding;

  expect(status).toBe(204);
  expect(added).toBeGreaterThan(0);
  const standing = await sql<{ sku: string }>(`select sku from allocation.line where order_id = 'growing'`);
  expect(standing.filter(({ sku }) => before.some((line) => line.sku === sku))).toEqual([]);
  expect(await left('growing')).toMatchObject({ lines: added, claimed: 0 });
}, 120_000);

it('A repeated call finishes giving back an order after a crash in the middle', async () => {
  await order('huge', LINES);
  const crashing = new ServiceProcess({ DATABASE_URL: database.url, PORT: '0' });
  const url = await crashing.ready;
  const unanswered = giveBack('huge', url).then(
    ({ status }) => status,
    () => 'lost',
  );
  await eventually('some lines are given back', async () => (await left('huge'))!.lines < LINES);
  await crashing.stop('SIGKILL');
  expect(await unanswered).toBe('lost');
  const { lines } = (await left('huge'))!;
  expect(lines).toBeGreaterThan(0);
  expect(await left('huge')).toEqual({ lines, claimed: lines, events: LINES - lines });

  expect((await giveBack('huge')).status).toBe(204);
  expect(await left('huge')).toEqual({ lines: 0, claimed: 0, events: LINES });
}, 120_000);
