import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../testing/eventually.js';
import { due } from '../support/now.js';
import { expectRefusal, Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

/** What is known of a batch of which nothing was said. */
const PLAIN = { location: 'main', bestBefore: null, blocked: false };

/** Units of which none have left, and `claimed` are claimed. */
function figures(quantity: number, eta: string | null, claimed = 0) {
  const [onHand, inbound] = eta === null ? [quantity, 0] : [0, quantity];
  const available = quantity - claimed;
  return { quantity, allocated: claimed, available, onHand, inbound, shipped: 0, claimed, held: 0 };
}

describe('The list of products', () => {
  const skus = ['A', 'B', 'a', '\uff5e', '\u{1f4a9}'];
  let store: Shop;
  beforeAll(async () => {
    store = await Shop.open();
    for (const sku of [...skus].reverse()) await store.buy(`of ${sku}`, sku, 5);
    await store.buy('more of A', 'A', 2_147_483_647, '2027-01-31');
    await store.order('o-1', 'A', 4);
  });
  afterAll(() => store.close());

  it('sums up each product over its batches', async () => {
    // The sums follow the log.
    const { body } = await eventually('the line is counted', async () => {
      const answer = await store.products();
      return answer.body.items[0]?.allocated === 4 && answer;
    });

    expect(body).toMatchObject({ next: null });
    expect(body.items.slice(0, 2)).toEqual([
      { sku: 'A', version: 3, ...figures(2_147_483_652, null, 4), onHand: 5, inbound: 2_147_483_647 },
      { sku: 'B', version: 1, ...figures(5, null) },
    ]);
  });

  it.each([1, 2, 4, 5, 500])('is complete in the byte order of the SKUs in pages of %i', async (limit) => {
    const pages = await store.pages((part: { after?: string }) => store.products(part), limit);

    expect(pages.flat().map(({ sku }) => sku)).toEqual(skus);
    expect(pages).toHaveLength(Math.ceil(skus.length / limit));
  });

  it('is empty after the last SKU', async () => {
    expect(await store.products({ after: '\u{1f4a9}' })).toMatchObject({
      status: 200,
      body: { items: [], next: null },
    });
  });
});

describe('A product', () => {
  it('lists its batches in the order of preference', async () => {
    await shop.buy('T-late', 'TABLE', 9, '2027-02-28');
    await shop.buy('T-b', 'TABLE', 8, '2027-01-31');
    await shop.buy('T-A', 'TABLE', 7, '2027-01-31');
    await shop.buy('T-here-2', 'TABLE', 6);
    await shop.buy('T-here-1', 'TABLE', 5);
    await shop.order('o-1', 'TABLE', 5);

    const answer = await shop.product('TABLE');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"6"');
    expect(answer.body).toEqual({
      sku: 'TABLE',
      version: 6,
      quantity: 35,
      allocated: 5,
      available: 30,
      ...{ onHand: 11, inbound: 24, shipped: 0, claimed: 5, held: 0 },
      batches: [
        { reference: 'T-here-1', ...PLAIN, ...due(null), ...figures(5, null, 5) },
        { reference: 'T-here-2', ...PLAIN, ...due(null), ...figures(6, null) },
        { reference: 'T-A', ...PLAIN, ...due('2027-01-31'), ...figures(7, '2027-01-31') },
        { reference: 'T-b', ...PLAIN, ...due('2027-01-31'), ...figures(8, '2027-01-31') },
        { reference: 'T-late', ...PLAIN, ...due('2027-02-28'), ...figures(9, '2027-02-28') },
      ],
      more: false,
    });
  });

  it('has a new version with every change, and the same one after a refusal', async () => {
    const version = async () => (await shop.product('STOOL')).headers.get('etag');
    await shop.buy('S-1', 'STOOL', 5, '2027-01-31');
    expect(await version()).toBe('"1"');

    await shop.order('o-1', 'STOOL', 2);
    expect(await version()).toBe('"2"');
    await shop.order('o-2', 'STOOL', 50);
    expect(await version()).toBe('"2"');
    await shop.change('S-1', { eta: null });
    expect(await version()).toBe('"3"');
    await shop.change('S-1', { quantity: 1 });
    expect(await version()).toBe('"4"');
  });

  it('shows a batch with its new date in its new place', async () => {
    await shop.buy('C-1', 'CHAIR', 5, '2027-01-31');
    await shop.buy('C-2', 'CHAIR', 5, '2027-02-28');

    await shop.change('C-1', { eta: '2027-03-31' });

    expect((await shop.product('CHAIR')).body).toMatchObject({
      batches: [
        { reference: 'C-2', eta: '2027-02-28' },
        { reference: 'C-1', eta: '2027-03-31' },
      ],
    });
  });

  it.each(['eta', 'fefo', 'fifo', 'lifo'])(
    'lists its batches in the order in which lines get them, if its policy prefers %s',
    async (preference) => {
      const sku = `MILK-${preference}`;
      const register = (name: string, lot: object) =>
        shop.service.request('POST', '/v1/batches', {
          reference: `${preference}-${name}`,
          sku,
          quantity: 1,
          ...lot,
        });
      await register('4', { bestBefore: '2099-03-31' });
      await register('2', { bestBefore: '2099-01-31' });
      await register('5', {});
      await register('3', { bestBefore: '2099-02-28' });
      await register('1', { eta: '2099-01-01', bestBefore: '2099-01-30' });
      // One is claimed before the policy changes, and has units again afterwards.
      await shop.order('first', sku, 1);
      expect((await shop.service.request('PUT', `/v1/products/${sku}/policy`, { preference })).status).toBe(
        200,
      );
      const listed = (await shop.product(sku)).body.batches.map(({ reference }) => reference);
      await shop.giveBack('first', sku);

      const given = [];
      for (const order of ['a', 'b', 'c', 'd', 'e']) {
        given.push((await shop.order(order, sku, 1)).body.batchReference);
      }

      expect(listed).toEqual(given);
      expect((await shop.product(sku)).body.batches.map(({ reference }) => reference)).toEqual(given);
    },
  );

  it('lists batches that all units have left behind all others', async () => {
    await shop.buy('R-1', 'RUG', 5);
    await shop.buy('R-2', 'RUG', 5, '2099-01-31');
    await shop.change('R-1', { quantity: 0 });

    expect((await shop.product('RUG')).body.batches).toMatchObject([
      { reference: 'R-2' },
      { reference: 'R-1' },
    ]);
  });

  it('lists 500 batches and says that there are more', async () => {
    const references = Array.from({ length: 501 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
    // In portions, of which also a slow machine answers each before the client gives up.
    for (let i = 1; i < references.length; i += 50)
      await Promise.all(references.slice(i, i + 50).map((reference) => shop.buy(reference, 'MANY', 1)));
    const answer = () => shop.product('MANY');
    expect((await answer()).body).toMatchObject({ quantity: 500, more: false });

    await shop.buy(references[0]!, 'MANY', 1);

    const { body } = await answer();
    expect(body).toMatchObject({ quantity: 501, more: true });
    expect(body.batches.map(({ reference }) => reference)).toEqual(references.slice(0, 500));
  });

  it.each(['', '/availability', '/availability?quantity=1'])(
    'that was never registered is unknown: %s',
    async (question) => {
      expectRefusal(await shop.get(`/v1/products/UNHEARD-OF${question}`), {
        status: 404,
        code: 'unknown-sku',
        title: 'Unknown SKU',
        detail: 'No batch of UNHEARD-OF was ever registered.',
        instance: `/v1/products/UNHEARD-OF${question}`.replace(/\?.*/, ''),
        sku: 'UNHEARD-OF',
      });
    },
  );
});

describe('The availability of a product', () => {
  beforeAll(async () => {
    await shop.buy('L-here-1', 'LAMP', 5);
    await shop.buy('L-here-2', 'LAMP', 3);
    await shop.buy('L-later-2', 'LAMP', 10, '2027-02-28');
    await shop.buy('L-soon-1', 'LAMP', 7, '2027-01-31');
    await shop.buy('L-soon-2', 'LAMP', 8, '2027-01-31');
    await shop.buy('L-gone', 'LAMP', 1, '2027-01-01');
    await shop.change('L-gone', { quantity: 0 });
    await shop.order('o-1', 'LAMP', 4);
  });
  const stock = {
    sku: 'LAMP',
    version: 8,
    onHand: 4,
    inbound: [
      { ...due('2027-01-31'), available: 15 },
      { ...due('2027-02-28'), available: 10 },
    ],
  };

  it('shows units by date, and no promise without a quantity', async () => {
    expect(await shop.availability('LAMP')).toMatchObject({
      status: 200,
      body: { ...stock, promise: null },
    });
  });

  it.each([
    [1, { batchReference: 'L-here-1', ...due(null) }],
    [2, { batchReference: 'L-here-2', ...due(null) }],
    [4, { batchReference: 'L-soon-1', ...due('2027-01-31') }],
    [8, { batchReference: 'L-soon-2', ...due('2027-01-31') }],
    [9, { batchReference: 'L-later-2', ...due('2027-02-28') }],
    // 29 units are available in all, but no batch has as many.
    [11, null],
    [2_147_483_647, null],
  ])('names the batch that %i units would get', async (quantity, promise) => {
    const { body } = await shop.availability('LAMP', quantity);

    expect(body).toEqual({ ...stock, promise });
  });

  it('names the batch that the next line gets', async () => {
    await shop.buy('P-1', 'PLANT', 3);
    await shop.buy('P-2', 'PLANT', 9, '2027-01-31');
    const { body } = await shop.availability('PLANT', 4);

    expect((await shop.order('o-1', 'PLANT', 4)).body).toMatchObject(body.promise!);
  });

  it('is 0 and not unknown for a product that is fully claimed', async () => {
    await shop.buy('G-1', 'GONE', 3);
    await shop.order('o-1', 'GONE', 3);

    expect((await shop.availability('GONE', 1)).body).toEqual({
      sku: 'GONE',
      version: 2,
      onHand: 0,
      inbound: [],
      promise: null,
    });
  });
});
