import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../testing/eventually.js';
import { Shop } from '../support/shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

/** The names of the mails that were left for the buyers, once there are as many. */
async function mails(count: number): Promise<string[]> {
  const folder = join(shop.service.dataDir, 'mail');
  const found = async () =>
    (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
  return eventually(`${count} mails`, async () => {
    const names = await found();
    return names.length >= count && names;
  });
}

const read = async (name: string) => {
  const mail = await readFile(join(shop.service.dataDir, 'mail', name), 'utf8');
  const end = mail.indexOf('\r\n\r\n');
  return { head: mail.slice(0, end), text: mail.slice(end + 4).replaceAll('=\r\n', '') };
};

describe('The buyers', () => {
  it('get a mail when a line is refused', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10);
    await shop.order('o-1', 'SMALL-TABLE', 11);

    const [name = ''] = await mails(1);

    const { head, text } = await read(name);
    expect(head).toContain('From: earmark@localhost');
    expect(head).toContain('To: stock@localhost');
    expect(head).toContain('Subject: Out of stock: SMALL-TABLE');
    expect(text).toContain('1 order line was refused because SMALL-TABLE was out of stock: 11 units');
    expect(text).toContain('The largest batch has 10 available.');
  });

  it('get a mail when a promised line loses its batch and fits nowhere', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10);
    await shop.order('o-1', 'SMALL-TABLE', 10);
    await shop.change('PO-1', { quantity: 3 });

    const [name = ''] = await mails(1);

    const { head, text } = await read(name);
    expect(head).toContain('Subject: Stock alerts: 1 product with lost promises, 1 product out of stock');
    expect(text).toContain('1 order lost 10 units of SMALL-TABLE: batch PO-1 shrank');
    expect(text).toContain('Order: o-1');
    expect(text).toContain('The largest batch has 3 available.');
  });

  it('get a mail for each slip of a batch that order lines wait for', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10, '2099-01-31');
    await shop.order('o-1', 'SMALL-TABLE', 10);
    await shop.change('PO-1', { eta: '2099-02-28' });
    const [first = ''] = await mails(1);
    const { head, text } = await read(first);
    expect(head).toContain('Subject: Late: batch PO-1 of SMALL-TABLE, now due 2099-02-28');
    expect(text).toContain('was due on 2099-01-31, and is now due on 2099-02-28.');
    expect(text).toContain('Order: o-1');

    await shop.change('PO-1', { eta: '2099-03-31' });
    const alerts = await eventually('a second alert', async () => {
      const { items } = (
        await shop.service.request<{ items: { kind: string; text: string }[] }>('GET', '/v1/notifications')
      ).body;
      return items.length === 2 && items;
    });
    expect(alerts.map(({ kind }) => kind)).toEqual(['late', 'late']);
    expect(alerts[1]!.text).toContain('was due on 2099-02-28, and is now due on 2099-03-31.');
  });

  it('get the same mail when an order is refused as when a line is', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10);
    await shop.buy('PO-2', 'CHAIR', 10);
    const { status } = await shop.putOrder('o-1', { CHAIR: 1, 'SMALL-TABLE': 11 });
    expect(status).toBe(409);

    const [name = ''] = await mails(1);

    const { head, text } = await read(name);
    expect(head).toContain('Subject: Out of stock: SMALL-TABLE');
    expect(text).toContain('1 order line was refused because SMALL-TABLE was out of stock: 11 units');
    expect(text).toContain('The largest batch has 10 available.');
    expect(text).not.toContain('CHAIR');
  });

  it('get a mail about the line alone that an order is put without', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10);
    await shop.buy('PO-2', 'CHAIR', 10);
    const { status } = await shop.putOrder('o-1', { CHAIR: 1, 'SMALL-TABLE': 11 }, { whenShort: 'skip' });
    expect(status).toBe(201);

    const [name = ''] = await mails(1);

    expect((await read(name)).head).toContain('Subject: Out of stock: SMALL-TABLE');
  });

  it('get no mail about lost promises when holds are released, replaced or lose their batch', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 10);
    const hold = { expiresInSeconds: 600 };
    await shop.putOrder('released', { 'SMALL-TABLE': 2 }, hold);
    await shop.cancelOrder('released');
    await shop.buy('PO-2', 'CHAIR', 10);
    await shop.putOrder('replaced', { 'SMALL-TABLE': 2, CHAIR: 1 }, hold);
    await shop.putOrder('replaced', { CHAIR: 1 }, hold);
    await shop.putOrder('lost', { 'SMALL-TABLE': 10 }, hold);
    await shop.change('PO-1', { quantity: 9 });
    await shop.order('o-1', 'CHAIR', 100);

    // The log is read in order: once the last refusal has an alert, the earlier events have theirs.
    const chairs = () => shop.get<{ items: unknown[] }>('/v1/notifications?sku=CHAIR');
    await eventually('an alert about chairs', async () => (await chairs()).body.items.length > 0);

    expect((await shop.get('/v1/lost-promises')).body).toMatchObject({ items: [] });
    const { body } = await shop.get<{ items: { kind: string; sku: string }[] }>('/v1/notifications');
    expect(body.items.filter(({ kind }) => kind !== 'out-of-stock')).toEqual([]);
  });

  it('get no mail if a line is allocated', async () => {
    await shop.buy('PO-1', 'SMALL-TABLE', 1);
    await shop.order('o-1', 'SMALL-TABLE', 1);
    await shop.buy('PO-2', 'CHAIR', 1);
    await shop.order('o-1', 'CHAIR', 2);

    // The log is read in order: once the later refusal has an alert, the earlier events have none.
    const names = await mails(1);

    expect(names).toHaveLength(1);
    expect((await read(names[0]!)).head).toContain('Subject: Out of stock: CHAIR');
  });

  it('get a SKU that looks like a header as plain text', async () => {
    const sku = 'X: y, <z@example.com> =?utf-8?q?boo?= \u{1f4a9} ünï';
    await shop.buy('PO-1', sku, 1);
    await shop.order('o-1', sku, 2);

    const [name = ''] = await mails(1);

    const { head } = await read(name);
    const names = head.match(/^[\w-]+(?=:)/gm) ?? [];
    expect(names).toEqual([...new Set(names)]);
    expect(names).not.toContain('X');
    expect(head).toContain('To: stock@localhost\r\n');
  });
});
