import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OutOfStock } from '../../src/allocation/allocation.contract.js';
import { Shortages } from '../../src/notifications/domain/shortages.js';
import { Warehouse } from './warehouse.js';

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await Warehouse.open();
});
afterEach(() => warehouse.close());

/** The kinds and counts of what people were told, in order. */
const told = async () =>
  (await warehouse.notifications()).map(({ kind, text }) => `${kind}: ${/^\d+/m.exec(text)?.[0] ?? 0}`);

describe('the buyers of a SKU', () => {
  it('hear of its first refusal, and of no further one while they are left in peace', async () => {
    await warehouse.start();
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 20);
    await warehouse.timePasses(23);
    expect(await told()).toEqual(['out-of-stock: 1']);
    expect(await warehouse.sql('select refusals, units, available from notifications.shortage')).toEqual([
      { refusals: 2, units: 30, available: 3 },
    ]);
  });

  it('hear of another SKU all the same', async () => {
    await warehouse.start();
    await warehouse.buy('TABLE', 3);
    await warehouse.buy('CHAIR', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('CHAIR', 10);
    expect((await warehouse.notifications()).map(({ sku }) => sku).sort()).toEqual(['CHAIR', 'TABLE']);
  });

  it('hear how much was refused when the quiet time is over, once', async () => {
    await warehouse.start();
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 20);
    await warehouse.timePasses(24.1);
    await warehouse.timePasses(24.2);
    expect(await told()).toEqual(['out-of-stock: 1', 'still-out-of-stock: 2']);
    expect((await warehouse.notifications())[1]?.text).toContain('30 units were asked for in all');
  });

  it('hear of it once where two instances look at the clock', async () => {
    const [one, other] = [await warehouse.start(), await warehouse.start()];
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await Promise.all([one, other, one, other].map((service) => warehouse.timePasses(24.1, service)));
    expect(await told()).toEqual(['out-of-stock: 1', 'still-out-of-stock: 1']);
  });

  it('hear of it after a quiet time of their own choosing', async () => {
    await warehouse.start({ alertQuietHours: 1 });
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.timePasses(1.1);
    expect(await told()).toEqual(['out-of-stock: 1', 'still-out-of-stock: 1']);
  });

  describe('after stock has come', () => {
    const ways = {
      'a batch was bought': async () => {
        await warehouse.buy('TABLE', 5, '2030-01-01');
      },
      'a batch has grown': () => warehouse.change('PO-1', { quantity: 4 }),
      'a shipment has arrived': () => warehouse.change('PO-2', { eta: null }),
    };
    it.each(Object.keys(ways) as (keyof typeof ways)[])(
      'hear of the next refusal at once: %s',
      async (way) => {
        await warehouse.start();
        await warehouse.buy('TABLE', 3);
        await warehouse.buy('TABLE', 3, '2030-01-01');
        await warehouse.askInVain('TABLE', 10);
        await ways[way]();
        await warehouse.askInVain('TABLE', 20);
        expect(await told()).toEqual(['out-of-stock: 1', 'out-of-stock: 1']);
      },
    );

    const noWays = {
      'a batch has shrunk': () => warehouse.change('PO-1', { quantity: 2 }),
      'a shipment is late': () => warehouse.change('PO-2', { eta: '2031-01-01' }),
      'another SKU was bought': async () => {
        await warehouse.buy('CHAIR', 1);
      },
    };
    it.each(Object.keys(noWays) as (keyof typeof noWays)[])('and not before: %s', async (way) => {
      await warehouse.start();
      await warehouse.buy('TABLE', 3);
      await warehouse.buy('TABLE', 3, '2030-01-01');
      await warehouse.askInVain('TABLE', 10);
      await noWays[way]();
      await warehouse.askInVain('TABLE', 20);
      expect(await told()).toEqual(['out-of-stock: 1']);
    });

    it('hear how much was refused until then', async () => {
      await warehouse.start();
      await warehouse.buy('TABLE', 3);
      await warehouse.askInVain('TABLE', 10);
      await warehouse.askInVain('TABLE', 10);
      await warehouse.buy('TABLE', 50);
      expect(await told()).toEqual(['out-of-stock: 1', 'restocked: 1']);
      expect(await warehouse.sql('select from notifications.shortage')).toEqual([]);
    });

    it('hear of it where nothing more was refused, if they want to', async () => {
      await warehouse.start({ alertWhenBack: true });
      await warehouse.buy('TABLE', 3);
      await warehouse.askInVain('TABLE', 10);
      await warehouse.buy('TABLE', 50);
      await warehouse.buy('TABLE', 50);
      expect(await told()).toEqual(['out-of-stock: 1', 'restocked: 0']);
    });
  });

  it('each get a mail of their own, left as a file where no mail server is set', async () => {
    const { dataDir } = await warehouse.start({ alertTo: ['a@example.com', 'b@example.com'] });
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    const mails = await warehouse.toldOnce('two mails sent', (items) =>
      [items.length === 2, ...items.map(({ state }) => state === 'sent')].every(Boolean),
    );
    expect(mails.map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
    expect((await readdir(join(dataDir, 'mail'))).sort()).toEqual(mails.map(({ id }) => `${id}.eml`).sort());
  });

  it('hear of it though nothing happens any more', async () => {
    await warehouse.start();
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.askInVain('TABLE', 10);
    await warehouse.everythingIsHeard();
    await warehouse.sql("update notifications.shortage set told_at = told_at - interval '25 hours'");
    // An instance looks at once, and then every few seconds.
    await warehouse.start();
    const mails = await warehouse.toldOnce('what was counted', (items) => items.length === 2);
    expect(mails.map(({ kind }) => kind)).toEqual(['out-of-stock', 'still-out-of-stock']);
  });

  it('hear of a storm of refusals at the price of one', async () => {
    const service = await warehouse.start();
    const save = jest.spyOn(service.get(Shortages), 'save');
    const storm = Array.from({ length: 1_000 }, (_, i) => outOfStock(`SKU-${i % 250}`));
    await warehouse.happens(...storm);
    await warehouse.everythingIsHeard();
    expect(save).toHaveBeenCalledTimes(1);
    expect(
      await warehouse.sql(
        `select count(*) as shortages, sum(refusals)::int8 as refusals,
                (select count(*) from notifications.notification) as mails
           from notifications.shortage`,
      ),
    ).toEqual([{ shortages: 250, refusals: 750, mails: 250 }]);
  });
});

function outOfStock(sku: string): OutOfStock {
  const data = { sku, refusals: 1, units: 10, available: 3, productVersion: 1 };
  return { type: 'OutOfStock', version: 1, key: sku, data };
}

describe('the list of notifications', () => {
  it('is read page by page, the newest last, and by SKU', async () => {
    await warehouse.start();
    for (const sku of ['TABLE', 'CHAIR', 'LAMP']) {
      await warehouse.buy(sku, 3);
      await warehouse.askInVain(sku, 10);
    }
    await warehouse.everythingIsHeard();
    const first = await warehouse.page('?limit=2');
    expect(first.items.map(({ sku }) => sku)).toEqual(['TABLE', 'CHAIR']);
    const second = await warehouse.page(`?limit=2&after=${first.next}`);
    expect(second.items.map(({ sku }) => sku)).toEqual(['LAMP']);
    expect(second.next).toBeNull();
    expect((await warehouse.page('?sku=CHAIR')).items.map(({ sku }) => sku)).toEqual(['CHAIR']);
    expect((await warehouse.page('?sku=NOBODY-HAS-THIS')).items).toEqual([]);
  });

  it('says what was sent, to whom, when, about which SKU, and that it got through', async () => {
    await warehouse.start();
    await warehouse.buy('TABLE', 3);
    await warehouse.askInVain('TABLE', 10);
    const [mail] = await warehouse.toldOnce('the mail sent', ([mail]) => mail?.state === 'sent');
    expect(mail).toEqual({
      position: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'out-of-stock',
      sku: 'TABLE',
      to: 'stock@localhost',
      subject: 'Out of stock: TABLE',
      text:
        '1 order line was refused for want of TABLE: 10 units were asked for in all.\n' +
        'The largest batch has 3 available.',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'sent',
      attempts: 1,
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
      error: null,
    });
  });

  it('refuses a cursor that is none', async () => {
    const service = await warehouse.start();
    const { status, body } = await service.request<{ errors: { field: string }[] }>(
      'GET',
      '/v1/notifications?after=x',
    );
    expect(status).toBe(400);
    expect(body.errors.map(({ field }) => field)).toEqual(['after']);
  });
});
