import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Draining } from '../../../src/platform/operations/draining.js';
import { migrateDown, migrateUp } from '../../../src/platform/migrations/migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import { Wire } from '../../support/wire.js';

// Machines that run the tests may be slow, and the database is away for seconds.
const PATIENCE_MS = 60_000;

let database: TestDatabase;
let wire: Wire;
let service: RunningService;

beforeAll(async () => {
  database = await freshDatabase();
  wire = await Wire.to(database.url);
  service = await startService(wire.url);
});
afterAll(async () => {
  await service.close();
  await wire.close();
  await database.drop();
});

describe('A database that is down', () => {
  const allocate = (orderId: string) =>
    service.request('POST', '/v1/allocations', { orderId, sku: 'RUG', quantity: 1 });

  it('makes calls answer 503, and the service recovers by itself when it is back', async () => {
    await service.request('POST', '/v1/batches', { reference: 'b', sku: 'RUG', quantity: 100, eta: null });
    expect(await allocate('before')).toMatchObject({ status: 201 });
    await wire.shut();

    const orders = Array.from({ length: 40 }, (_, i) => `meanwhile-${i}`);
    const answers = [];
    // The first ones wait for it to come back, the others are refused at once.
    for (const order of orders) answers.push(await allocate(order));
    for (const path of ['/v1/products/RUG', '/v1/products', '/v1/orders/before/allocations', '/v1/events'])
      answers.push(await service.request('GET', path));
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toMatchObject({ status: 503, body: { type: 'urn:earmark:problem:busy' } });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await service.request('GET', '/health/ready')).status).toBe(503);
    expect((await service.request('GET', '/health/live')).status).toBe(200);

    await wire.reopen();
    await eventually(
      'is ready',
      async () => (await service.request('GET', '/health/ready')).status === 200,
      PATIENCE_MS,
    );
    expect(await service.request('GET', '/v1/products/RUG')).toMatchObject({ body: { allocated: 1 } });
    for (const order of orders) expect(await allocate(order)).toMatchObject({ status: 201 });
    expect(await service.request('GET', '/v1/products/RUG')).toMatchObject({ body: { allocated: 41 } });
    await eventually(
      'the readers have caught up',
      async () => {
        const { body } = await service.request<{ items: { lag: { events: number } }[] }>(
          'GET',
          '/v1/subscriptions',
        );
        return body.items.every(({ lag }) => lag.events === 0);
      },
      PATIENCE_MS,
    );
  });
});

async function ready() {
  const { status, body } = await service.request<{ status?: string; detail?: string }>(
    'GET',
    '/health/ready',
  );
  return [status, body.detail ?? body.status];
}
const YES = [200, 'ok'];

describe('GET /health/ready', () => {
  it('answers 200 although an event is parked: everything else goes on', async () => {
    await service.get(DataSource).query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       values ('notifications.alerts', 1, 'LAMP', 'parked', 8, 'no')`,
    );
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while a migration is missing', async () => {
    await migrateDown(database.url, 'access');
    expect(await ready()).toEqual([503, 'The database lacks a migration that this version needs.']);
    await migrateUp(database.url);
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while a whole schema is missing', async () => {
    await service.get(DataSource).query('alter schema access rename to away');
    expect(await ready()).toEqual([503, 'The database lacks a migration that this version needs.']);
    await service.get(DataSource).query('alter schema away rename to access');
    expect(await ready()).toEqual(YES);
  });

  it('answers 200 although a newer version has added a migration', async () => {
    await service
      .get(DataSource)
      .query(`insert into batches.migration (timestamp, name) values (1999999999999, 'Next1999999999999')`);
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while the database cannot be reached', async () => {
    await wire.shut();
    expect(await ready()).toEqual([503, 'The database does not answer.']);
    expect((await service.request('GET', '/health/live')).status).toBe(200);
    await wire.reopen();
    await eventually('it is ready again', async () => (await ready())[0] === 200, PATIENCE_MS);
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 once the service is stopping', async () => {
    service.get(Draining).begin();
    expect(await ready()).toEqual([503, 'The service is stopping.']);
  });
});
