import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { expectRefusal, Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const put = (orderId: string, body: object) =>
  shop.send('PUT', `/v1/orders/${orderId}`, JSON.stringify(body));
const chairsAndTables = (chairs: number, tables: number) => [
  { sku: 'CHAIR', quantity: chairs },
  { sku: 'TABLE', quantity: tables },
];

interface History {
  readonly orderId: string;
  readonly items: { position: number; type: string; sku: string; reason: string | null }[];
  readonly next: number | null;
}

const history = (orderId: string, query = '') => shop.get<History>(`/v1/orders/${orderId}/history${query}`);

describe('The history of an order', () => {
  it('has what happened to each of its lines, in order, with reasons, actors and facts', async () => {
    await shop.buy('C-1', 'CHAIR', 10);
    await shop.buy('T-1', 'TABLE', 4);
    await put('o-1', { lines: chairsAndTables(6, 1), expiresInSeconds: 600 });
    await shop.send('POST', '/v1/orders/o-1/confirm', '{}');
    await put('o-1', { lines: chairsAndTables(8, 1) });
    await shop.buy('C-2', 'CHAIR', 20, '2027-01-31');
    await shop.change('C-1', { quantity: 5 });
    await put('o-2', { lines: chairsAndTables(1, 1) });
    await shop.delete('/v1/orders/o-1');

    const { body } = await history('o-1');
    expect(body.orderId).toBe('o-1');
    expect(body.next).toBeNull();
    expect(body.items.map(({ type, sku, reason }) => ({ type, sku, reason }))).toEqual([
      { type: 'LineHeld', sku: 'CHAIR', reason: null },
      { type: 'LineHeld', sku: 'TABLE', reason: null },
      { type: 'LineAllocated', sku: 'CHAIR', reason: null },
      { type: 'LineAllocated', sku: 'TABLE', reason: null },
      { type: 'LineAmended', sku: 'CHAIR', reason: null },
      { type: 'LineReallocated', sku: 'CHAIR', reason: 'batch-shrunk' },
      { type: 'LineDeallocated', sku: 'CHAIR', reason: 'cancelled' },
      { type: 'LineDeallocated', sku: 'TABLE', reason: 'cancelled' },
    ]);
    expect(body.items[5]).toEqual({
      position: expect.any(Number),
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      type: 'LineReallocated',
      sku: 'CHAIR',
      reason: 'batch-shrunk',
      actor: 'loopback',
      passedOver: [{ batchReference: 'C-1', reason: 'too-small' }],
      data: expect.objectContaining({
        orderId: 'o-1',
        quantity: 8,
        batchReference: 'C-2',
        previousBatchReference: 'C-1',
      }),
    });
  });

  it('is read in pages by position', async () => {
    const all = (await history('o-1')).body;
    const pages = await shop.pages<History['items'][number], number>(
      ({ after = 0, limit }) => history('o-1', `?after=${after}&limit=${limit}`),
      3,
    );

    expect(pages.map(({ length }) => length)).toEqual([3, 3, 2]);
    expect(pages.flat()).toEqual(all.items);
    expect((await history('o-1', `?after=${all.items.at(-1)!.position}`)).body).toEqual({
      orderId: 'o-1',
      items: [],
      next: null,
    });
  });

  it('is there for single lines, and stays when they are given back', async () => {
    await shop.buy('L-1', 'LAMP', 4);
    await shop.order('o-3', 'LAMP', 2);
    await shop.giveBack('o-3', 'LAMP');

    expect((await history('o-3')).body.items).toMatchObject([
      { type: 'LineAllocated', sku: 'LAMP', reason: null },
      { type: 'LineDeallocated', sku: 'LAMP', reason: 'cancelled' },
    ]);
  });

  it('is empty if the log has no event of an order that exists', async () => {
    await shop.order('o-4', 'LAMP', 1);
    await shop.service.get(DataSource).query(`delete from event_log.event where subject = 'o-4'`);

    expect(await history('o-4')).toMatchObject({ status: 200, body: { orderId: 'o-4', items: [] } });
  });

  it('is refused for an order that nobody knows', async () => {
    expectRefusal(await history('o-9'), {
      status: 404,
      code: 'unknown-order',
      title: 'Unknown order',
      detail: 'Order o-9 has no allocations.',
      instance: '/v1/orders/o-9/history',
      orderId: 'o-9',
    });
  });
});
