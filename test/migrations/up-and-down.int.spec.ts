import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrationsOf, schemas } from '../../src/platform/migrations/migration-files.js';
import {
  migrateDown,
  migrateUp,
  migrationStatus,
  schemasBehind,
} from '../../src/platform/migrations/migrations.js';
import { cloneOf, emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';
import { startService, type RunningService } from '../support/service.js';
import { catalogOf, type Thing } from './catalog.js';

const owners = await schemas();

let database: TestDatabase;
let session: pg.Client;

async function open(of: Promise<TestDatabase>): Promise<void> {
  database = await of;
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
}

afterEach(async () => {
  await session.end();
  await database.drop();
});

async function names(sql: string): Promise<string[]> {
  return (await session.query<{ name: string }>(sql)).rows.map(({ name }) => name);
}

/** What is there beside the histories, which stay where everything is taken back. */
const built = async (): Promise<Thing[]> =>
  (await catalogOf(session)).filter(({ name, table }) => !/^\w+\.migration/.test(table ?? name));

async function takeAllBack(schema: string): Promise<void> {
  while ((await migrateDown(database.url, schema)) !== null);
}

describe('On an empty database', () => {
  beforeEach(() => open(emptyDatabase()));

  it('every migration goes up, down and up again, and builds the same; the schemas go in any order', async () => {
    expect(await migrateUp(database.url)).toHaveLength(
      (await Promise.all(owners.map(migrationsOf))).flat().length,
    );
    const first = await built();
    expect(first.length).toBeGreaterThan(100);

    for (const schema of owners) await takeAllBack(schema);
    expect(await built()).toEqual([]);

    await migrateUp(database.url);
    expect(await built()).toEqual(first);

    for (const schema of owners.toReversed()) await takeAllBack(schema);
    expect(await built()).toEqual([]);
  });

  it('migrate status leaves nothing behind', async () => {
    const status = await migrationStatus(database.url);

    expect(new Set(status.map(({ state }) => state))).toEqual(new Set(['missing']));
    expect(await schemasBehind(database.url)).toEqual(owners);
    expect(await catalogOf(session)).toEqual([]);
    expect(await names('select nspname as name from pg_namespace')).not.toContain('batches');
  });
});

/** Everything the service stores by itself, and what it stores when something goes wrong. */
async function trade(service: RunningService): Promise<void> {
  const buy = (reference: string, quantity: number, eta: string | null = null) =>
    service.request('POST', '/v1/batches', { reference, sku: 'TABLE', quantity, eta });
  const order = (orderId: string, quantity: number) =>
    service.request('POST', '/v1/allocations', { orderId, sku: 'TABLE', quantity });
  expect((await buy('PO-1', 10)).status).toBe(201);
  expect((await buy('PO-2', 10, '2027-01-31')).status).toBe(201);
  expect((await order('o-1', 4)).status).toBe(201);
  expect((await order('o-2', 6)).status).toBe(201);
  expect((await service.request('PATCH', '/v1/batches/PO-1', { quantity: 5 })).status).toBe(200);
  expect((await order('o-3', 100)).status).toBe(409);
  const waiting = { orderId: 'o-5', sku: 'TABLE', quantity: 50, whenShort: 'backorder' };
  expect((await service.request('POST', '/v1/allocations', waiting)).status).toBe(202);
  for (const reference of ['PO-3', 'PO-4'])
    await service.request('POST', '/v1/batches', { reference, sku: 'TABLE-SET', quantity: 1 });
  const lines = [{ sku: 'TABLE-SET', quantity: 2, split: true }];
  expect((await service.request('PUT', '/v1/orders/o-4', { lines })).status).toBe(201);
  const receipt = { batchReference: 'PO-4', quantity: 1 };
  expect((await service.request('PUT', '/v1/receipts/r-1', receipt)).status).toBe(201);
  await eventually('the buyers are told', async () => {
    const { body } = await service.request<{ items: { state: string }[] }>('GET', '/v1/notifications');
    return body.items.some(({ state }) => state === 'sent');
  });
  await listed(service, { quantity: 15, allocated: 10 });
}

async function listed(service: RunningService, sums: object): Promise<void> {
  await eventually('the list of products follows', async () => {
    const { body } = await service.request<{ items: object[] }>('GET', '/v1/products');
    return body.items.length > 0 && JSON.stringify(body.items[0]).includes(JSON.stringify(sums).slice(1, -1));
  });
}

/** Rows that only an operator or a fault leads to, so that no table is empty. */
async function fillTheRest(): Promise<void> {
  await session.query(`
    insert into access.api_key (name, id, hash, scopes) values ('shop', 'ab', sha256('x'), '{read}');
    insert into broker.inbox (channel, message_id) values ('change_batch_quantity', 'm-1');
    insert into broker.dead_letter (broker, channel, reason, body, size) values ('redis', 'c', 'unreadable', 'x', 1);
    insert into event_log.set_aside (subscription, position, key, state, attempts)
      values ('notifications.alerts', 1, 'TABLE', 'parked', 8);
    insert into notifications.lost_promise (position, sku, batch_reference, order_id, quantity, lost_at)
      values (1, 'TABLE', 'PO-1', 'o-1', 1, now());
    insert into notifications.watched_batch (sku, reference, lines, units, order_ids, overdue_on)
      values ('TABLE', 'PO-1', 1, 1, '{o-1}', '{}');
    insert into webhooks.endpoint (id, url, types, format, secrets, begins_after)
      values (md5('1')::uuid, 'https://shop.example.com/', '{*}', 'standard', '[{"sealed": "", "expiresAt": null}]', 0);
    insert into webhooks.delivery (endpoint_id, position, event_id, type, sku, format, body)
      values (md5('1')::uuid, 1, md5('2')::uuid, 'OutOfStock', 'TABLE', 'standard', '{}');
    insert into webhooks.queue (endpoint_id, sku) values (md5('1')::uuid, 'TABLE');
    insert into webhooks.deleted_endpoint (id) values (md5('3')::uuid);
    insert into event_log.discarded (subscription, position, key, attempts, reason)
      values ('notifications.alerts', 2, 'TABLE', 8, 'known');
    insert into event_log.reserved (first, last, writer) values (1000, 1999, '3');
    insert into event_log.rebuild (subscription, state) values ('allocation.product-totals', 'done');
    insert into event_log.restored (ended_at, continues_after) values (10, 1000010);`);
}

const TABLES = `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
                 where relkind = 'r' and nspname !~ '^(pg_|information_schema$)' order by name`;

/** Every row of every table that is not of this schema. */
async function rowsOutside(schema: string): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const table of await names(TABLES)) {
    // It grows by each migration that is applied or taken back.
    if (table === 'access.audit') continue;
    if (table.startsWith(`${schema}.`)) continue;
    const { rows } = await session.query<{ row: unknown }>(
      `select to_jsonb(t) as row from ${table} as t order by to_jsonb(t)::text`,
    );
    all[table] = rows.map(({ row }) => row);
  }
  return all;
}

describe('On a database with data', () => {
  let traded: TestDatabase;

  beforeAll(async () => {
    traded = await freshDatabase();
    const service = await startService(traded.url);
    try {
      await trade(service);
    } finally {
      await service.close();
    }
  });
  afterAll(() => traded.drop());
  beforeEach(() => open(cloneOf(traded)));

  it('every migration goes down and up again, builds the same, and leaves the rows of the others alone', async () => {
    await fillTheRest();
    for (const table of await names(TABLES)) {
      const { rows } = await session.query<{ count: string }>(`select count(*) from ${table}`);
      expect([table, rows[0]!.count]).not.toEqual([table, '0']);
    }
    const before = await built();
    for (const schema of owners) {
      const others = await rowsOutside(schema);
      // A read model that is gone is made from the log again: its subscription begins anew.
      if (schema === 'allocation' || schema === 'batches') {
        others['event_log.subscription'] = others['event_log.subscription']!.filter(
          (row) => !JSON.stringify(row).includes(`${schema}.`),
        );
      }
      await takeAllBack(schema);
      expect(await rowsOutside(schema)).toEqual(others);
      await migrateUp(database.url);
      expect(await built()).toEqual(before);
    }
  });

  it('the service goes on after any schema was reverted and applied again, with stock as far as the log has it', async () => {
    for (const schema of owners) {
      await takeAllBack(schema);
      await migrateUp(database.url);
      const service = await startService(database.url);
      try {
        if (schema === 'allocation') {
          await eventually('the log is read', async () => {
            const { body } = await service.request('GET', '/v1/products/TABLE/availability');
            return (body as { onHand?: number; inbound?: unknown[] }).onHand === 5;
          });
        }
        const batch = { reference: `after ${schema}`, sku: `after ${schema}`, quantity: 3 };
        expect([schema, (await service.request('POST', '/v1/batches', batch)).status]).toEqual([schema, 201]);
        const line = { orderId: 'o-9', sku: batch.sku, quantity: 3 };
        expect([schema, (await service.request('POST', '/v1/allocations', line)).status]).toEqual([
          schema,
          201,
        ]);
      } finally {
        await service.close();
      }
    }
  });

  it('a read model is rebuilt from the log after its migration was reverted', async () => {
    for (let last = ''; last !== 'ProductTotal';) {
      last = (await migrateDown(database.url, 'allocation'))!.name.replace(/\d+$/, '');
    }
    await migrateUp(database.url);
    const service = await startService(database.url);
    try {
      await listed(service, { quantity: 15, allocated: 10 });
    } finally {
      await service.close();
    }
  });
});
