import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { registry } from '../../../src/channels.js';
import { incomingOf } from '../../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../../src/platform/brokers/messages/receiver.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';

let database: TestDatabase;
let service: RunningService;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const channel = incomingOf(registry).find(({ name }) => name === 'change_batch_quantity')!;

const receive = (id: string, body: string) =>
  service
    .get(Receiver)
    .receive(channel, { broker: 'test', channel: channel.name, id, body: Buffer.from(body), attempt: 1 });

const register = (reference: string) =>
  service.request('POST', '/v1/batches', { reference, sku: `SKU of ${reference}`, quantity: 10 });

const batch = async (reference: string) =>
  (await service.request<{ quantity: number }>('GET', `/v1/batches/${reference}`)).body;

const rows = (sql: string) => service.get(DataSource).query<Record<string, unknown>[]>(sql);

describe('A repeated message', () => {
  it('is recognised by its id, a hundred times and whatever has happened since', async () => {
    await register('batch-1');
    await receive('m-1', '{"batchref": "batch-1", "qty": 4}');
    await receive('m-2', '{"batchref": "batch-1", "qty": 6}');
    const again = Array.from({ length: 100 }, () => receive('m-1', '{"batchref": "batch-1", "qty": 4}'));
    await Promise.all(again);
    expect(await batch('batch-1')).toMatchObject({ quantity: 6 });
  });

  it('is applied if it was dead-lettered before and the reason is gone', async () => {
    await receive('m-3', '{"batchref": "batch-2", "qty": 4}');
    await register('batch-2');
    await receive('m-3', '{"batchref": "batch-2", "qty": 4}');
    expect(await batch('batch-2')).toMatchObject({ quantity: 4 });
    expect(await rows(`select reason from broker.dead_letter where message_id = 'm-3'`)).toHaveLength(1);
  });

  it('is retried while its batch is locked, and is not recorded', async () => {
    await register('batch-3');
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin');
    await other.query(`select from batches.batch where reference = 'batch-3' for update`);
    try {
      await expect(receive('m-4', '{"batchref": "batch-3", "qty": 1}')).rejects.toThrow(Busy);
      expect(await rows(`select from broker.inbox where message_id = 'm-4'`)).toEqual([]);
    } finally {
      await other.end();
    }
  });

  it('is recognised if an earlier version recorded it, unless that record is older than the message', async () => {
    await register('batch-4');
    await rows(`insert into broker.inbox (channel, message_id, received_at)
                values ('${channel.name}', 'earmark_x:5', '2026-01-02T00:00:00Z')`);
    const body = Buffer.from('{"batchref": "batch-4", "qty": 1}');
    const again = { broker: 'test', channel: channel.name, body, attempt: 2 };
    const receiver = service.get(Receiver);

    const before = { id: 'earmark_x:5', sentAt: new Date('2026-01-01T00:00:00Z') };
    await receiver.receive(channel, { ...again, id: '@earmark_x:5:1', formerId: before });
    expect(await batch('batch-4')).toMatchObject({ quantity: 10 });

    const after = { id: 'earmark_x:5', sentAt: new Date('2026-01-03T00:00:00Z') };
    await receiver.receive(channel, { ...again, id: '@earmark_x:5:2', formerId: after });
    expect(await batch('batch-4')).toMatchObject({ quantity: 1 });
  });
});
