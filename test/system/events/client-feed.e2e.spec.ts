import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DataSource } from 'typeorm';
import {
  Earmark,
  EarmarkProblem,
  type ChangeBatchBody,
  type EarmarkEvent,
  type FollowOptions,
  type Reconnect,
} from '../../../client/src/index.js';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { SCOPES } from '../../../src/scopes.js';
import { eventually } from '../../../testing/eventually.js';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

// It starts the service several times.

let database: TestDatabase;
let settings: Readonly<Record<string, string>>;
let service: ServiceProcess;
let earmark: Earmark;
beforeAll(async () => {
  database = await freshDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  const key = await createKey(dataSource, 'reader', SCOPES);
  await dataSource.destroy();
  settings = { DATABASE_URL: database.url, PORT: String(await freePort()) };
  service = new ServiceProcess(settings);
  // As often as it takes to start the service on a machine that has other things to do.
  earmark = new Earmark({ url: await service.ready, key, maxRetries: 100 });
});
afterAll(async () => {
  await service.stop('SIGKILL');
  await database.drop();
});

let stop: AbortController;
afterEach(() => stop.abort());

const buy = (reference: string, quantity: number, eta: string | null = null) =>
  earmark.batches.register({ body: { reference, sku: 'TABLE', quantity, eta } });
const order = (orderId: string, quantity: number) =>
  earmark.allocations.allocate({ body: { orderId, sku: 'TABLE', quantity } });

/** Follows the feed in the background. */
function follow(after: number, filter: FollowOptions = {}) {
  stop = new AbortController();
  const heard: EarmarkEvent[] = [];
  const lost: Reconnect[] = [];
  const feed = earmark.events({
    ...filter,
    after,
    signal: stop.signal,
    onReconnect: (each) => lost.push(each),
  });
  const done = (async () => {
    for await (const event of feed) heard.push(event);
  })();
  const has = (count: number) => eventually(`${count} events`, () => heard.length >= count, 30_000);
  return { heard, lost, has, done };
}

describe('A reader of the live feed', () => {
  it('gets each event once and in order, also over kill -9 of the service', async () => {
    await buy('PO-1', 10);
    const { heard, lost, has, done } = follow(0);
    await order('o-1', 1);
    await has(2);

    await service.stop('SIGKILL');
    // What is asked for while the service is down is answered when it is up again.
    const asked = order('o-2', 1);
    service = new ServiceProcess(settings);
    await asked;
    await has(3);
    stop.abort();
    await done;

    expect(heard.map(({ type, data }) => [type, 'orderId' in data ? data.orderId : null])).toEqual([
      ['BatchRegistered', null],
      ['LineAllocated', 'o-1'],
      ['LineAllocated', 'o-2'],
    ]);
    const positions = heard.map(({ position }) => position);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    expect(lost).toContainEqual(expect.objectContaining({ after: positions[1] }));
  });

  it('gets only the events that it asks for', async () => {
    const { heard, has, done } = follow(0, { types: ['LineAllocated'], sku: 'TABLE', orderId: 'o-2' });
    await has(1);
    stop.abort();
    await done;

    expect(heard.map(({ type, data }) => [type, 'orderId' in data ? data.orderId : null])).toEqual([
      ['LineAllocated', 'o-2'],
    ]);
  });

  it('is rejected with a wrong key, or at a position that the log does not have', async () => {
    stop = new AbortController();
    const stranger = new Earmark({ url: await service.ready, key: 'earmark_wrong' });
    const refusal = (feed: AsyncGenerator) => feed.next().catch((error: unknown) => error);

    expect(await refusal(stranger.events())).toMatchObject({ code: 'unauthenticated', status: 401 });
    const ahead = await refusal(earmark.events({ after: 1_000_000 }));
    expect(ahead).toBeInstanceOf(EarmarkProblem);
    expect(ahead).toMatchObject({ code: 'ahead-of-log', status: 410, problem: { after: 1_000_000 } });
  });
});

describe('Every published event', () => {
  it('matches the schema of its type in the API document', async () => {
    stop = new AbortController();
    await buy('PO-2', 4, '2030-01-01');
    await expect(order('o-4', 50)).rejects.toMatchObject({ code: 'out-of-stock' });
    const change = (reference: string, body: ChangeBatchBody) =>
      earmark.batches.change({ path: { reference }, body });
    await change('PO-2', { eta: '2030-02-01' });
    // One line moves to PO-2, and then fits nowhere.
    await change('PO-1', { quantity: 1 });
    await change('PO-2', { quantity: 0 });
    await earmark.allocations.deallocateOrder({ path: { orderId: 'o-1' } });
    const { data: page } = await earmark.events.list({ query: { limit: 500 } });
    const document = (await (await fetch(new URL('/openapi.json', await service.ready))).json()) as object;

    const ajv = new Ajv2020({ strict: false, discriminator: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'api', ...document });
    const isPage = ajv.compile({ $ref: 'api#/components/schemas/EventPageBody' });

    expect([isPage(page), isPage.errors]).toEqual([true, null]);
    const { items } = page;
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
