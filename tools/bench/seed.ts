import type pg from 'pg';
import type { Stocked } from './shop.js';
import { referenceOf } from './stock.js';

/** As if each batch had been registered: the product's own subscription carries them to allocation. */
export async function seedBatches(database: pg.Client, stock: Stocked): Promise<void> {
  const columns = [
    stock.map(({ reference }) => reference),
    stock.map(({ sku }) => sku),
    stock.map(({ quantity }) => quantity),
    stock.map(({ eta }) => eta ?? null),
  ];
  const batches = `unnest($1::text[], $2::text[], $3::int[], $4::date[]) with ordinality as batch (reference, sku, quantity, eta, n)`;
  await database.query(
    `insert into batches.batch (reference, sku, quantity, eta, registered_quantity, registered_eta, version)
     select reference, sku, quantity, eta, quantity, eta, 1 from ${batches}`,
    columns,
  );
  await database.query(
    `insert into event_log.event (id, type, version, key, correlation_id, data)
     select gen_random_uuid(), 'BatchRegistered', 1, sku, gen_random_uuid()::text,
            jsonb_build_object('batchReference', reference, 'sku', sku, 'quantity', quantity, 'eta', eta)
       from ${batches} order by n`,
    columns,
  );
}

/**
 * As if so many orders of one unit each had been allocated from the batch, in one transaction. The product must be
 * idle. Order `n` is called `prefix` + n, from 1.
 */
export async function seedLines(
  database: pg.Client,
  { sku, reference, prefix, count }: { sku: string; reference: string; prefix: string; count: number },
): Promise<void> {
  await database.query('begin');
  const { rows } = await database.query<{ version: string; last: string }>(
    'select version, last_sequence as last from allocation.product where sku = $1 for update',
    [sku],
  );
  const last = Number(rows[0]!.last);
  const version = Number(rows[0]!.version) + 1;
  await database.query(
    `insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
     select $1 || n, $2, 1, $3, $4::bigint + n from generate_series(1, $5::int) as n`,
    [prefix, sku, reference, last, count],
  );
  await database.query(
    `insert into event_log.event (id, type, version, key, correlation_id, data)
     select gen_random_uuid(), 'LineAllocated', 1, $2, 'seed',
            jsonb_build_object('orderId', $1 || n, 'sku', $2::text, 'quantity', 1, 'batchReference', $3::text,
                               'eta', null, 'productVersion', $4::bigint)
       from generate_series(1, $5::int) as n`,
    [prefix, sku, reference, version, count],
  );
  await database.query('update allocation.batch set allocated = allocated + $2 where reference = $1', [
    reference,
    count,
  ]);
  await database.query(
    'update allocation.product set version = $2, last_sequence = last_sequence + $3 where sku = $1',
    [sku, version, count],
  );
  await database.query('commit');
}

/**
 * As if an order of one unit of each of these SKUs had been allocated, each line from the first batch of its SKU, in one
 * transaction. The product must be idle.
 */
export async function seedOrder(
  database: pg.Client,
  orderId: string,
  skus: readonly string[],
): Promise<void> {
  await database.query('begin');
  await database.query(
    `update allocation.product set version = version + 1, last_sequence = last_sequence + 1 where sku = any($1)`,
    [skus],
  );
  await database.query('update allocation.batch set allocated = allocated + 1 where reference = any($1)', [
    skus.map(referenceOf),
  ]);
  const lines = `unnest($2::text[], $3::text[]) as line (sku, reference) join allocation.product using (sku)`;
  const columns = [orderId, skus, skus.map(referenceOf)];
  await database.query(
    `insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
     select $1, sku, 1, reference, last_sequence from ${lines}`,
    columns,
  );
  await database.query(
    `insert into event_log.event (id, type, version, key, correlation_id, data)
     select gen_random_uuid(), 'LineAllocated', 1, sku, 'seed',
            jsonb_build_object('orderId', $1::text, 'sku', sku, 'quantity', 1, 'batchReference', reference,
                               'eta', null, 'productVersion', version)
       from ${lines}`,
    columns,
  );
  await database.query('commit');
}

/**
 * As if so many orders of one unit had been put: every other one, `past-2` and so on, was shipped, and the rest waits. The
 * product must be idle.
 * @param count even
 */
export async function seedOrderHistory(database: pg.Client, sku: string, count: number): Promise<void> {
  const reference = referenceOf(sku);
  await seedLines(database, { sku, reference, prefix: 'past-', count });
  await database.query('begin');
  await database.query(
    `insert into allocation.customer_order (order_id, version, created_at, priority, ship_complete, lines)
     select 'past-' || n, 1 + (n + 1) % 2, now() - (n || ' seconds')::interval, 5, false,
            jsonb_build_array(
              jsonb_build_object('sku', $1::text, 'quantity', 1, 'split', false, 'neededBy', null,
                                 'promisedDate', null, 'shipped', (n + 1) % 2, 'returned', 0)
              || case when n % 2 = 1 then '{}'
                      else jsonb_build_object('shippedFrom', jsonb_build_array(
                             jsonb_build_object('batchReference', $2::text, 'quantity', 1))) end)
       from generate_series(1, $3::int) as n`,
    [sku, reference, count],
  );
  await database.query(
    `insert into allocation.document (kind, id, order_id, content, result, created_at)
     select 'shipment', 'of-past-' || n, 'past-' || n, json_build_array('past-' || n, null)::text,
            jsonb_build_object('lines', jsonb_build_array(
              jsonb_build_object('sku', $1::text, 'quantity', 1, 'claims', jsonb_build_array(
                jsonb_build_object('batchReference', $2::text, 'quantity', 1)),
                                 'sequence', n))),
            now() - (n || ' seconds')::interval
       from generate_series(2, $3::int, 2) as n`,
    [sku, reference, count],
  );
  await database.query(
    `delete from allocation.line using generate_series(2, $2::int, 2) as n where order_id = 'past-' || n and sku = $1`,
    [sku, count],
  );
  await database.query(
    `insert into event_log.event (id, type, version, key, subject, correlation_id, data)
     select gen_random_uuid(), 'LineShipped', 1, $1, 'past-' || n, 'seed',
            jsonb_build_object('orderId', 'past-' || n, 'sku', $1::text, 'quantity', 1, 'claims',
                               jsonb_build_array(jsonb_build_object('batchReference', $2::text, 'quantity', 1)),
                               'shipmentId', 'of-past-' || n, 'productVersion', version)
       from generate_series(2, $3::int, 2) as n, allocation.product where sku = $1`,
    [sku, reference, count],
  );
  await database.query(
    `update allocation.batch set allocated = allocated - $2, quantity = quantity - $2, shipped = shipped + $2
      where reference = $1`,
    [reference, Math.floor(count / 2)],
  );
  await database.query('commit');
}
