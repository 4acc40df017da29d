import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { incomingOf } from '../../../src/platform/brokers/channels/channel.js';
import { registry } from '../../../src/channels.js';
import { processActor } from '../../../src/kernel/cause/actor.js';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { DeadLetterRetry } from '../../../src/platform/brokers/messages/dead-letter-retry.js';
import { Receiver } from '../../../src/platform/brokers/messages/receiver.js';
import { eventually } from '../../../testing/eventually.js';
import { Listener } from '../../platform/events-api/live-feed-listener.js';
import { sendInBulk } from '../../support/bulk.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { TestIssuer } from '../../support/issuer.js';
import { startService, type RunningService } from '../../support/service.js';

interface Event {
  readonly type: string;
  readonly key: string;
  readonly actor: string | null;
}

let database: TestDatabase;
let service: RunningService;
let issuer: TestIssuer;
/** Takes tokens, too. */
let tokenService: RunningService;
/** Of a key that may do everything here; calls without it are refused once it exists. */
let authorization: string;

beforeAll(async () => {
  database = await freshDatabase();
  issuer = await TestIssuer.open();
  service = await startService(database.url);
  tokenService = await startService(database.url, { oidc: issuer.oidc });
});
afterAll(async () => {
  await tokenService.close();
  await service.close();
  await issuer.stop();
  await database.drop();
});

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = authorization ? { authorization } : {},
  to = service,
) {
  const { status } = await to.request(method, path, body, headers);
  expect(`${method} ${path} ${status}`).toMatch(/ 20\d$/);
}

const buy = (reference: string, sku: string, eta?: string) =>
  call('POST', '/v1/batches', { reference, sku, quantity: 10, ...(eta && { eta }) });

/** Types and actors of the events of a SKU. */
async function actorsOf(sku: string): Promise<[type: string, actor: string | null][]> {
  const { body } = await service.request<{ items: Event[] }>('GET', '/v1/events?limit=500', undefined, {
    ...(authorization && { authorization }),
  });
  return body.items.filter(({ key }) => key === sku).map(({ type, actor }) => [type, actor]);
}

describe('The actor of an event', () => {
  it('is `loopback` while access control is off, with and without a trace', async () => {
    await buy('L-1', 'LAMP');
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await call('POST', '/v1/allocations', { orderId: 'o-1', sku: 'LAMP', quantity: 1 }, { traceparent });

    expect(await actorsOf('LAMP')).toEqual([
      ['BatchRegistered', 'loopback'],
      ['LineAllocated', 'loopback'],
    ]);
  });

  it('is the name of the key, also of what follows from the call', async () => {
    authorization = `Bearer ${await createKey(service.get(DataSource), 'web-shop', [
      'read',
      'batches:write',
      'allocations:write',
    ])}`;
    await eventually(
      'calls need a key',
      async () => (await service.request('GET', '/v1/events')).status === 401,
    );
    await buy('T-1', 'TABLE');
    await call('POST', '/v1/allocations', { orderId: 'o-2', sku: 'TABLE', quantity: 8 });
    await call('PATCH', '/v1/batches/T-1', { quantity: 5 });

    expect(await actorsOf('TABLE')).toEqual([
      ['BatchRegistered', 'web-shop'],
      ['LineAllocated', 'web-shop'],
      ['BatchQuantityChanged', 'web-shop'],
      ['LineDeallocated', 'web-shop'],
      ['OutOfStock', 'web-shop'],
    ]);
  });

  it('is the name of the key in all rows of a bulk call, which are of one correlation', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({ reference: `K-${n}`, sku: 'KETTLE', quantity: 1 }));
    const lines = await sendInBulk(service.url, '/v1/bulk/batches', rows, { authorization });
    expect(lines.at(-1)).toMatchObject({ end: 'complete', accepted: 60 });
    const events = await service
      .get(DataSource)
      .query<{ actor: string; correlations: number; events: number }[]>(
        `select actor, count(distinct correlation_id)::int as correlations, count(*)::int as events
           from event_log.event where key = 'KETTLE' group by actor`,
      );
    expect(events).toEqual([{ actor: 'web-shop', correlations: 1, events: 60 }]);
  });

  it('is the subject of the token', async () => {
    const token = await issuer.token({ sub: 'alice@shop', scope: 'batches:write' });
    const batch = { reference: 'R-1', sku: 'RUG', quantity: 10 };
    await call('POST', '/v1/batches', batch, { authorization: `Bearer ${token}` }, tokenService);

    expect(await actorsOf('RUG')).toEqual([['BatchRegistered', 'alice@shop']]);
  });

  it('is the channel of a message, also if an operator has retried it', async () => {
    const channel = incomingOf(registry).find(({ name }) => name === 'change_batch_quantity')!;
    const receive = (id: string, body: object) =>
      service.get(Receiver).receive(channel, {
        broker: 'test',
        channel: channel.name,
        id,
        body: Buffer.from(JSON.stringify(body)),
        attempt: 1,
      });
    await receive('m-1', { batchref: 'V-1', qty: 7 });
    await buy('V-1', 'VASE');
    const [letter] = await service
      .get(DataSource)
      .query<{ id: number }[]>('select id from broker.dead_letter');
    expect(await service.get(DeadLetterRetry).retry(letter!.id)).toBe(true);
    await receive('m-2', { batchref: 'V-1', qty: 6 });

    expect(await actorsOf('VASE')).toEqual([
      ['BatchRegistered', 'web-shop'],
      ['BatchQuantityChanged', 'change_batch_quantity'],
      ['BatchQuantityChanged', 'change_batch_quantity'],
    ]);
  });

  it('is the user that runs the service for what its jobs do', async () => {
    await buy('S-1', 'SOFA', '2020-01-01');
    await call('POST', '/v1/allocations', { orderId: 'o-3', sku: 'SOFA', quantity: 1 });
    const other = await startService(database.url);
    const overdue = await eventually('its first look at the dates has noted the batch', async () =>
      (await actorsOf('SOFA')).find(([type]) => type === 'BatchOverdue'),
    );
    await other.close();

    expect(overdue).toEqual(['BatchOverdue', processActor('server').name]);
  });

  it('is in the live feed, and null for events that older versions have stored', async () => {
    await service.get(DataSource).query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       values (gen_random_uuid(), 'BatchRegistered', 1, 'OLD', 'c',
               '{"sku": "OLD", "batchReference": "O-1", "quantity": 1, "eta": null}')`,
    );
    await buy('N-1', 'NEW');
    const listener = await Listener.open(`${service.url}/v1/events?after=0`, { authorization });
    const fed = () => listener.messages.map(({ data }) => data as Event);
    const fedOf = (sku: string) => fed().filter(({ key }) => key === sku);
    await listener.heard(() => fedOf('NEW').length > 0);
    await listener.cutOff();

    expect(fedOf('OLD')).toMatchObject([{ actor: null }]);
    expect(fedOf('NEW')).toMatchObject([{ actor: 'web-shop' }]);
    expect(await actorsOf('OLD')).toEqual([['BatchRegistered', null]]);
  });
});
