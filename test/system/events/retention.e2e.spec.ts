import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { narrowPartitions } from '../../../testing/narrow-partitions.js';
import { startService, type RunningService } from '../../support/service.js';

interface Page {
  readonly items: readonly { readonly position: number }[];
}

/** As many as are deleted at once, so that there are more when these are gone. */
const FORGOTTEN = 5_000;
/** The position of the third event after those. */
const THIRD = FORGOTTEN + 3;

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

describe('A service whose log has partitions', () => {
  let database: TestDatabase;
  let operator: DataSource;
  beforeAll(async () => {
    database = await freshDatabase();
    operator = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });
  afterAll(async () => {
    await operator.destroy();
    await database.drop();
  });

  const partitions = async () =>
    (await operator.query<{ name: string }[]>('select name from event_log.partition order by first')).map(
      ({ name }) => name,
    );

  it('adds them ahead of the events, drops the old ones, and answers every call meanwhile', async () => {
    for (const statement of narrowPartitions(1, 101, 201)) await operator.query(statement);
    await operator.query(`
      insert into event_log.event (id, type, version, key, correlation_id, data, occurred_at)
      select gen_random_uuid(), 'Forgotten', 1, 'LAMP', 'test', '{}', now() - interval '31 days' from generate_series(1, 150)`);
    const before = await startService(database.url);
    await readToEnd(before);
    await eventually('there is room', async () => (await partitions()).at(-1) === 'event_201');
    await before.close();

    const service = await startService(database.url, { retentionDays: 30 });
    try {
      const answers = new Map<number, number>();
      let isDropped = false;
      const dropped = eventually('the first partition is dropped', async () => {
        isDropped = !(await partitions()).includes('event_1');
        return isDropped;
      });
      for (let n = 0; n < 100 || !isDropped; n++) {
        const batch = { reference: `PO-${n}`, sku: 'LAMP', quantity: 1 };
        const { status } = await service.request('POST', '/v1/batches', batch);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
      await dropped;
      expect([...answers.keys()]).toEqual([201]);
      // The events of the second partition are old as well, but it has new ones, too: they are deleted one by one.
      await eventually('they are deleted', async () => {
        const page = await service.request<Page>('GET', '/v1/events?limit=1');
        return page.body.items[0]?.position === 151;
      });
      expect(await partitions()).toEqual(['event_101', 'event_201']);
      const [log] = await operator.query<{ first: string; registered: number }[]>(
        `select min(position) as first, count(*) filter (where type = 'BatchRegistered')::int as registered
           from event_log.event`,
      );
      expect(log).toEqual({ first: '151', registered: answers.get(201) });
    } finally {
      await service.close();
    }
  });
});

describe('A service that keeps its log for 30 days', () => {
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await freshDatabase();
    const operator = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await operator.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), 'Forgotten', 1, 'LAMP', 'test', '{}' from generate_series(1, $1)`,
      [FORGOTTEN],
    );
    const before = await startService(database.url);
    for (const reference of ['first', 'second', 'third']) {
      await before.request('POST', '/v1/batches', { reference, sku: 'LAMP', quantity: 10 });
    }
    await readToEnd(before);
    await operator.query(
      "update event_log.event set occurred_at = now() - interval '31 days' where position < $1",
      [THIRD],
    );
    await operator.destroy();
    await before.close();
    service = await startService(database.url, { retentionDays: 30 });
    // In two rounds, of which the second would come ten minutes later if it did not continue.
    await eventually('the log is pruned', async () => (await events()).body.items[0]?.position === THIRD);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const events = (query = '', headers = {}) =>
    service.request<Page>('GET', `/v1/events${query}`, undefined, headers);
  const gone = {
    status: 410,
    body: { type: 'urn:earmark:problem:events-pruned', after: 1, prunedUpTo: THIRD - 1 },
  };

  it('continues at once while there is more to prune than it deletes at once', async () => {
    const [log] = await service
      .get(DataSource)
      .query<{ count: number }[]>('select count(*)::int as count from event_log.event');
    expect(log).toEqual({ count: 1 });
  });

  it('still promises batches that were registered before', async () => {
    const line = { orderId: 'o-1', sku: 'LAMP', quantity: 10 };
    expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
  });

  it('begins its list with the oldest event that it has', async () => {
    expect((await events()).body.items[0]).toMatchObject({ position: THIRD });
    expect((await events('?after=0')).body.items[0]).toMatchObject({ position: THIRD });
    expect((await events(`?after=${THIRD - 1}`)).body.items[0]).toMatchObject({ position: THIRD });
  });

  it('answers 410 to a reader that would miss events', async () => {
    expect(await events('?after=1')).toMatchObject(gone);
    const feed = { accept: 'text/event-stream', 'last-event-id': '1' };
    expect(await events('', feed)).toMatchObject(gone);
  });
});
