import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { jetstreamManager, type StreamAPI } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { rm } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { aNats, describeWith, type TestServer } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { externalSystemOverJetStream, type ExternalSystem } from '../../support/external-servers.js';
import { startService, type RunningService } from '../../support/service.js';

const STREAM = 'earmark_change_batch_quantity';

describeWith('nats-server', 'After a stream was created again and counts from 1', () => {
  let server: TestServer;
  let database: TestDatabase;
  let service: RunningService;
  let outside: ExternalSystem;
  beforeAll(async () => {
    database = await freshDatabase();
    server = await aNats();
    await server.ensureRunning();
    outside = await externalSystemOverJetStream(server.url);
    service = await startService(database.url, { natsUrl: server.url });
  });
  afterAll(async () => {
    await service.close();
    await outside.close();
    await server.remove();
    await database.drop();
  });

  let n = 0;
  /** The batch of the test, and its product. */
  let batchref: string;
  let sku: string;
  beforeEach(async () => {
    [batchref, sku] = [`PO-${++n}`, `LAMP-${n}`];
    await service.request('POST', '/v1/batches', { reference: batchref, sku, quantity: 100 });
  });

  const send = (body: unknown, id?: string) =>
    outside.send('change_batch_quantity', typeof body === 'string' ? body : JSON.stringify(body), id);
  const has = (quantity: number) =>
    eventually(`the batch has ${quantity}`, async () => {
      const { body } = await service.request<{ quantity: number }>('GET', `/v1/batches/${batchref}`);
      return body.quantity === quantity;
    });
  const deadLetters = () => service.get(DataSource).query<unknown[]>('select from broker.dead_letter');
  const streams = async <T>(work: (all: StreamAPI) => Promise<T>): Promise<T> => {
    const connection = await connect({ servers: server.url });
    try {
      return await work((await jetstreamManager(connection)).streams);
    } finally {
      await connection.close();
    }
  };

  const ways: [string, () => Promise<unknown>][] = [
    [
      'by a server that lost its store',
      async () => {
        await server.kill();
        await rm(`${server.folder}/jetstream`, { recursive: true });
        await server.ensureRunning();
      },
    ],
    ['by an operator', () => streams((all) => all.delete(STREAM))],
  ];

  it.each(ways)('%s, each message without an id is applied or dead-lettered', async (_, recreate) => {
    const before = (await deadLetters()).length;
    await send({ batchref, qty: 90 });
    await send('no JSON');
    await has(90);
    await eventually('one is dead-lettered', async () => (await deadLetters()).length === before + 1);

    await recreate();
    await send({ batchref, qty: 80 });
    await send('no JSON either');
    await has(80);
    await eventually('another one is dead-lettered', async () => (await deadLetters()).length === before + 2);
  });

  it('a message is still recognised by the id that its producer set', async () => {
    await send({ batchref, qty: 90 }, 'm-1');
    await has(90);
    await ways[0]![1]();
    await send({ batchref, qty: 80 }, 'm-1');
    await send({ batchref, qty: 70 }, 'm-2');
    await has(70);
    const { body } = await service.request<{ items: { type: string; key: string }[] }>('GET', '/v1/events');
    const changes = body.items.filter(({ type, key }) => type === 'BatchQuantityChanged' && key === sku);
    expect(changes).toHaveLength(2);
  });

  it('no id that a producer sets suppresses a message without one', async () => {
    await send({ batchref, qty: 90 });
    await has(90);
    const [note] = await service.get(DataSource).query<{ id: string }[]>(
      `select message_id as id from broker.inbox where message_id like '@${STREAM}:%'
          order by received_at desc limit 1`,
    );
    await send({ batchref, qty: 80 }, note!.id);
    await has(80);
    // As an earlier version would have named the message after this one.
    const { state } = await streams((all) => all.info(STREAM));
    await send({ batchref, qty: 70 }, `${STREAM}:${state.last_seq + 2}`);
    await has(70);
    await send({ batchref, qty: 60 });
    await has(60);
  });
});
