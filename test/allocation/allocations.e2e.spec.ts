import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { due } from '../support/now.js';
import { expectRefusal, Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const versionOf = async (sku: string) => (await shop.product(sku)).body.version;

const unknownOrder = (orderId: string) => ({
  status: 404,
  code: 'unknown-order',
  title: 'Unknown order',
  detail: `Order ${orderId} has no allocations.`,
  instance: `/v1/orders/${orderId}/allocations`,
  orderId,
});
const unknownAllocation = (orderId: string, sku: string) => ({
  status: 404,
  code: 'unknown-allocation',
  title: 'Unknown allocation',
  detail: `Order ${orderId} has no allocation of ${sku}.`,
  instance: `/v1/orders/${orderId}/allocations/${sku}`,
  orderId,
  sku,
});

describe('POST of an allocation', () => {
  it('answers with the batch of the line, and its date', async () => {
    await shop.buy('TABLE-1', 'TABLE', 10, '2027-01-31');

    const answer = await shop.order('o-1', 'TABLE', 10);

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      orderId: 'o-1',
      sku: 'TABLE',
      quantity: 10,
      batchReference: 'TABLE-1',
      ...due('2027-01-31'),
    });
  });

  it('prefers stock on hand, then the earliest date, then the first reference', async () => {
    await shop.buy('LAMP-a', 'LAMP', 1, '2027-01-31');
    await shop.buy('LAMP-B', 'LAMP', 1, '2027-01-31');
    await shop.buy('LAMP-early', 'LAMP', 1, '2027-01-01');
    await shop.buy('LAMP-here', 'LAMP', 1);

    const chosen: unknown[] = [];
    for (const orderId of ['o-1', 'o-2', 'o-3', 'o-4'])
      chosen.push((await shop.order(orderId, 'LAMP', 1)).body);

    expect(chosen).toMatchObject(
      ['LAMP-here', 'LAMP-early', 'LAMP-B', 'LAMP-a'].map((batchReference) => ({ batchReference })),
    );
  });

  it('passes over a batch that cannot hold the whole line', async () => {
    await shop.buy('SOFA-here', 'SOFA', 2);
    await shop.buy('SOFA-later', 'SOFA', 3, '2027-01-31');

    expect((await shop.order('o-1', 'SOFA', 3)).body).toMatchObject({ batchReference: 'SOFA-later' });
  });

  it('answers a repeated line with the allocation it has, and changes nothing', async () => {
    await shop.buy('DESK-1', 'DESK', 10);
    const first = await shop.order('o-2', 'DESK', 4);
    const version = await versionOf('DESK');

    const again = await shop.order('o-2', 'DESK', 4);

    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await versionOf('DESK')).toBe(version);
  });

  it('answers the same line with another quantity as a conflict', async () => {
    await shop.buy('RUG-1', 'RUG', 10);
    await shop.order('o-3', 'RUG', 4);

    expectRefusal(await shop.order('o-3', 'RUG', 5), {
      status: 409,
      code: 'allocation-conflict',
      title: 'Allocation conflict',
      detail: 'Order o-3 already has 4 of RUG allocated, not 5.',
      instance: '/v1/allocations',
      orderId: 'o-3',
      sku: 'RUG',
      requested: 5,
      allocated: 4,
    });
  });

  it('refuses a line that fits nowhere with what the largest batch has, and changes nothing', async () => {
    await shop.buy('BED-1', 'BED', 6);
    await shop.buy('BED-2', 'BED', 5, '2027-01-31');
    await shop.order('o-4', 'BED', 2);
    const version = await versionOf('BED');

    expectRefusal(await shop.order('o-5', 'BED', 6), {
      status: 409,
      code: 'out-of-stock',
      title: 'Out of stock',
      detail: 'No batch of BED can hold 6: the largest has 5 available.',
      instance: '/v1/allocations',
      sku: 'BED',
      requested: 6,
      available: 5,
    });
    expect(await versionOf('BED')).toBe(version);
    expectRefusal(await shop.allocationsOf('o-5'), unknownOrder('o-5'));
  });

  it('rejects a SKU that was never registered', async () => {
    expectRefusal(await shop.order('o-6', 'UNHEARD-OF', 1), {
      status: 422,
      code: 'unknown-sku',
      title: 'Unknown SKU',
      detail: 'No batch of UNHEARD-OF was ever registered.',
      instance: '/v1/allocations',
      sku: 'UNHEARD-OF',
    });
  });

  it('allocates the same line of several callers once', async () => {
    await shop.buy('CLOCK-1', 'CLOCK', 10);
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.order('o-7', 'CLOCK', 3)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect((await shop.product('CLOCK')).body).toMatchObject({ allocated: 3 });
  });
});

describe('A batch whose registration was answered', () => {
  it('can be claimed by the next order on any instance', async () => {
    const other = await shop.anotherInstance();
    const statuses = new Set<number>();
    for (let i = 0; i < 50; i++) {
      await shop.buy(`NEW-${i}`, `NEW-${i}`, 1);
      const instance = i % 2 === 0 ? shop.service : other;
      const line = { orderId: 'o-new', sku: `NEW-${i}`, quantity: 1 };
      statuses.add((await instance.request('POST', '/v1/allocations', line)).status);
    }
    await other.close();

    expect([...statuses]).toEqual([201]);
  });

  it('can be claimed as it is after a change', async () => {
    await shop.buy('GROWS', 'GROWS', 1);
    for (let i = 1; i <= 20; i++) {
      await shop.change('GROWS', { quantity: i });
      expect((await shop.order(`grows-${i}`, 'GROWS', 1)).status).toBe(201);
    }
  });
});

describe('The allocations of an order', () => {
  it('are listed by SKU in byte order', async () => {
    for (const sku of ['o.b', 'o.B', 'o.a', 'o.\u{1f4a9}', 'o.\uff5e']) {
      await shop.buy(`of ${sku}`, sku, 5, sku === 'o.a' ? '2027-01-31' : null);
      await shop.order('o-8', sku, 2);
    }

    const { status, body } = await shop.allocationsOf('o-8');

    expect(status).toBe(200);
    expect(body).toEqual({
      orderId: 'o-8',
      items: ['o.B', 'o.a', 'o.b', 'o.\uff5e', 'o.\u{1f4a9}'].map((sku) => ({
        sku,
        quantity: 2,
        batchReference: `of ${sku}`,
        ...due(sku === 'o.a' ? '2027-01-31' : null),
      })),
    });
  });

  it('show the new date of a batch, and keep it', async () => {
    await shop.buy('MOON-1', 'MOON', 5, '2027-01-31');
    await shop.buy('MOON-2', 'MOON', 5, '2027-02-28');
    await shop.order('o-9', 'MOON', 5);
    const line = { sku: 'MOON', quantity: 5, batchReference: 'MOON-1' };

    for (const eta of ['2027-12-24', null]) {
      await shop.change('MOON-1', { eta });

      expect((await shop.allocationsOf('o-9')).body).toMatchObject({
        items: [{ ...line, eta }],
      });
      expect((await shop.order('o-9', 'MOON', 5)).body).toEqual({ orderId: 'o-9', ...line, ...due(eta) });
    }
  });

  it('move when a batch shrinks, the newest first, and end if no batch can hold them', async () => {
    await shop.buy('VASE-here', 'VASE', 10);
    await shop.buy('VASE-later', 'VASE', 4, '2027-01-31');
    for (const [orderId, quantity] of [
      ['v-1', 4],
      ['v-2', 3],
      ['v-3', 3],
    ] as const) {
      await shop.order(orderId, 'VASE', quantity);
    }

    await shop.change('VASE-here', { quantity: 4 });

    const batchOf = async (orderId: string) => (await shop.allocationsOf(orderId)).body;
    expect(await batchOf('v-1')).toMatchObject({ items: [{ batchReference: 'VASE-here', eta: null }] });
    expect(await batchOf('v-2')).toMatchObject({
      items: [{ batchReference: 'VASE-later', quantity: 3, eta: '2027-01-31' }],
    });
    expectRefusal(await shop.allocationsOf('v-3'), unknownOrder('v-3'));
    expect((await shop.product('VASE')).body).toMatchObject({
      quantity: 8,
      allocated: 7,
      available: 1,
    });
  });

  it('stay on a batch that arrives smaller as far as there is room, in one call or two', async () => {
    for (const [sku, changes] of [
      ['TOGETHER', [{ quantity: 5, eta: null }]],
      ['ONE-BY-ONE', [{ eta: null }, { quantity: 5 }]],
    ] as const) {
      await shop.buy(`${sku}-1`, sku, 10, '2097-02-28');
      const lines = { a: 4, b: 5, c: 1 };
      for (const [order, quantity] of Object.entries(lines))
        await shop.order(`${sku}-${order}`, sku, quantity);
      await shop.buy(`${sku}-2`, sku, 10, '2097-01-31');

      for (const change of changes) await shop.change(`${sku}-1`, change);

      const batchOf = async (order: string) =>
        ((await shop.allocationsOf(`${sku}-${order}`)).body as { items: object[] }).items;
      expect(await batchOf('a')).toMatchObject([{ batchReference: `${sku}-1`, eta: null }]);
      expect(await batchOf('b')).toMatchObject([{ batchReference: `${sku}-2` }]);
      expect(await batchOf('c')).toMatchObject([{ batchReference: `${sku}-1`, eta: null }]);
    }
  });
});

describe('DELETE of allocations', () => {
  it('of a line makes room for another, and works once', async () => {
    await shop.buy('CUP-1', 'CUP', 5);
    await shop.order('g-1', 'CUP', 5);

    const answer = await shop.delete('/v1/orders/g-1/allocations/CUP');

    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers.get('content-type')).toBeNull();
    expectRefusal(await shop.giveBack('g-1', 'CUP'), unknownAllocation('g-1', 'CUP'));
    expect((await shop.order('g-2', 'CUP', 5)).status).toBe(201);
    expect((await shop.order('g-1', 'CUP', 5)).status).toBe(409);
  });

  it.each([
    ['of another order', 'g-9', 'CUP'],
    ['of another SKU', 'g-2', 'RUG'],
    ['of a SKU that was never bought', 'g-2', 'UNHEARD-OF'],
  ])('of a line %s is rejected', async (_, orderId, sku) => {
    expectRefusal(await shop.giveBack(orderId, sku), unknownAllocation(orderId, sku));
  });

  it('of one line keeps the others of the order', async () => {
    for (const sku of ['FORK', 'KNIFE']) {
      await shop.buy(`${sku}-1`, sku, 5);
      await shop.order('g-3', sku, 1);
    }

    await shop.giveBack('g-3', 'FORK');

    expect((await shop.allocationsOf('g-3')).body).toMatchObject({ items: [{ sku: 'KNIFE' }] });
  });

  it('of an order gives back all of its lines and no others', async () => {
    for (const sku of ['PAN', 'POT', 'LID']) {
      await shop.buy(`${sku}-1`, sku, 5);
      await shop.order('g-4', sku, 3);
    }
    await shop.order('g-5', 'PAN', 1);

    expect((await shop.giveBackAll('g-4')).status).toBe(204);

    expectRefusal(await shop.allocationsOf('g-4'), unknownOrder('g-4'));
    expectRefusal(await shop.giveBackAll('g-4'), unknownOrder('g-4'));
    expect((await shop.allocationsOf('g-5')).body).toMatchObject({ items: [{ sku: 'PAN' }] });
    expect((await shop.product('PAN')).body).toMatchObject({ allocated: 1 });
  });

  it('of an order without lines is rejected', async () => {
    expectRefusal(await shop.giveBackAll('nobody'), unknownOrder('nobody'));
  });
});

describe('GET of the allocations of an order', () => {
  it('shows what a split line claims of each batch, and nothing else', async () => {
    await shop.buy('CUSHION-1', 'CUSHION', 2);
    await shop.buy('CUSHION-2', 'CUSHION', 3, '2097-01-31');
    const line = { orderId: 'split-1', sku: 'CUSHION', quantity: 5, split: true };
    const { status } = await shop.service.request('POST', '/v1/allocations', line);
    expect(status).toBe(201);
    const { body } = await shop.service.request('GET', '/v1/orders/split-1/allocations');
    const claim = (batchReference: string, quantity: number, eta: string | null) => ({
      ...{ batchReference, quantity, eta, overdue: false, expectedDate: eta },
    });
    expect((body as { items: [{ claims: object[] }] }).items[0].claims).toEqual([
      claim('CUSHION-1', 2, null),
      claim('CUSHION-2', 3, '2097-01-31'),
    ]);
  });
});
