import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
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

let batches = 0;
const register = (sku = 'LAMP') =>
  service.request('POST', '/v1/batches', { reference: `PO-${++batches}`, sku, quantity: batches });

/** Nine events have happened. */
beforeEach(async () => {
  const head = () =>
    query<{ head: number }>('select coalesce(max(position), 0) as head from event_log.event');
  while ((await head())[0]!.head < 9) expect((await register()).status).toBe(201);
  await haveAll(9);
});

const events = (query: string, headers = {}) =>
  service.request<{ items: { position: number }[] }>('GET', `/v1/events${query}`, undefined, headers);
const query = <Row>(sql: string) => service.get(DataSource).query<Row[]>(sql);
const positions = () => query<{ position: number }>('select position from event_log.subscription');
const haveAll = (position: number) =>
  eventually(`every subscription is at ${position}`, async () =>
    (await positions()).every((each) => each.position === position),
  );

/** As a backup that was made when six events had happened. */
async function putBack(): Promise<void> {
  await query(`
    delete from event_log.event where position > 6;
    alter table event_log.event alter column position restart with 7`);
}

const AHEAD = {
  status: 410,
  body: {
    type: 'urn:earmark:problem:ahead-of-log',
    title: 'Ahead of log',
    after: 9,
    head: 6,
    detail:
      'The log ends at position 6, before 9: it was restored to an earlier state. Read the current state from the other ' +
      'calls, then the events after 6.',
  },
};

describe('After a backup was put back', () => {
  it('a reader that has seen more events than the log now has is refused, in every form of the log', async () => {
    await putBack();
    const feed = { accept: 'text/event-stream' };
    expect(await events('?after=9')).toMatchObject(AHEAD);
    expect(await events('?after=9', feed)).toMatchObject(AHEAD);
    expect(await events('', { ...feed, 'last-event-id': '9' })).toMatchObject(AHEAD);
    expect(await events('?after=6')).toMatchObject({ status: 200, body: { items: [] } });
    expect((await events('?after=0')).body.items).toHaveLength(6);
  });

  it('subscriptions beyond its end handle what happens next', async () => {
    await query(`insert into event_log.set_aside (subscription, position, key, state, attempts)
                 values ('allocation.product-totals', 8, 'LAMP', 'parked', 8)`);
    await putBack();
    await haveAll(6);
    expect(await query('select from event_log.set_aside')).toEqual([]);

    expect((await register('RUG')).status).toBe(201);
    expect((await events('?after=6')).body.items).toMatchObject([{ position: 7 }]);
    const line = { orderId: 'o-1', sku: 'RUG', quantity: batches };
    expect(await service.request('POST', '/v1/allocations', line)).toMatchObject({
      status: 201,
      body: { batchReference: `PO-${batches}` },
    });
    await haveAll(8);
  });

  it('a service that was stopped meanwhile goes on from its end', async () => {
    await putBack();
    await service.close();
    service = await startService(database.url);
    expect((await register()).status).toBe(201);
    await haveAll(7);
  });

  it('the end of a log of which all was pruned is still known', async () => {
    await putBack();
    await query('delete from event_log.event; update event_log.pruned set up_to = 6');
    expect(await events('?after=9')).toMatchObject(AHEAD);
    expect(await events('?after=6')).toMatchObject({ status: 200, body: { items: [] } });
    expect((await events('?after=5')).status).toBe(410);
  });
});
