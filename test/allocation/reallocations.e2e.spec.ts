import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from '../support/shop.js';

interface Answer {
  readonly version: number;
  readonly items: readonly { readonly type: string; readonly reason: string | null; readonly data: object }[];
}

describe('A reallocation run, over REST', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.buy('PO-1', 'TABLE', 5);
    await shop.buy('PO-2', 'TABLE', 3, '2099-01-31');
    await put('outlet-1', 'outlet', 5);
    await put('vip-1', 'vip', 5);
  });
  afterAll(() => shop.close());

  const put = (orderId: string, channel: string, quantity: number) =>
    shop.service.request('PUT', `/v1/orders/${orderId}`, {
      ...{ lines: [{ sku: 'TABLE', quantity }], channel, whenShort: 'backorder' },
    });
  const run = (body: object, sku = 'TABLE') =>
    shop.service.request<Answer>('POST', `/v1/products/${sku}/reallocations`, body);

  const segments = [
    { match: { channel: 'outlet', priority: { max: 9 } }, strategy: 'lose' },
    { match: { orderIds: ['vip-1'] }, strategy: 'win' },
  ];
  const place = { quantity: 5, batchReference: 'PO-1', eta: null };
  const reason = 'reallocation-run';
  const difference = {
    sku: 'TABLE',
    segments: [
      { strategy: 'lose', lines: 1, changed: 1, short: 1 },
      { strategy: 'win', lines: 1, changed: 1, short: 0 },
    ],
    lines: [
      {
        orderId: 'outlet-1',
        segment: 0,
        strategy: 'lose',
        outcome: 'backordered',
        reason,
        before: place,
        after: null,
      },
      {
        orderId: 'vip-1',
        segment: 1,
        strategy: 'win',
        outcome: 'gained',
        reason,
        before: null,
        after: place,
      },
    ],
  };

  it('says what it would do, does it, and has nothing left to do', async () => {
    const before = (await shop.product('TABLE')).body.version;
    expect(await run({ segments, simulate: true })).toMatchObject({
      status: 200,
      body: { ...difference, simulated: true },
    });
    expect((await shop.product('TABLE')).body.version).toBe(before);
    expect((await run({ segments })).body).toEqual({ ...difference, simulated: false });
    expect((await shop.product('TABLE')).body.version).toBe(before + 1);
    expect((await run({ segments })).body).toMatchObject({ lines: [] });
    expect((await shop.product('TABLE')).body.version).toBe(before + 1);
  });

  it('is in the history of each order, with its reason', async () => {
    const history = await shop.service.request<Answer>('GET', '/v1/orders/outlet-1/history');
    expect(history.body.items.at(-1)).toMatchObject({
      ...{ type: 'LineBackordered', reason, data: { strategy: 'lose' } },
    });
  });

  it('is counted', async () => {
    const text = await (await fetch(`${shop.service.url}/metrics`)).text();
    expect(text).toContain('earmark_reallocation_runs_total 2');
    expect(text).toContain('earmark_reallocation_lines_total 2');
  });

  it.each([
    [{}, 'segments'],
    [{ segments: [] }, 'segments'],
    [{ segments: [{ strategy: 'win' }] }, 'segments.0.match'],
    [{ segments: [{ match: {}, strategy: 'steal' }] }, 'segments.0.strategy'],
    [{ segments: [{ match: { orderIds: 'o1' }, strategy: 'win' }] }, 'segments.0.match.orderIds'],
    [{ segments: [{ match: { orderIds: [] }, strategy: 'win' }] }, 'segments.0.match.orderIds'],
    [{ segments: [{ match: { priority: { min: 10 } }, strategy: 'win' }] }, 'segments.0.match.priority.min'],
    [{ segments: [{ match: { age: 3 }, strategy: 'win' }] }, 'segments.0.match.age'],
    [{ segments, simulate: 'yes' }, 'simulate'],
  ])('rejects %j', async (body, field) => {
    expect(await run(body)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
    });
  });

  it('is refused for a product that was never registered', async () => {
    expect(await run({ segments }, 'SOFA')).toMatchObject({
      ...{ status: 404, body: { type: 'urn:earmark:problem:unknown-sku', sku: 'SOFA' } },
    });
  });
});
