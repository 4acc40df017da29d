import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { aNatsCluster, describeWith } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { externalSystemOverJetStream } from '../../support/external-servers.js';
import { startService, type RunningService } from '../../support/service.js';

describeWith('nats-server', 'A cluster of three NATS servers', () => {
  let servers: Awaited<ReturnType<typeof aNatsCluster>>;
  let urls: string;
  let database: TestDatabase;
  let service: RunningService;
  let operator: NatsConnection;
  let outside: Awaited<ReturnType<typeof externalSystemOverJetStream>>;

  beforeEach(async () => {
    servers = await aNatsCluster();
    await Promise.all(servers.map((server) => server.start()));
    urls = servers.map(({ url }) => url).join(',');
    database = await freshDatabase();
    service = await startService(database.url, { natsUrl: urls });
    operator = await connect({ servers: urls.split(','), maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    outside = await externalSystemOverJetStream(urls);
  });
  afterEach(async () => {
    await outside.close();
    await operator.close();
    await service.close();
    await Promise.all(servers.map((server) => server.remove()));
    await database.drop();
  });

  const allocate = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const line = { orderId: `order-${n}`, sku: n % 2 ? 'LAMP' : 'CLOCK', quantity: 1 };
      expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
    }
  };
  const stream = async (): Promise<StreamInfo | null> => {
    const manager = await jetstreamManager(operator, { checkAPI: false, timeout: 500 });
    return manager.streams.info('earmark_line_allocated').catch(() => null);
  };
  const published = (count: number) =>
    eventually(
      `${count} lines are published`,
      async () => {
        // To read a stream takes longer than to ask how much it has.
        if (((await stream())?.state.messages ?? 0) < count) return null;
        const messages = await outside.all().catch(() => []);
        return messages.length >= count && messages;
      },
      60_000,
    );

  it('may lose its leader: every line is published once and in order, and messages are still applied', async () => {
    for (const sku of ['LAMP', 'CLOCK']) {
      const batch = { reference: `batch of ${sku}`, sku, quantity: 1_000 };
      expect((await service.request('POST', '/v1/batches', batch)).status).toBe(201);
    }
    await allocate(0, 20);
    await published(20);
    const before = await stream();
    expect(before?.config.num_replicas).toBe(3);

    const lost = servers.find(({ name }) => name === before?.cluster?.leader)!;
    await lost.stop();
    await allocate(20, 40);

    const messages = await published(40);
    expect(messages.map(({ body }) => (body as { orderid: string }).orderid)).toEqual(
      Array.from({ length: 40 }, (_, n) => `order-${n}`),
    );
    await eventually(
      'a message is accepted',
      () =>
        outside.send('change_batch_quantity', '{"batchref": "batch of LAMP", "qty": 500}', 'm-1').then(
          () => true,
          () => false,
        ),
      60_000,
    );
    await eventually(
      'it is applied',
      async () =>
        (await service.request<{ quantity: number }>('GET', '/v1/batches/batch%20of%20LAMP')).body
          .quantity === 500,
      60_000,
    );
  });
});
