import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { startService, type RunningService } from '../support/service.js';

interface Answer {
  readonly state?: string;
  readonly items: readonly { readonly orderId: string; readonly unitsAhead: number }[];
  readonly next: number | null;
}

describe('A line that waits, over REST', () => {
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await freshDatabase();
    service = await startService(database.url);
    await buy('PO-1', 5);
    await service.request('POST', '/v1/allocations', { orderId: 'first', sku: 'LAMP', quantity: 5 });
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const buy = (reference: string, quantity: number) =>
    service.request('POST', '/v1/batches', { reference, sku: 'LAMP', quantity });
  const wait = (orderId: string, quantity: number) =>
    service.request<Answer>('POST', '/v1/allocations', {
      ...{ orderId, sku: 'LAMP', quantity },
      whenShort: 'backorder',
    });
  const queue = async (query = '') =>
    (await service.request<Answer>('GET', `/v1/products/LAMP/backorders${query}`)).body;

  it('is in the queue with the units ahead of it, and gets its units when a batch is registered', async () => {
    const first = await wait('o1', 4);
    expect([first.status, first.body]).toEqual([
      202,
      { orderId: 'o1', sku: 'LAMP', quantity: 4, state: 'backordered', batchReference: null, eta: null },
    ]);
    expect((await wait('o1', 4)).status).toBe(202);
    const lines = [{ sku: 'LAMP', quantity: 3 }];
    const put = await service.request<Answer>('PUT', '/v1/orders/o2', {
      ...{ lines, priority: 9 },
      whenShort: 'backorder',
    });
    expect([put.status, put.body.state]).toEqual([201, 'backordered']);

    const { items, next } = await queue();
    expect(items.map(({ orderId, unitsAhead }) => [orderId, unitsAhead])).toEqual([
      ['o2', 0],
      ['o1', 3],
    ]);
    expect(next).toBeNull();
    const page = await queue('?limit=1');
    expect((await queue(`?limit=1&after=${page.next}`)).items).toMatchObject([{ orderId: 'o1' }]);
    const listed = await service.request<Answer>('GET', '/v1/orders?state=backordered');
    expect(listed.body.items).toMatchObject([{ orderId: 'o2' }]);

    await buy('PO-2', 7);
    expect((await queue()).items).toEqual([]);
    expect((await wait('o1', 4)).status).toBe(200);
    const order = await service.request<Answer>('GET', '/v1/orders/o2');
    expect(order.body.state).toBe('allocated');
  });

  it('leaves the queue when it is given up', async () => {
    await wait('o3', 50);
    const given = await service.request('DELETE', '/v1/orders/o3/allocations/LAMP');
    expect([given.status, (await queue()).items]).toEqual([204, []]);
  });

  it('has no queue if nobody knows its product', async () => {
    const { status } = await service.request('GET', '/v1/products/UNHEARD-OF/backorders');
    expect(status).toBe(404);
  });
});
