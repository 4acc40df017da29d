import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { Settings } from '../../../src/platform/config/settings.js';
import { aNats, aRedis, describeWith, type TestServer } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import {
  externalSystemOverJetStream,
  externalSystemOverRedis,
  SILENT_UNTIL_HEARD,
  type ExternalSystem,
} from '../../support/external-servers.js';
import { startService, type RunningService } from '../../support/service.js';

interface Adapter {
  aServer(): Promise<TestServer>;
  outside(url: string): Promise<ExternalSystem>;
  settings(url: string): Partial<Settings>;
}

const redis: Adapter = {
  aServer: () => aRedis(...SILENT_UNTIL_HEARD),
  outside: externalSystemOverRedis,
  settings: (redisUrl) => ({ redisUrl }),
};

const jetStream: Adapter = {
  aServer: () => aNats(),
  outside: externalSystemOverJetStream,
  settings: (natsUrl) => ({ natsUrl }),
};

describeWith('redis-server', 'A service on Redis pub/sub', () => itTalksOver(redis));
describeWith('nats-server', 'A service on NATS JetStream', () => itTalksOver(jetStream));

/** One service for all tests, which each have products, batches and orders of their own. */
function itTalksOver(adapter: Adapter): void {
  let server: TestServer;
  let database: TestDatabase;
  let service: RunningService;
  let outside: ExternalSystem | undefined;

  const start = () => startService(database.url, adapter.settings(server.url));

  beforeAll(async () => {
    // The first test starts it.
    server = await adapter.aServer();
    database = await freshDatabase();
    service = await start();
  });
  afterAll(async () => {
    await outside?.close();
    await service.close();
    await server.remove();
    await database.drop();
  });

  const register = (reference: string, sku: string, quantity = 10, eta: string | null = null) =>
    service.request('POST', '/v1/batches', { reference, sku, quantity, eta });
  const allocate = (orderId: string, sku: string, quantity = 10) =>
    service.request('POST', '/v1/allocations', { orderId, sku, quantity });
  const quantityOf = async (reference: string) =>
    (await service.request<{ quantity: number }>('GET', `/v1/batches/${reference}`)).body.quantity;
  const deadLetters = () =>
    service
      .get(DataSource)
      .query<{ reason: string; size: number; text: string }[]>(
        `select reason, size, encode(substr(body, 1, 100), 'escape') as text from broker.dead_letter order by id`,
      );
  /** The lines of a product that were published. */
  const heard = async (sku: string, channel?: string) =>
    ((await outside!.heard(channel)) as { orderid: string; sku: string }[]).filter(
      (line) => line.sku === sku,
    );
  const hears = (count: number, sku: string, channel?: string) =>
    eventually(
      `${count} lines of ${sku} are published`,
      async () => {
        const lines = await heard(sku, channel);
        return lines.length >= count && lines;
      },
      20_000,
    );

  it('starts, serves and is ready while the broker is away, and catches up once it is reachable', async () => {
    await register('early-bird', 'EARLY-LAMP', 100);
    for (const order of ['order-1', 'order-2', 'order-3']) await allocate(order, 'EARLY-LAMP');
    expect((await service.request('GET', '/health/ready')).status).toBe(200);

    await server.ensureRunning();
    outside = await adapter.outside(server.url);
    await register('listening', 'EARLY-CLOCK');
    await outside.send('change_batch_quantity', '{"batchref": "listening", "qty": 4}');
    await eventually('it listens', async () => (await quantityOf('listening')) === 4);
    await allocate('order-4', 'EARLY-LAMP');

    // Pub/sub keeps nothing, so we miss what was published over Redis before we subscribed.
    const published = await eventually('the last line is published', async () => {
      const lines = await heard('EARLY-LAMP');
      return lines.some(({ orderid }) => orderid === 'order-4') && lines;
    });
    const inOrder = ['order-1', 'order-2', 'order-3', 'order-4'];
    expect(published.map(({ orderid }) => orderid)).toEqual(inOrder.slice(-published.length));
  });

  it('moves a line when a message shrinks its batch, and publishes the batch that it moved to', async () => {
    await register('early', 'INDIFFERENT-TABLE', 10, '2030-01-01');
    await register('later', 'INDIFFERENT-TABLE', 10, '2030-01-02');
    await allocate('order-1', 'INDIFFERENT-TABLE');
    const line = { orderid: 'order-1', sku: 'INDIFFERENT-TABLE', qty: 10 };
    expect(await hears(1, 'INDIFFERENT-TABLE')).toEqual([{ ...line, batchref: 'early' }]);

    await outside!.send('change_batch_quantity', '{"batchref": "early", "qty": 5}');

    expect(await hears(2, 'INDIFFERENT-TABLE')).toEqual([
      { ...line, batchref: 'early' },
      { ...line, batchref: 'later' },
    ]);
  });

  it('publishes one message for a batch that slips, however many lines wait for it', async () => {
    await register('ship', 'LATE-RUG', 10, '2097-01-01');
    await allocate('order-1', 'LATE-RUG', 6);
    await allocate('order-2', 'LATE-RUG', 3);
    for (const eta of ['2097-02-01', '2097-01-01'])
      await service.request('PATCH', '/v1/batches/ship', { eta });

    const batch = { batchref: 'ship', sku: 'LATE-RUG', lines: 2, qty: 9 };
    expect(await hears(2, 'LATE-RUG', 'promises_changed')).toEqual([
      { ...batch, previouseta: '2097-01-01', eta: '2097-02-01' },
      { ...batch, previouseta: '2097-02-01', eta: '2097-01-01' },
    ]);
  });

  it('publishes each line that is cancelled or loses its batch, with the reason, and on that channel only', async () => {
    await register('first', 'TABLE');
    await allocate('order-1', 'TABLE', 6);
    await allocate('order-2', 'TABLE', 4);
    await service.request('PATCH', '/v1/batches/first', { quantity: 7 });
    await service.request('DELETE', '/v1/orders/order-1/allocations/TABLE');

    expect(await hears(2, 'TABLE', 'line_deallocated')).toEqual([
      { orderid: 'order-2', sku: 'TABLE', qty: 4, batchref: 'first', reason: 'batch-shrunk' },
      { orderid: 'order-1', sku: 'TABLE', qty: 6, batchref: 'first', reason: 'cancelled' },
    ]);
    expect(await heard('TABLE')).toEqual([
      { orderid: 'order-1', sku: 'TABLE', qty: 6, batchref: 'first' },
      { orderid: 'order-2', sku: 'TABLE', qty: 4, batchref: 'first' },
    ]);
  });

  it('publishes the lines of a hold once it is confirmed, and none of a hold that is released', async () => {
    await register('held', 'HELD-TABLE', 10, '2030-01-01');
    await register('behind', 'HELD-TABLE', 10, '2030-01-02');
    const lines = [{ sku: 'HELD-TABLE', quantity: 4 }];
    const put = (orderId: string) =>
      service.request('PUT', `/v1/orders/${orderId}`, { lines, expiresInSeconds: 600 });
    await put('released');
    await put('confirmed');
    await put('moved');
    await service.request('DELETE', '/v1/orders/released');
    await service.request('PATCH', '/v1/batches/held', { quantity: 4 });
    await service.request('POST', '/v1/orders/confirmed/confirm');
    await service.request('POST', '/v1/orders/moved/confirm');

    // The last line to be published is also the last of what came before.
    await allocate('last', 'HELD-TABLE', 1);
    const line = { sku: 'HELD-TABLE', qty: 4 };
    expect(await hears(3, 'HELD-TABLE')).toEqual([
      { ...line, orderid: 'confirmed', batchref: 'held' },
      { ...line, orderid: 'moved', batchref: 'behind' },
      { ...line, orderid: 'last', qty: 1, batchref: 'behind' },
    ]);
    expect(await heard('HELD-TABLE', 'line_deallocated')).toEqual([]);
  });

  it('dead-letters a message that it cannot read or apply, and continues with the next', async () => {
    await register('batch-1', 'LAMP');
    const bad = {
      '{"batchref": "batch-1"': 'InvalidMessage: The body is not JSON',
      '[1]': 'InvalidMessage: The body must be a JSON object.',
      '{"batchref": 7, "qty": "5"}': 'InvalidMessage: batchref must be a text',
      '{"batchref": "batch-1"}': 'InvalidMessage: qty is required.',
      '{"batchref": "batch-1", "qty": -1}': 'InvalidMessage: qty must be a whole number from 0',
      '{"batchref": "batch-1", "qty": 1.5}': 'InvalidMessage: qty must be a whole number from 0',
      '{"batchref": "nowhere", "qty": 1}': 'UnknownBatch: There is no batch nowhere.',
      [`"${'x'.repeat(2 * 1024 * 1024)}"`]: 'InvalidMessage: The body has 2097154 bytes, more than 1 MiB.',
    };
    for (const body of Object.keys(bad)) await outside!.send('change_batch_quantity', body);
    await outside!.send('change_batch_quantity', Buffer.from([0xff, 0xfe]));
    await outside!.send('change_batch_quantity', '{"batchref": "batch-1", "qty": 3}');

    await eventually('the good one is applied', async () => (await quantityOf('batch-1')) === 3);
    const kept = await deadLetters();
    expect(kept.map(({ reason }) => reason)).toEqual([
      ...Object.values(bad).map((reason) => expect.stringContaining(reason)),
      expect.stringContaining('not UTF-8'),
    ]);
    expect(kept.map(({ text }) => text).slice(0, 7)).toEqual(Object.keys(bad).slice(0, 7));
    expect(kept[7]?.size).toBe(2 * 1024 * 1024 + 2);
  });

  it('applies a message once that comes a hundred times', async () => {
    await register('repeated', 'RUG');
    await register('after', 'CLOCK');
    const before = await deadLetters();
    for (let time = 0; time < 100; time++) {
      await outside!.send('change_batch_quantity', '{"batchref": "repeated", "qty": 4}', 'the-same');
    }
    await outside!.send('change_batch_quantity', '{"batchref": "after", "qty": 4}', 'another');
    await eventually('the one after them is applied', async () => (await quantityOf('after')) === 4);

    const { body } = await service.request<{ items: { type: string; key: string }[] }>('GET', '/v1/events');
    const changes = body.items.filter(({ type, key }) => type === 'BatchQuantityChanged' && key === 'RUG');
    expect(changes).toHaveLength(1);
    expect(await deadLetters()).toEqual(before);
  });

  it('applies a message once with two instances, and by the second when the first is gone', async () => {
    const first = service;
    const second = await start();
    try {
      await register('shared', 'SOFA');
      const before = (await deadLetters()).length;
      await outside!.send('change_batch_quantity', 'not JSON');
      await outside!.send('change_batch_quantity', '{"batchref": "shared", "qty": 4}');
      await eventually('it is applied', async () => (await quantityOf('shared')) === 4);
      expect(await deadLetters()).toHaveLength(before + 1);
    } finally {
      service = second;
      await first.close();
    }
    await outside!.send('change_batch_quantity', '{"batchref": "shared", "qty": 2}');
    await eventually('the other one applies it', async () => (await quantityOf('shared')) === 2);
  });

  it('stays up while the broker is away, and publishes what it missed in order when the broker is back', async () => {
    await register('patient', 'STOOL', 100);
    await allocate('order-1', 'STOOL');
    await hears(1, 'STOOL');

    await server.kill();
    for (const order of ['order-2', 'order-3', 'order-4']) {
      expect((await allocate(order, 'STOOL')).status).toBe(201);
    }
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
    await server.ensureRunning();

    const published = await hears(4, 'STOOL');
    expect(published.map(({ orderid }) => orderid)).toEqual(['order-1', 'order-2', 'order-3', 'order-4']);
    await outside!.send('change_batch_quantity', '{"batchref": "patient", "qty": 60}');
    await eventually('it listens again', async () => (await quantityOf('patient')) === 60);
  });
}
