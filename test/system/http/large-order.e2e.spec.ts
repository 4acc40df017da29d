import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';
import { ServiceProcess } from '../../support/service-process.js';
import { eventually } from '../../../testing/eventually.js';

/** More than the 5,000 calls that may wait for a transaction. */
const LINES = 6_000;

let database: TestDatabase;
let session: pg.Client;
let service: RunningService;

beforeAll(async () => {
  database = await freshDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await session.end();
  await database.drop();
});

const sql = async <Row extends pg.QueryResultRow>(statement: string, values: unknown[] = []) =>
  (await session.query<Row>(statement, values)).rows;

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

describe('Giving back a large order', () => {
  it(`of ${LINES} lines answers 204, and others are served meanwhile, or told that they waited for too long`, async () => {
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
    // How long the others wait depends on the machine: each waits for one transaction at most.
    expect(statuses.filter((each) => ![201, 503].includes(each))).toEqual([]);
    expect(statuses.length).toBeGreaterThanOrEqual(16);
    expect(await left('huge')).toEqual({ lines: 0, claimed: 0, events: LINES });
  });

  it('answers 204 to one of two callers who call at once, and deallocates each line once', async () => {
    await order('twice', 2_000);
    const answers = await Promise.all([giveBack('twice'), giveBack('twice')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect(await left('twice')).toEqual({ lines: 0, claimed: 0, events: 2_000 });
  });

  it('ends while lines are added to it, and leaves none that stood before', async () => {
    await order('growing', 1_500);
    const before = await sql<{ sku: string }>(`select sku from allocation.line where order_id = 'growing'`);
    let isOver = false;
    let added = 0;
    const answer = giveBack('growing');
    const adding = (async () => {
      for (; !isOver; added++) {
        const sku = `ZZZ-${String(added).padStart(6, '0')}`;
        await service.request('POST', '/v1/batches', { reference: `PO-${sku}`, sku, quantity: 1 });
        const line = { orderId: 'growing', sku, quantity: 1 };
        expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
      }
    })();
    const { status } = await answer;
    isOver = true;
    await adding;

    expect(status).toBe(204);
    expect(added).toBeGreaterThan(0);
    const standing = await sql<{ sku: string }>(`select sku from allocation.line where order_id = 'growing'`);
    expect(standing.filter(({ sku }) => before.some((line) => line.sku === sku))).toEqual([]);
    expect(await left('growing')).toMatchObject({ lines: added, claimed: 0 });
  });

  it('has done nothing if the service crashes in the middle, and is done by a repeated call', async () => {
    await order('interrupted', 1_000);
    const crashing = new ServiceProcess({ DATABASE_URL: database.url });
    const url = await crashing.ready;
    // The call cannot end before the crash.
    await sql('begin');
    await sql(`select from allocation.product where sku = 'SKU-000700' for update`);
    const unanswered = giveBack('interrupted', url).then(
      ({ status }) => status,
      () => 'lost',
    );
    try {
      await eventually('the call waits for the lock', async () => {
        const blocked = `not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
        return (await sql(`select from pg_locks where ${blocked}`)).length > 0;
      });
    } finally {
      await crashing.stop('SIGKILL');
    }
    await sql('rollback');
    expect(await unanswered).toBe('lost');
    expect(await left('interrupted')).toEqual({ lines: 1_000, claimed: 1_000, events: 0 });

    expect((await giveBack('interrupted')).status).toBe(204);
    expect(await left('interrupted')).toEqual({ lines: 0, claimed: 0, events: 1_000 });
  });
});

it('Giving back 20 orders at once, with more lines together than may wait, answers 204 to each', async () => {
  const orders = Array.from({ length: 20 }, (_, i) => `large-${i}`);
  for (const orderId of orders) await order(orderId, 300);
  const answers = await Promise.all(orders.map((orderId) => giveBack(orderId)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  for (const orderId of orders) expect(await left(orderId)).toEqual({ lines: 0, claimed: 0, events: 300 });
});
