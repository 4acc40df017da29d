import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { EndProtections } from '../../src/allocation/commands/end-protections.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { expectRefusal, Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.buy('PO-1', 'TABLE', 10);
  await shop.buy('PO-2', 'LAMP', 10);
});
afterAll(() => shop.close());

const put = (sku: string, body: unknown) => shop.service.request('PUT', `/v1/products/${sku}/policy`, body);

describe('The policy of a product', () => {
  it('is the default until one is set', async () => {
    expect(await shop.get('/v1/products/LAMP/policy')).toMatchObject({
      status: 200,
      body: { sku: 'LAMP', backorders: 'first-fit', protections: [] },
    });
  });

  it('is exactly what was set, and what is left out is as by default', async () => {
    const protections = [
      { channel: 'web', quantity: 4, until: '2099-12-31' },
      { channel: null, quantity: 1, until: null },
    ];
    const asked = [
      { channel: 'web', quantity: 4, until: '2099-12-31' },
      { channel: null, quantity: 1 },
    ];
    const body = {
      ...{ sku: 'TABLE', preference: 'fefo', minimumShelfLifeDays: 10 },
      ...{ backorders: 'first-fit', protections },
    };
    const wanted = { preference: 'fefo', minimumShelfLifeDays: 10, backorders: 'first-fit' };
    expect(await put('TABLE', { ...wanted, protections: asked })).toMatchObject({
      status: 200,
      body,
    });
    expect((await shop.get('/v1/products/TABLE/policy')).body).toEqual(body);
    expect((await shop.product('TABLE')).body.version).toBe(2);
    await put('TABLE', { protections: asked });
    expect((await shop.get('/v1/products/TABLE/policy')).body).toEqual({
      ...{ ...body, preference: 'eta', minimumShelfLifeDays: 0 },
    });
  });

  it.each(['strict', 'fair-share', 'first-fit'])('can be %s to lines that wait', async (backorders) => {
    const byDefault = { preference: 'eta', minimumShelfLifeDays: 0, protections: [] };
    const answer = { sku: 'LAMP', backorders, ...byDefault };
    expect(await put('LAMP', { backorders })).toMatchObject({ status: 200, body: answer });
    expect((await shop.get('/v1/products/LAMP/policy')).body).toEqual(answer);
  });

  it.each([{ preference: 'oldest' }, { minimumShelfLifeDays: -1 }, { minimumShelfLifeDays: 36_501 }])(
    'cannot be %j',
    async (policy) => expect((await put('TABLE', policy)).status).toBe(400),
  );

  it('changes nothing if it is set again', async () => {
    const before = (await shop.product('TABLE')).body.version;
    const { body } = await shop.get('/v1/products/TABLE/policy');
    const { sku: _, ...policy } = body as { sku: string };
    expect((await put('TABLE', policy)).status).toBe(200);
    expect((await shop.product('TABLE')).body.version).toBe(before);
  });

  it('decides about orders by their channels', async () => {
    await put('TABLE', { protections: [{ channel: 'fair', quantity: 10 }] });
    const order = (channel: string) =>
      shop.service.request('PUT', `/v1/orders/of-${channel}`, {
        channel,
        lines: [{ sku: 'TABLE', quantity: 2 }],
      });
    expect(await order('web')).toMatchObject({
      status: 409,
      body: { lines: [{ sku: 'TABLE', requested: 2, available: 0, earliest: null }] },
    });
    expect((await order('fair')).status).toBe(201);
  });

  it('is unknown of a product that was never bought', async () => {
    for (const answer of [await put('SOFA', {}), await shop.get('/v1/products/SOFA/policy')]) {
      expectRefusal(answer, {
        ...{ status: 404, code: 'unknown-sku', title: 'Unknown SKU', sku: 'SOFA' },
        ...{ detail: 'No batch of SOFA was ever registered.', instance: '/v1/products/SOFA/policy' },
      });
    }
  });

  it.each([
    [{ backorders: 'never' }, 'backorders'],
    [{ protections: [{ quantity: 1 }] }, 'protections.0.channel'],
    [{ protections: [{ channel: 'web', quantity: 0 }] }, 'protections.0.quantity'],
    [{ protections: [{ channel: 'web', quantity: 1, until: '2026-02-30' }] }, 'protections.0.until'],
    [{ other: 1 }, 'other'],
  ])('rejects %j', async (body, field) => {
    expect(await put('TABLE', body)).toMatchObject({
      status: 400,
      body: { type: 'urn:earmark:problem:validation-failed', errors: [{ field }] },
    });
  });
});

describe('A protection whose last day has passed', () => {
  it('leaves its units to lines that wait once, at whichever instance the day begins first', async () => {
    const other = await shop.anotherInstance();
    try {
      const services = [shop.service, other];
      const begin = (day: string) => {
        for (const service of services) service.get(Calendar).now = () => new Date(`${day}T12:00:00Z`);
        return Promise.all(
          [...services, ...services].map((service) =>
            service.get(CommandBus).execute(new EndProtections(day)),
          ),
        );
      };
      await begin('2026-06-01');
      for (const sku of ['PEAR', 'PLUM']) {
        await shop.buy(`${sku}-1`, sku, 5);
        await put(sku, { protections: [{ channel: 'web', quantity: 5, until: '2026-06-01' }] });
        const body = { lines: [{ sku, quantity: 4 }], whenShort: 'backorder' };
        await shop.service.request('PUT', `/v1/orders/o-${sku}`, body);
      }
      const states = async () =>
        Promise.all(
          ['PEAR', 'PLUM'].map(
            async (sku) => (await shop.get<{ state: string }>(`/v1/orders/o-${sku}`)).body.state,
          ),
        );
      await begin('2026-06-01');
      expect(await states()).toEqual(['backordered', 'backordered']);
      await begin('2026-06-02');
      expect(await states()).toEqual(['allocated', 'allocated']);
      const { items } = (await shop.events({ limit: 500 })).body;
      const served = items.filter(({ type, key }) => type === 'LineAllocated' && key !== 'TABLE');
      expect(served.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject([
        { key: 'PEAR', data: { orderId: 'o-PEAR', from: 'backorder' } },
        { key: 'PLUM', data: { orderId: 'o-PLUM', from: 'backorder' } },
      ]);
      const { version } = (await shop.product('PEAR')).body;
      await begin('2026-06-03');
      expect((await shop.product('PEAR')).body.version).toBe(version);
    } finally {
      await other.close();
    }
  });
});
