import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  for (const sku of ['CUP', 'PAN']) {
    await shop.buy(`${sku}-1`, sku, 20);
    await shop.buy(`${sku}-2`, sku, 20, '2097-01-31');
  }
});
afterAll(() => shop.close());

const remove = (path: string, ifMatch?: string) =>
  shop.service.request<{ type?: string; seen?: unknown; version?: unknown }>(
    'DELETE',
    path,
    undefined,
    ifMatch === undefined ? {} : { 'if-match': ifMatch },
  );

describe.each(['POST', 'GET'])('DELETE of a line with the entity tag of a %s', (method) => {
  const path = (order: string) => `/v1/orders/${order}/allocations/CUP`;
  const tagOf = async (order: string) => {
    const answer = method === 'POST' ? await shop.order(order, 'CUP', 2) : await shop.get(path(order));
    return answer.headers.get('etag')!;
  };

  it('gives the line back once, and not the line that was ordered again', async () => {
    const order = `d-1-${method}`;
    await shop.order(order, 'CUP', 2);
    const tag = await tagOf(order);
    expect((await remove(path(order), tag)).status).toBe(204);
    expect((await remove(path(order), tag)).status).toBe(404);
    await shop.order(order, 'CUP', 2);

    const late = await remove(path(order), tag);

    expect(late.status).toBe(412);
    const now = (await shop.get(path(order))).headers.get('etag')!;
    expect(late.body).toMatchObject({
      type: 'urn:earmark:problem:version-mismatch',
      seen: [tag.slice(1, -1)],
      version: now.slice(1, -1),
    });
    expect((await shop.allocationsOf(order)).status).toBe(200);
    expect((await remove(path(order), `"x", W/${now}`)).status).toBe(204);
  });

  it.each([
    ['a weak tag', (tag: string) => `W/${tag}`, 204],
    ['the tag of a proxy that compresses', (tag: string) => tag.replace(/"$/, '-gzip"'), 204],
    ['any', () => '*', 204],
    ['another tag', () => '"1"', 412],
    ['no quotes', (tag: string) => tag.slice(1, -1), 400],
    ['nothing', () => '', 400],
  ])('handles %s in If-Match', async (what, written, status) => {
    const order = `d-2-${method}-${what}`;
    await shop.order(order, 'CUP', 1);
    const tag = await tagOf(order).catch(() => '');
    const right = tag === '' ? '' : (await shop.get(path(encodeURIComponent(order)))).headers.get('etag')!;
    expect((await remove(path(encodeURIComponent(order)), written(right))).status).toBe(status);
    await remove(path(encodeURIComponent(order)));
  });
});

describe('The ETag of an order', () => {
  const path = '/v1/orders/p-1/allocations';
  const tag = async () => (await shop.get(path)).headers.get('etag')!;

  it('changes when a line is added, is removed, moves or gets another date', async () => {
    await shop.order('p-1', 'PAN', 2);
    const tags = [await tag()];
    expect(await tag()).toBe(tags[0]);
    expect((await shop.get(path, { 'if-none-match': tags[0]! })).status).toBe(304);

    await shop.order('p-1', 'CUP', 1);
    tags.push(await tag());
    await shop.giveBack('p-1', 'CUP');
    expect(await tag()).toBe(tags[0]);
    await shop.change('PAN-1', { quantity: 0 });
    tags.push(await tag());
    await shop.change('PAN-2', { eta: '2097-02-28' });
    tags.push(await tag());
    await shop.giveBack('p-1', 'PAN');
    await shop.order('p-1', 'PAN', 2);
    tags.push(await tag());
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('allows a deletion only while the order has that version', async () => {
    const seen = await tag();
    await shop.order('p-1', 'CUP', 1);

    const late = await remove(path, seen);

    expect([late.status, late.body.type]).toEqual([412, 'urn:earmark:problem:version-mismatch']);
    expect((await shop.allocationsOf('p-1')).body.items).toHaveLength(2);
    expect((await remove(path, await tag())).status).toBe(204);
    expect((await remove(path, seen)).status).toBe(404);
  });
});
