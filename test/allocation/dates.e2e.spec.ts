import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { Shop } from '../support/shop.js';

interface Page {
  readonly items: readonly { readonly orderId: string; readonly sku: string }[];
  readonly next: string | null;
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  shop.service.get(Calendar).now = () => new Date('2027-02-15T12:00:00Z');
});
afterAll(() => shop.close());

const put = (path: string, body: object) => shop.service.request('PUT', path, body);
const promises = async (query: string) => (await shop.get<Page>(`/v1/promises?${query}`)).body;

describe('GET /v1/promises', () => {
  it('shows a line that was allocated by itself, after its batch has slipped and it has moved', async () => {
    await shop.buy('L-1', 'LAMP', 5, '2027-03-01');
    await shop.buy('L-2', 'LAMP', 20, '2027-04-01');
    await shop.order('o-1', 'LAMP', 2);
    await shop.order('o-2', 'LAMP', 3);
    expect((await promises('sku=LAMP')).items).toEqual([
      expect.objectContaining({
        orderId: 'o-1',
        promisedDate: '2027-03-01',
        expectedDate: '2027-03-01',
        late: false,
      }),
      expect.objectContaining({
        orderId: 'o-2',
        promisedDate: '2027-03-01',
        expectedDate: '2027-03-01',
        late: false,
      }),
    ]);
    expect(await promises('sku=LAMP&late=true')).toEqual({ items: [], next: null });
    await shop.change('L-1', { eta: '2027-03-10' });
    await shop.change('L-1', { quantity: 2 });
    expect((await promises('sku=LAMP&late=true')).items).toEqual([
      {
        ...{
          orderId: 'o-2',
          sku: 'LAMP',
          quantity: 3,
          promisedDate: '2027-03-01',
          expectedDate: '2027-04-01',
        },
        ...{ overdue: false, neededBy: null, late: true },
        claims: [{ batchReference: 'L-2', quantity: 3, eta: '2027-04-01' }],
      },
      expect.objectContaining({
        orderId: 'o-1',
        promisedDate: '2027-03-01',
        expectedDate: '2027-03-10',
        late: true,
      }),
    ]);
    await shop.change('L-1', { eta: '2027-03-01' });
    expect((await promises('batchReference=L-1')).items).toMatchObject([{ orderId: 'o-1', late: false }]);
    expect((await promises('orderId=o-2')).items).toMatchObject([{ sku: 'LAMP', late: true }]);
    expect((await promises('orderId=o-2&sku=RUG')).items).toEqual([]);
  });

  it('counts a line as late that is needed before it comes, although it was promised later still', async () => {
    await shop.buy('R-1', 'RUG', 5, '2027-05-01');
    await put('/v1/orders/r-1', { lines: [{ sku: 'RUG', quantity: 1 }] });
    await shop.change('R-1', { eta: '2027-04-01' });
    await put('/v1/orders/r-1', { lines: [{ sku: 'RUG', quantity: 1, neededBy: '2027-04-10' }] });
    expect(await promises('sku=RUG&late=true')).toMatchObject({ items: [] });
    await shop.change('R-1', { eta: '2027-04-20' });
    expect((await promises('sku=RUG&late=true')).items).toMatchObject([
      { promisedDate: '2027-05-01', expectedDate: '2027-04-20', neededBy: '2027-04-10', late: true },
    ]);
  });

  it('does not count a line as late that was promised at once and is there, though the rest of its batch is late', async () => {
    await shop.buy('V-1', 'VASE', 10, '2027-03-01');
    await put('/v1/receipts/v-1', { batchReference: 'V-1', quantity: 4 });
    await shop.order('v-1', 'VASE', 3);
    await shop.order('v-2', 'VASE', 5);
    await shop.change('V-1', { eta: '2027-06-01' });
    expect((await promises('sku=VASE')).items).toMatchObject([
      { orderId: 'v-1', promisedDate: null, expectedDate: null, late: false },
      { orderId: 'v-2', promisedDate: '2027-03-01', expectedDate: '2027-06-01', late: true },
    ]);
    expect((await promises('sku=VASE&late=true')).items).toMatchObject([{ orderId: 'v-2' }]);
  });

  it('goes on page by page, and refuses a cursor of another list', async () => {
    const first = await promises('limit=1');
    const second = await promises(`limit=1&after=${first.next}`);
    expect(second.items).toHaveLength(1);
    expect(second.items).not.toEqual(first.items);
    expect((await shop.get(`/v1/promises?late=true&after=${first.next}`)).status).toBe(422);
    expect((await shop.get('/v1/promises?after=%00')).status).toBe(400);
    expect((await shop.get('/v1/promises?late=perhaps')).status).toBe(400);
  });
});

describe('GET /v1/products/{sku}/timeline', () => {
  const timeline = async (sku: string, query = '') =>
    (await shop.get<{ items: unknown[] }>(`/v1/products/${sku}/timeline${query}`)).body;
  const row = (
    date: string | null,
    receipts: number,
    claims: number,
    cumulative: number,
    overdue = false,
  ) => ({
    ...{ date, overdue, receipts, claims, available: receipts - claims, cumulative },
  });

  it('shows what comes, what is claimed and what is left, one row for each date, overdue units last', async () => {
    await shop.buy('T-1', 'TABLE', 10);
    await shop.buy('T-2', 'TABLE', 8, '2027-03-01');
    await shop.buy('T-3', 'TABLE', 7, '2027-03-01');
    await shop.buy('T-4', 'TABLE', 20, '2027-05-01');
    await shop.buy('T-5', 'TABLE', 3, '2027-02-01');
    await shop.buy('T-6', 'TABLE', 2, '2027-02-10');
    await shop.order('t-1', 'TABLE', 6);
    await shop.order('t-2', 'TABLE', 7);
    await shop.order('t-3', 'TABLE', 15);
    const rows = [row(null, 10, 6, 4), row('2027-03-01', 15, 7, 12), row('2027-05-01', 20, 15, 17)];
    expect(await timeline('TABLE')).toEqual({
      ...{ sku: 'TABLE', version: expect.any(Number) },
      items: [...rows, row(null, 5, 0, 22, true)],
    });
    expect((await timeline('TABLE', '?until=2027-04-30')).items).toEqual([
      ...rows.slice(0, 2),
      row(null, 5, 0, 17, true),
    ]);
  });

  it('shows what has come of a batch on hand, and the rest on its date', async () => {
    await shop.buy('S-1', 'SOFA', 10, '2027-03-01');
    await shop.order('s-1', 'SOFA', 3);
    await put('/v1/receipts/s-1', { batchReference: 'S-1', quantity: 4 });
    expect((await timeline('SOFA')).items).toEqual([row(null, 4, 3, 1), row('2027-03-01', 6, 0, 7)]);
    await shop.order('s-2', 'SOFA', 5);
    expect((await timeline('SOFA')).items).toEqual([row(null, 4, 4, 0), row('2027-03-01', 6, 4, 2)]);
  });

  it('begins with a row of nothing on hand, and knows no other product', async () => {
    await shop.buy('C-1', 'CHAIR', 1, '2027-03-01');
    expect((await timeline('CHAIR')).items).toEqual([row(null, 0, 0, 0), row('2027-03-01', 1, 0, 1)]);
    expect((await shop.get('/v1/products/NEVER-SEEN/timeline')).status).toBe(404);
    expect((await shop.get('/v1/products/CHAIR/timeline?until=soon')).status).toBe(400);
  });
});
