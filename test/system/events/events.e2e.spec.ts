import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarmarkEvent } from '../../../client/src/index.js';
import { eventually } from '../../../testing/eventually.js';
import { Shop } from '../../support/shop.js';

let shop: Shop;
let log: EarmarkEvent[];

/** One table's story: bought, promised, refused, late, shrunk, given back. */
beforeAll(async () => {
  shop = await Shop.open();
  await shop.buy('here', 'TABLE', 10);
  await shop.buy('later', 'TABLE', 5, '2027-01-31');
  await shop.order('o-1', 'TABLE', 5);
  await shop.order('o-2', 'TABLE', 3);
  await shop.order('o-3', 'TABLE', 2);
  await shop.order('o-4', 'TABLE', 9);
  await shop.change('later', { eta: '2027-02-28' });
  await shop.change('here', { quantity: 4 });
  await shop.giveBack('o-2', 'TABLE');
  log = (await shop.events()).body.items;
});
afterAll(() => shop.close());

const ofType = (type: string) => log.filter((event) => event.type === type);

describe('The event log', () => {
  it('has what has happened in the order of commits', () => {
    const table = { sku: 'TABLE' };
    const shrunk = { ...table, reason: 'batch-shrunk', batchReference: 'here', productVersion: 7 };

    expect(log.map(({ type, data }) => [type, data])).toEqual([
      ['BatchRegistered', { ...table, batchReference: 'here', quantity: 10, eta: null }],
      ['BatchRegistered', { ...table, batchReference: 'later', quantity: 5, eta: '2027-01-31' }],
      ...(
        [
          ['o-1', 5, 3],
          ['o-2', 3, 4],
          ['o-3', 2, 5],
        ] as const
      ).map(([orderId, quantity, productVersion]) => [
        'LineAllocated',
        { ...table, orderId, quantity, batchReference: 'here', eta: null, productVersion },
      ]),
      ['OutOfStock', { ...table, refusals: 1, units: 9, available: 5, productVersion: 5 }],
      [
        'BatchRescheduled',
        { ...table, batchReference: 'later', eta: '2027-02-28', previousEta: '2027-01-31' },
      ],
      ['BatchQuantityChanged', { ...table, batchReference: 'here', quantity: 4, previousQuantity: 10 }],
      // All have to leave. The oldest moves, o-2 comes back to its batch, and the newest finds no room for two.
      [
        'LineReallocated',
        {
          ...shrunk,
          orderId: 'o-1',
          quantity: 5,
          batchReference: 'later',
          eta: '2027-02-28',
          previousBatchReference: 'here',
          passedOver: [{ batchReference: 'here', reason: 'too-small' }],
        },
      ],
      ['LineDeallocated', { ...shrunk, orderId: 'o-3', quantity: 2 }],
      ['OutOfStock', { ...table, refusals: 1, units: 2, available: 1, productVersion: 7 }],
      [
        'LineDeallocated',
        {
          ...table,
          orderId: 'o-2',
          quantity: 3,
          batchReference: 'here',
          reason: 'cancelled',
          productVersion: 8,
        },
      ],
    ]);
  });

  it('gives each event a position, an id and a time', () => {
    const positions = log.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    for (const event of log) {
      expect(event).toEqual({
        position: expect.any(Number),
        id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
        type: expect.any(String),
        version: 1,
        key: 'TABLE',
        occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        correlationId: expect.any(String),
        causationId: event.causationId === null ? null : expect.any(String),
        actor: 'loopback',
        data: expect.any(Object),
      });
    }
  });

  it('gives the reason why lines moved and were deallocated', () => {
    const [shrunk] = ofType('BatchQuantityChanged');
    const caused = log.filter(({ data }) => 'reason' in data && data.reason === 'batch-shrunk');

    expect(caused).toHaveLength(2);
    for (const { causationId, correlationId } of [...caused, ofType('OutOfStock')[1]!]) {
      expect(causationId).toBe(shrunk?.id);
      expect(correlationId).toBe(shrunk?.correlationId);
    }
  });

  it('gives each call its own correlation id', () => {
    const byCallers = log.filter(({ causationId }) => causationId === null);

    expect(byCallers).toHaveLength(log.length - 3);
    expect(new Set(byCallers.map(({ correlationId }) => correlationId)).size).toBe(byCallers.length);
  });

  it.each([1, 5, 12, 500])('can be read in pages of %i', async (limit) => {
    const pages = await shop.pages((part: { after?: number }) => shop.events(part), limit);

    expect(pages.flat()).toEqual(log);
    expect(pages).toHaveLength(Math.ceil(log.length / limit));
  });

  it('is empty after its end', async () => {
    const end = log.at(-1)!.position;

    expect((await shop.events({ after: end })).body).toEqual({ items: [], next: null });
  });

  it('rejects a position beyond its end', async () => {
    const head = log.at(-1)!.position;

    for (const after of [head + 1, Number.MAX_SAFE_INTEGER]) {
      const { status, body } = await shop.events({ after });
      expect(status).toBe(410);
      expect(body).toMatchObject({ type: 'urn:earmark:problem:ahead-of-log', after, head });
    }
  });
});

describe('The subscriptions', () => {
  it('are listed with their positions, and reach the end of the log', async () => {
    const { items } = await eventually('every subscription has caught up', async () => {
      const { body } = await shop.subscriptions();
      return body.items.every(({ lag }) => lag.events === 0) && body;
    });

    expect(items.map(({ name }) => name)).toEqual([...items.map(({ name }) => name)].sort());
    expect(items).toContainEqual({
      name: 'allocation.stock',
      position: log.at(-1)?.position,
      lag: { events: 0, seconds: 0 },
      parked: 0,
      lastError: null,
    });
  });
});
