import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { rm } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { aNats, describeWith, type ServerProcess } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { externalSystemOverJetStream, type ExternalSystem } from '../../support/external-servers.js';
import { startService, type RunningService } from '../../support/service.js';

describeWith('nats-server', 'After a stream was created again and counts from 1', () => {
  let server: ServerProcess & { url: string };
  let database: TestDatabase;
  let service: RunningService;
  let outside: ExternalSystem;
  beforeEach(async () => {
    database = await freshDatabase();
    server = await aNats();
    await server.start();
    outside = await externalSystemOverJetStream(server.url);
    service = await startService(database.url, { natsUrl: server.url });
    await service.request('POST', '/v1/batches', { reference: 'PO-1', sku: 'LAMP', quantity: 100 });
  });
  afterEach(async () => {
    await service.close();
    await outside.close();
    await server.remove();
    await database.drop();
  });

  const send = (body: unknown, id?: string) =>
    outside.send('change_batch_quantity', typeof body === 'string' ? body : JSON.stringify(body), id);
  const has = (quantity: number) =>
    eventually(`the batch has ${quantity}`, async () => {
      const { body } = await service.request<{ quantity: number }>('GET', '/v1/batches/PO-1');
      return body.quantity === quantity;
    });
  const deadLetters = () => service.get(DataSource).query<unknown[]>('select from broker.dead_letter');

  const ways: [string, () => Promise<unknown>][] = [
    [
      'by a server that lost its store',
      async () => {
        await server.stop();
        await rm(`${server.folder}/jetstream`, { recursive: true });
        await server.start();
      },
    ],
    [
      'by an operator',
      async () => {
        const connection = await connect({ servers: server.url });
        await (await jetstreamManager(connection)).streams.delete('earmark_change_batch_quantity');
        await connection.close();
      },
    ],
  ];

  it.each(ways)('%s, each message without an id is applied or dead-lettered', async (_, recreate) => {
    await send({ batchref: 'PO-1', qty: 90 });
    await send('no JSON');
    await has(90);
    await eventually('one is dead-lettered', async () => (await deadLetters()).length === 1);

    await recreate();
    await send({ batchref: 'PO-1', qty: 80 });
    await send('no JSON either');
    await has(80);
    await eventually('another one is dead-lettered', async () => (await deadLetters()).length === 2);
  });

  it('a message is still recognised by the id that its producer set', async () => {
    await send({ batchref: 'PO-1', qty: 90 }, 'm-1');
    await has(90);
    await ways[0]![1]();
    await send({ batchref: 'PO-1', qty: 80 }, 'm-1');
    await send({ batchref: 'PO-1', qty: 70 }, 'm-2');
    await has(70);
    const { body } = await service.request<{ items: { type: string }[] }>('GET', '/v1/events');
    expect(body.items.filter(({ type }) => type === 'BatchQuantityChanged')).toHaveLength(2);
  });

  it('no id that a producer sets suppresses a message without one', async () => {
    await send({ batchref: 'PO-1', qty: 90 });
    await has(90);
    const [note] = await service
      .get(DataSource)
      .query<{ id: string }[]>('select message_id as id from broker.inbox');
    await send({ batchref: 'PO-1', qty: 80 }, note!.id);
    await has(80);
    await send({ batchref: 'PO-1', qty: 70 }, 'earmark_change_batch_quantity:4');
    await has(70);
    await send({ batchref: 'PO-1', qty: 60 });
    await has(60);
  });
});
