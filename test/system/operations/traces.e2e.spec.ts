import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { eventually } from '../../../testing/eventually.js';
import { Shop } from '../../support/shop.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

interface Stored {
  readonly type: string;
  readonly traceparent: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const eventsOf = (sku: string): Promise<Stored[]> =>
  shop.service.get(DataSource).query(
    `select type, traceparent, correlation_id as "correlationId", causation_id as "causationId"
       from event_log.event where key = $1 order by position`,
    [sku],
  );

const post = (path: string, body: object, traceparent: string) =>
  shop.service.request('POST', path, body, { traceparent });

describe('The trace of a caller', () => {
  it('is the trace of the events of their call and of all that follows from them', async () => {
    await post('/v1/batches', { reference: 'b-1', sku: 'LAMP', quantity: 10 }, TRACEPARENT);
    await post('/v1/allocations', { orderId: 'o-1', sku: 'LAMP', quantity: 8 }, TRACEPARENT);
    await shop.service.request('PATCH', '/v1/batches/b-1', { quantity: 5 }, { traceparent: TRACEPARENT });

    const events = await eventually('the line has lost its batch', async () => {
      const stored = await eventsOf('LAMP');
      return stored.some(({ type }) => type === 'LineDeallocated') && stored;
    });
    expect(events.map(({ type }) => type)).toEqual([
      'BatchRegistered',
      'LineAllocated',
      'BatchQuantityChanged',
      'LineDeallocated',
      'OutOfStock',
    ]);
    for (const event of events) {
      expect(event).toMatchObject({ traceparent: TRACEPARENT, correlationId: TRACE });
    }
    expect(events[3]?.causationId).not.toBeNull();
  });

  it('is shown to callers by its id only', async () => {
    const { body } = await shop.get<{ items: object[] }>('/v1/events');

    expect(Object.keys(body.items[0]!).sort()).toEqual([
      'actor',
      'causationId',
      'correlationId',
      'data',
      'id',
      'key',
      'occurredAt',
      'position',
      'type',
      'version',
    ]);
    expect(body.items[0]).toMatchObject({ correlationId: TRACE });
  });

  it('is missing if the header is invalid or missing', async () => {
    await post(
      '/v1/batches',
      { reference: 'b-2', sku: 'VASE', quantity: 10 },
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    );
    await shop.order('o-2', 'VASE', 1);

    const events = await eventsOf('VASE');
    expect(events.map(({ traceparent }) => traceparent)).toEqual([null, null]);
    expect(new Set(events.map(({ correlationId }) => correlationId)).size).toBe(2);
    expect(events.map(({ correlationId }) => correlationId)).not.toContain('0'.repeat(32));
  });

  it('is not mixed up with that of a concurrent call', async () => {
    const traces = Array.from({ length: 50 }, (_, i) => (i + 1).toString(16).padStart(32, '0'));
    await shop.buy('b-3', 'RUG', 1_000);
    const answers = await Promise.all(
      traces.map((trace) =>
        post(
          '/v1/allocations',
          { orderId: `of-${trace}`, sku: 'RUG', quantity: 1 },
          `00-${trace}-00f067aa0ba902b7-01`,
        ),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const rows = await shop.service.get(DataSource).query<{ order: string; trace: string }[]>(
      `select data ->> 'orderId' as order, split_part(traceparent, '-', 2) as trace
         from event_log.event where key = 'RUG' and type = 'LineAllocated'`,
    );
    expect(rows.map(({ order, trace }) => order === `of-${trace}`)).toEqual(traces.map(() => true));
  });
});
