import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { BulkClient, sendInBulk, type BulkLine } from '../../support/bulk.js';
import { Shop } from '../../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const send = (what: string, rows: readonly (object | string)[], query = '') =>
  sendInBulk(shop.service.url, `/v1/bulk/${what}${query}`, rows);
const alone = (method: string, path: string, body: object) => shop.service.request(method, path, body);
const head = () => shop.service.get(EventLog).head(shop.service.get(DataSource).manager);
const statuses = (lines: readonly BulkLine[]) => lines.map(({ status, end }) => status ?? end);
const anOrder = (orderId: string, sku: string, quantity = 1) => ({ orderId, lines: [{ sku, quantity }] });

/** Of two orders or shipments that differ in nothing else. */
const withoutNames = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, each: unknown) =>
      ['orderId', 'version', 'shipmentId', 'receiptId', 'instance', 'detail', 'shippedAt'].includes(name)
        ? undefined
        : each,
    ),
  );

describe('A row of a bulk call is answered as the single call is:', () => {
  beforeAll(async () => {
    await shop.buy('SAME-1', 'SAME', 20);
    await shop.buy('SAME-2', 'SAME', 50, '2027-01-31');
    await shop.putOrder('cancelled', { SAME: 1 });
    await shop.cancelOrder('cancelled');
  });

  it('orders', async () => {
    const drafts = [
      { lines: [{ sku: 'SAME', quantity: 2 }], priority: 7, channel: 'web' },
      { lines: [{ sku: 'SAME', quantity: 10_000 }] },
      { lines: [{ sku: 'SAME', quantity: 10_000 }], whenShort: 'backorder' },
      { lines: [{ sku: 'UNHEARD-OF', quantity: 1 }] },
      {
        lines: [
          { sku: 'SAME', quantity: 1 },
          { sku: 'SAME', quantity: 2 },
        ],
      },
      { lines: [] },
      { lines: [{ sku: 'SAME', quantity: 1 }], colour: 'red' },
    ];
    const lines = await send(
      'orders',
      drafts.map((draft, i) => ({ orderId: `row-${i}`, ...draft })),
    );

    expect(statuses(lines)).toEqual([201, 409, 201, 422, 422, 400, 400, 'complete']);
    for (const [i, draft] of drafts.entries()) {
      const { status, body } = await alone('PUT', `/v1/orders/alone-${i}`, draft);
      expect(status).toBe(lines[i]!.status);
      expect(withoutNames(lines[i]!.body ?? lines[i]!.problem)).toEqual(withoutNames(body));
    }
    expect((await send('orders', [{ orderId: 'cancelled', ...drafts[0] }]))[0]).toMatchObject({
      status: 409,
      problem: { type: 'urn:earmark:problem:order-cancelled', instance: '/v1/orders/cancelled' },
    });
  });

  it('batches', async () => {
    const batch = { sku: 'OF-BATCHES', quantity: 5, eta: '2027-03-01', location: 'ams' };
    const [row] = await send('batches', [{ reference: 'ROW-1', ...batch }]);
    const single = await alone('POST', '/v1/batches', { reference: 'ALONE-1', ...batch });
    expect(row).toEqual({
      row: 1,
      status: single.status,
      body: { ...(single.body as object), reference: 'ROW-1' },
    });

    await shop.putOrder('takes-some', { 'OF-BATCHES': 2 });
    const [again, conflict] = await send('batches', [
      { reference: 'ROW-1', ...batch },
      { reference: 'ROW-1', ...batch, quantity: 6 },
    ]);
    const singleAgain = await alone('POST', '/v1/batches', { reference: 'ROW-1', ...batch });
    expect(again).toEqual({ row: 1, status: 200, body: singleAgain.body });
    const singleConflict = await alone('POST', '/v1/batches', { reference: 'ROW-1', ...batch, quantity: 6 });
    expect(conflict).toEqual({ row: 2, status: 409, problem: singleConflict.body });
  });

  it('receipts', async () => {
    for (const reference of ['RECEIVED-1', 'RECEIVED-2'])
      await shop.buy(reference, reference, 10, '2027-01-31');
    const receipts = [{ quantity: 4 }, { quantity: 3, rejected: 1 }, { quantity: 0, final: true }];
    const lines = await send(
      'receipts',
      receipts.map((receipt, i) => ({ receiptId: `row-${i}`, batchReference: 'RECEIVED-1', ...receipt })),
    );
    for (const [i, receipt] of receipts.entries()) {
      const { status, body } = await alone('PUT', `/v1/receipts/alone-${i}`, {
        batchReference: 'RECEIVED-2',
        ...receipt,
      });
      expect(lines[i]!.status).toBe(status);
      expect(lines[i]!.body).toEqual({
        ...(body as object),
        ...{ receiptId: `row-${i}`, batchReference: 'RECEIVED-1', sku: 'RECEIVED-1' },
      });
    }
    expect((await shop.batch('RECEIVED-1')).body).toMatchObject({ eta: null, onHand: 7, inbound: 0 });

    const unknown = { receiptId: 'row-9', batchReference: 'NEVER-BOUGHT', quantity: 1 };
    const [refused, conflict] = await send('receipts', [
      unknown,
      { receiptId: 'row-0', batchReference: 'RECEIVED-1', quantity: 5 },
    ]);
    const single = await alone('PUT', '/v1/receipts/row-9', { batchReference: 'NEVER-BOUGHT', quantity: 1 });
    expect(refused).toEqual({ row: 1, status: 422, problem: single.body });
    expect(conflict).toMatchObject({
      status: 409,
      problem: { type: 'urn:earmark:problem:receipt-conflict' },
    });
  });

  it('shipments', async () => {
    await shop.buy('SHIPPED', 'SHIPPED', 10);
    for (const orderId of ['by-row', 'alone']) await shop.putOrder(orderId, { SHIPPED: 4 });
    const lines = await send('shipments', [
      { shipmentId: 'row-1', orderId: 'by-row', lines: [{ sku: 'SHIPPED', quantity: 1 }] },
      { shipmentId: 'row-2', orderId: 'by-row' },
      { shipmentId: 'row-3', orderId: 'by-row', lines: [{ sku: 'SHIPPED', quantity: 1 }] },
      { shipmentId: 'row-4', orderId: 'unheard-of' },
    ]);
    expect(statuses(lines)).toEqual([201, 201, 409, 404, 'complete']);
    const part = { orderId: 'alone', lines: [{ sku: 'SHIPPED', quantity: 1 }] };
    const single = await alone('PUT', '/v1/shipments/alone-1', part);
    expect(withoutNames(lines[0]!.body)).toEqual(withoutNames(single.body));
    expect((await shop.findOrder('by-row')).body.state).toBe('shipped');
  });
});

describe('A bulk call', () => {
  it('that is sent again changes nothing, and is answered with what there is', async () => {
    const batches = Array.from({ length: 50 }, (_, n) => ({
      ...{ reference: `AGAIN-${n}`, sku: `AGAIN-${n % 7}`, quantity: 100 },
    }));
    const orders = Array.from({ length: 50 }, (_, n) => anOrder(`again-${n}`, `AGAIN-${n % 7}`));
    const receipts = batches.map(({ reference }) => ({
      ...{ receiptId: `of-${reference}`, batchReference: reference, quantity: 0 },
    }));
    const shipments = orders.map(({ orderId }) => ({ shipmentId: `of-${orderId}`, orderId }));
    const all = { batches, orders, receipts, shipments };
    for (const [what, rows] of Object.entries(all))
      expect(new Set(statuses(await send(what, rows)))).toEqual(new Set([201, 'complete']));
    const before = await head();

    for (const [what, rows] of Object.entries({ batches, receipts, shipments })) {
      const lines = await send(what, rows);
      expect(new Set(statuses(lines))).toEqual(new Set([200, 'complete']));
    }
    expect(await head()).toBe(before);
  });

  it('carries out the rows of a SKU in their order', async () => {
    await shop.buy('LAST-UNITS', 'LAST-UNITS', 700);
    const orders = Array.from({ length: 1_000 }, (_, n) => anOrder(`in-order-${n}`, 'LAST-UNITS'));
    const lines = await send('orders', orders);
    expect(lines.map(({ row, status }) => [row, status])).toEqual([
      ...orders.map((_, n) => [n + 1, n < 700 ? 201 : 409]),
      [undefined, undefined],
    ]);
    expect(lines.at(-1)).toEqual({ end: 'complete', nextRow: 1_001, accepted: 700, refused: 300 });
  });

  it('carries out the rows of an order in their order', async () => {
    await shop.buy('REPLACED', 'REPLACED', 100);
    const quantities = [5, 1, 30, 7];
    const lines = await send(
      'orders',
      quantities.map((quantity) => anOrder('replaced', 'REPLACED', quantity)),
    );
    expect(statuses(lines)).toEqual([201, 200, 200, 200, 'complete']);
    expect((await shop.findOrder('replaced')).body.lines).toMatchObject([{ quantity: 7 }]);
  });

  it('registers batches of many SKUs in any order, and answers them in that of the rows', async () => {
    const batches = Array.from({ length: 1_500 }, (_, n) => ({
      ...{ reference: `MANY-${n}`, sku: `MANY-${(n * 37) % 101}`, quantity: 1 },
    }));
    const lines = await send('batches', batches);
    expect(lines.slice(0, -1).map(({ body }) => body?.reference)).toEqual(
      batches.map(({ reference }) => reference),
    );
    // Rule 9: every allocation sees them.
    const units = batches.filter(({ sku }) => sku === 'MANY-0').length;
    const { body } = await shop.availability('MANY-0');
    expect(body.onHand).toBe(units);
  });

  it('gives a reference to the first of two SKUs', async () => {
    const lines = await send('batches', [
      { reference: 'TWICE-0', sku: 'B', quantity: 1 },
      { reference: 'TWICE', sku: 'A', quantity: 1 },
      { reference: 'TWICE', sku: 'B', quantity: 1 },
      { reference: 'TWICE', sku: 'A', quantity: 1 },
    ]);
    expect(statuses(lines)).toEqual([201, 201, 409, 200, 'complete']);
  });

  it('that stops at an error has carried out no row after it', async () => {
    await shop.buy('STOPPED', 'STOPPED', 400);
    const orders = Array.from({ length: 600 }, (_, n) => anOrder(`stopped-${n}`, 'STOPPED'));
    const lines = await send('orders', orders, '?onError=stop');
    expect(lines).toHaveLength(402);
    expect(lines.at(-2)).toMatchObject({ row: 401, status: 409 });
    expect(lines.at(-1)).toMatchObject({ end: 'refused', nextRow: 401, accepted: 400, refused: 1 });
    expect((await shop.findOrder('stopped-399')).status).toBe(200);
    for (const n of [400, 401, 599]) expect((await shop.findOrder(`stopped-${n}`)).status).toBe(404);

    // The same, once there is stock for the rest.
    await shop.buy('STOPPED-2', 'STOPPED', 400);
    const rest = await send('orders', orders.slice(400), '?onError=stop&firstRow=401');
    expect(rest.at(-1)).toEqual({ end: 'complete', nextRow: 601, accepted: 200, refused: 0 });
  });

  it.each([
    [
      'batches',
      { reference: 'NEVER-0', sku: 'NEVER', quantity: 1 },
      { reference: 'SAME-1', sku: 'X', quantity: 1 },
    ],
    [
      'receipts',
      { receiptId: 'never-0', batchReference: 'SAME-1', quantity: 0 },
      { receiptId: 'never-1', batchReference: 'NEVER-BOUGHT', quantity: 0 },
    ],
    ['shipments', { shipmentId: 'never-0', orderId: 'row-0' }, { shipmentId: 'never-1', orderId: 'never' }],
  ])('of %s stops at the first one that is refused', async (what, good, bad) => {
    const late = JSON.parse(JSON.stringify(good).replace('0"', '9"')) as object;
    const lines = await send(what, [good, bad, late], '?onError=stop');
    expect(lines).toMatchObject([{ row: 1, status: 201 }, { row: 2 }, { end: 'refused', nextRow: 2 }]);
    // It was not done before.
    expect((await send(what, [late]))[0]!.status).not.toBe(200);
  });

  it('can be gone on with after its connection was lost', async () => {
    await shop.buy('LOST', 'LOST', 10_000);
    const orders = Array.from({ length: 900 }, (_, n) => anOrder(`lost-${n}`, 'LOST'));
    const call = new BulkClient(shop.service.url, '/v1/bulk/orders');
    call.write(...orders.slice(0, 600));
    let last = 0;
    while (last < 300) last = (await call.next())!.row!;
    call.request.destroy();

    const rest = await send('orders', orders.slice(last), `?firstRow=${last + 1}`);
    expect(rest.at(-1)).toMatchObject({ end: 'complete', nextRow: 901, accepted: 900 - last });
    const { body } = await shop.product('LOST');
    expect(body).toMatchObject({ allocated: 900 });
  });
});
