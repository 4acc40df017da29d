import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DataSource } from 'typeorm';
import { eventsAfter, type Event } from '../../../client/events.js';
import { followPromises } from '../../../client/follow.js';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { SCOPES } from '../../../src/scopes.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';

// It starts the service twice.
jest.setTimeout(60_000);

let database: TestDatabase;
let service: RunningService;
let key: string;
beforeAll(async () => {
  database = await freshDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  key = await createKey(dataSource, 'reader', SCOPES);
  await dataSource.destroy();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

let stop: AbortController;
afterEach(() => stop.abort());

const send = (method: string, path: string, body?: object) =>
  service.request(method, path, body, { authorization: `Bearer ${key}` });
const buy = (reference: string, quantity: number, eta: string | null = null) =>
  send('POST', '/v1/batches', { reference, sku: 'TABLE', quantity, eta });
const order = (orderId: string, quantity: number) =>
  send('POST', '/v1/allocations', { orderId, sku: 'TABLE', quantity });

/** Follows the feed in the background; the fetch always asks the instance that runs at the moment. */
function follow(after: number) {
  stop = new AbortController();
  const heard: Event[] = [];
  const fetch: typeof globalThis.fetch = (_url, init) =>
    globalThis.fetch(new URL('/v1/events', service.url), init);
  const done = (async () => {
    for await (const event of eventsAfter(service.url, { key, after, signal: stop.signal, fetch }))
      heard.push(event);
  })();
  return { heard, done };
}

describe('A reader of the live feed', () => {
  it('gets each event once and in order, also across a restart of the service', async () => {
    await buy('PO-1', 10);
    const { heard, done } = follow(0);
    expect((await order('o-1', 4)).status).toBe(201);
    await eventually('two events', () => Promise.resolve(heard.length >= 2), 30_000);

    await service.close();
    service = await startService(database.url);
    expect((await order('o-2', 4)).status).toBe(201);
    await eventually('the third event', () => Promise.resolve(heard.length >= 3), 30_000);
    stop.abort();
    await done;

    expect(heard.map(({ type, data }) => [type, 'orderId' in data ? data.orderId : null])).toEqual([
      ['BatchRegistered', null],
      ['LineAllocated', 'o-1'],
      ['LineAllocated', 'o-2'],
    ]);
    const positions = heard.map(({ position }) => position);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
  });

  it('is rejected with a wrong key, or at a position that the log does not have', async () => {
    stop = new AbortController();
    const refusal = (options: object) =>
      eventsAfter(service.url, options)
        .next()
        .then(
          () => null,
          (error: unknown) => error,
        );

    expect(await refusal({ key: 'earmark_wrong' })).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(await refusal({ key, after: 1_000_000 })).toMatchObject({ code: 'ahead-of-log', status: 410 });
  });

  it('can be written as the example shows', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    process.env.EARMARK_KEY = key;
    stop = new AbortController();
    const done = followPromises(service.url, 0, stop.signal);
    await eventually('two lines', () => Promise.resolve(print.mock.calls.length >= 2), 30_000);
    stop.abort();
    await done;
    delete process.env.EARMARK_KEY;

    expect(print.mock.calls.map(([line]) => String(line).replace(/^\d+/, 'n'))).toEqual([
      'n: 4 TABLE of PO-1 for o-1',
      'n: 4 TABLE of PO-1 for o-2',
    ]);
    print.mockRestore();
  });
});

describe('Every published event', () => {
  it('matches the schema of its type in the API document', async () => {
    stop = new AbortController();
    await buy('PO-2', 4, '2030-01-01');
    await order('o-3', 50);
    await send('PATCH', '/v1/batches/PO-2', { eta: '2030-02-01' });
    await send('PATCH', '/v1/batches/PO-1', { quantity: 4 });
    await send('PATCH', '/v1/batches/PO-2', { quantity: 0 });
    await send('DELETE', '/v1/orders/o-1/allocations');
    const { body } = await send('GET', '/v1/events?limit=500');
    const { body: document } = await service.request<{ components: { schemas: object } }>(
      'GET',
      '/openapi.json',
    );

    const ajv = new Ajv2020({ strict: false, discriminator: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'api', ...document });
    const isPage = ajv.compile({ $ref: 'api#/components/schemas/EventPageBody' });

    expect([isPage(body), isPage.errors]).toEqual([true, null]);
    const { items } = body as { items: Event[] };
    expect([...new Set(items.map(({ type }) => type))].sort()).toEqual([
      'BatchQuantityChanged',
      'BatchRegistered',
      'BatchRescheduled',
      'LineAllocated',
      'LineDeallocated',
      'LineReallocated',
      'OutOfStock',
    ]);
    const wrong = { ...items[0]!, data: { sku: 'TABLE' } };
    expect(isPage({ items: [wrong], next: null })).toBe(false);
  });
});
