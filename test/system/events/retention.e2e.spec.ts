import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';

interface Page {
  readonly items: readonly { readonly position: number }[];
}

/** Nothing is pruned that a subscription has yet to read. */
async function readToEnd(service: RunningService): Promise<void> {
  await eventually('every subscription has read it', async () => {
    const { body } = await service.request<{ items: { lag: { events: number } }[] }>(
      'GET',
      '/v1/subscriptions',
    );
    return body.items.every(({ lag }) => lag.events === 0);
  });
}

describe('A service that keeps its log for 30 days', () => {
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await freshDatabase();
    const before = await startService(database.url);
    for (const reference of ['first', 'second', 'third']) {
      await before.request('POST', '/v1/batches', { reference, sku: 'LAMP', quantity: 10 });
    }
    await readToEnd(before);
    const dataSource = before.get(DataSource);
    await dataSource.query(
      "update event_log.event set occurred_at = now() - interval '31 days' where position < 3",
    );
    await before.close();
    service = await startService(database.url, { retentionDays: 30 });
    await eventually('the log is pruned', async () => (await events()).body.items[0]?.position === 3);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const events = (query = '', headers = {}) =>
    service.request<Page>('GET', `/v1/events${query}`, undefined, headers);
  const gone = {
    status: 410,
    body: { type: 'urn:earmark:problem:events-pruned', after: 1, prunedUpTo: 2 },
  };

  it('still promises batches that were registered before', async () => {
    const line = { orderId: 'o-1', sku: 'LAMP', quantity: 10 };
    expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
  });

  it('begins its list with the oldest event that it has', async () => {
    expect((await events()).body.items[0]).toMatchObject({ position: 3 });
    expect((await events('?after=0')).body.items[0]).toMatchObject({ position: 3 });
    expect((await events('?after=2')).body.items[0]).toMatchObject({ position: 3 });
  });

  it('answers 410 to a reader that would miss events', async () => {
    expect(await events('?after=1')).toMatchObject(gone);
    const feed = { accept: 'text/event-stream', 'last-event-id': '1' };
    expect(await events('', feed)).toMatchObject(gone);
  });
});

describe('A service that finds more to prune than it deletes at once', () => {
  it('continues at once while there is more', async () => {
    const database = await freshDatabase();
    const operator = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await operator.query(
      `insert into event_log.event (id, type, version, key, occurred_at, correlation_id, data)
       select gen_random_uuid(), 'Forgotten', 1, 'LAMP', now() - interval '31 days', 'test', '{}'
         from generate_series(1, 12000)`,
    );
    const before = await startService(database.url);
    await readToEnd(before);
    await before.close();
    const service = await startService(database.url, { retentionDays: 30 });
    try {
      await eventually('the newest one is left, which is the head', async () => {
        const [log] = await operator.query<{ count: number }[]>(
          'select count(*)::int as count from event_log.event',
        );
        return log!.count === 1;
      });
    } finally {
      await service.close();
      await operator.destroy();
      await database.drop();
    }
  });
});
