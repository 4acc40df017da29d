import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { Shop } from '../../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly next: number | null;
}

const movements = async (query: string): Promise<Page> =>
  (await shop.get<Page>(`/v1/movements?${query}`)).body;

const put = (path: string, body: object) => shop.service.request('PUT', `/v1/${path}`, body);

describe('GET /v1/movements', () => {
  it('explains each unit of a batch, with who changed it and why', async () => {
    await shop.buy('PO-1', 'LAMP', 10);
    await shop.putOrder('order-7', { LAMP: 4 });
    await put('shipments/s-1', { orderId: 'order-7', lines: [{ sku: 'LAMP', quantity: 3 }] });
    await put('adjustments/a-1', { batchReference: 'PO-1', by: -2, reason: 'damaged' });
    await put('counts/c-1', { batchReference: 'PO-1', counted: 6, expected: 5 });

    const { items } = await eventually('five movements', async () => {
      const page = await movements('batchReference=PO-1');
      return page.items.length === 5 && page;
    });
    const nothing = { onHandChange: 0, inboundChange: 0, claimedChange: 0, inboundAfter: 0 };
    const facts = { sku: 'LAMP', batchReference: 'PO-1', orderId: null, reason: null, actor: 'loopback' };
    const at = { position: expect.any(Number), occurredAt: expect.any(String) };
    expect(items).toEqual([
      { ...at, ...facts, ...nothing, kind: 'registered', onHandChange: 10, onHandAfter: 10, claimedAfter: 0 },
      {
        ...at,
        ...facts,
        ...nothing,
        kind: 'claimed',
        orderId: 'order-7',
        claimedChange: 4,
        onHandAfter: 10,
        claimedAfter: 4,
      },
      {
        ...{ ...at, ...facts, ...nothing, kind: 'shipped', orderId: 'order-7' },
        ...{ onHandChange: -3, claimedChange: -3, onHandAfter: 7, claimedAfter: 1 },
      },
      {
        ...at,
        ...facts,
        ...nothing,
        kind: 'adjusted',
        reason: 'damaged',
        onHandChange: -2,
        onHandAfter: 5,
        claimedAfter: 1,
      },
      {
        ...at,
        ...facts,
        ...nothing,
        kind: 'counted',
        reason: 'counted',
        onHandChange: 1,
        onHandAfter: 6,
        claimedAfter: 1,
      },
    ]);
    expect((await movements('sku=LAMP&kind=counted')).items).toEqual([items[4]]);
    expect((await movements('orderId=order-7')).items).toEqual(items.slice(1, 3));
    expect(await movements('sku=LAMP&limit=2')).toEqual({
      items: items.slice(0, 2),
      next: items[1]!.position,
    });
  });

  it('refuses a kind that does not exist', async () => {
    expect(await shop.get('/v1/movements?kind=stolen')).toMatchObject({ status: 400 });
  });

  it('streams all as CSV, in which no text is a formula', async () => {
    await shop.buy('=cmd()', 'CSV', 3);
    await eventually('its movement', async () => (await movements('sku=CSV')).items.length === 1);
    const answer = await fetch(`${shop.service.url}/v1/movements?sku=CSV&limit=1`, {
      headers: { accept: 'text/csv' },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await answer.text()).split('\n')).toEqual([
      'position,kind,sku,batch_reference,order_id,on_hand_change,on_hand_after,inbound_change,inbound_after,' +
        'claimed_change,claimed_after,reason,actor,occurred_at',
      expect.stringMatching(/^\d+,registered,CSV,'=cmd\(\),,3,3,0,0,0,0,,loopback,20\d\d-/),
      '',
    ]);
  });
});
