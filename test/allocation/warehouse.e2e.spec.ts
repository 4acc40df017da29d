import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/service.js';
import { eventually } from '../../testing/eventually.js';
import { expectInvalid, expectRefusal, Shop } from '../support/shop.js';

const FAR = '2097-01-01';

let shop: Shop;
/** Each test has orders, batches, documents and SKUs of its own. */
let prefix: string;
let tests = 0;

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

beforeEach(async () => {
  prefix = `t${++tests}-`;
  await shop.buy(named('c1'), named('CHAIR'), 10, FAR);
  await shop.buy(named('t1'), named('TABLE'), 5);
});

const named = (name: string) => prefix + name;
const path = (kind: string, name: string) => `/v1/${kind}/${named(name)}`;

type Body = Readonly<Record<string, unknown>> & {
  readonly items?: readonly Body[];
  readonly lines?: readonly Body[];
  readonly batches?: readonly Body[];
};

const call = (method: string, at: string, body?: unknown): Promise<Answer<Body>> =>
  shop.service.request<Body>(method, at, body);

const receive = (name: string, batch: string, quantity: unknown, rest: object = {}) =>
  call('PUT', path('receipts', name), { batchReference: named(batch), quantity, ...rest });
const adjust = (name: string, batch: string, by: unknown, reason: unknown = 'broken') =>
  call('PUT', path('adjustments', name), { batchReference: named(batch), by, reason });
const order = (name: string, lines: Readonly<Record<string, number>>, rest: object = {}) =>
  call('PUT', path('orders', name), { lines: linesOf(lines), ...rest });
const ship = (name: string, order: string, lines?: Readonly<Record<string, number>>) =>
  call('PUT', path('shipments', name), { orderId: named(order), ...(lines && { lines: linesOf(lines) }) });
const takeBack = (name: string, order: string, sku: string, quantity: number, rest: object = {}) =>
  call('PUT', path('returns', name), {
    orderId: named(order),
    lines: [{ sku: named(sku), quantity, disposition: 'restock', ...rest }],
  });
const linesOf = (lines: Readonly<Record<string, number>>) =>
  Object.entries(lines).map(([sku, quantity]) => ({ sku: named(sku), quantity }));

function expectProblem(answer: Answer<Body>, status: number, code: string, facts: object = {}): void {
  expect(answer.body).toMatchObject({ type: `urn:earmark:problem:${code}`, status, ...facts });
  expect(answer.status).toBe(status);
}

const lineOf = async (order: string, sku: string) =>
  (await call('GET', path('orders', order))).body.lines!.find((line) => line.sku === named(sku));
const availableOf = async (sku: string) => (await shop.product(named(sku))).body.available;

describe('PUT /v1/receipts/{receiptId}', () => {
  it('of a part is promised at once, and the rest on its date', async () => {
    await receive('r1', 'c1', 4);
    expect((await shop.availability(named('CHAIR'), 4)).body).toMatchObject({
      onHand: 4,
      inbound: [{ eta: FAR, available: 6 }],
      promise: { batchReference: named('c1'), eta: null },
    });
    expect((await shop.availability(named('CHAIR'), 5)).body.promise).toMatchObject({ eta: FAR });
    await order('o1', { CHAIR: 4 });
    await order('o2', { CHAIR: 4 });
    const now = { promisedDate: null, expectedDate: null, overdue: false };
    expect(await lineOf('o1', 'CHAIR')).toMatchObject(now);
    expect(await lineOf('o2', 'CHAIR')).toMatchObject({ promisedDate: FAR, expectedDate: FAR });
  });

  it('is there for a line that is needed before the rest comes', async () => {
    await receive('r1', 'c1', 4);
    const put = (quantity: number) =>
      call('PUT', path('orders', 'o1'), {
        lines: [{ sku: named('CHAIR'), quantity, neededBy: '2096-12-31' }],
      });
    expectProblem(await put(5), 409, 'out-of-stock', {
      lines: [{ sku: named('CHAIR'), requested: 5, available: 4, earliest: FAR }],
    });
    expect((await put(4)).status).toBe(201);
  });

  it('answers 201 with what is on hand and outstanding, and 200 with the same if it is repeated', async () => {
    const receipt = {
      ...{ receiptId: named('r1'), batchReference: named('c1'), sku: named('CHAIR'), quantity: 4 },
      ...{ rejected: 0, final: false, overReceived: 0, onHand: 4, outstanding: 6 },
    };
    const first = await receive('r1', 'c1', 4);
    expect([first.status, first.body]).toEqual([201, receipt]);
    await receive('r2', 'c1', 3);
    const again = await receive('r1', 'c1', 4, { rejected: 0, final: false });
    expect([again.status, again.body]).toEqual([200, receipt]);
  });

  it('shows in the next call for the batch: a date that is set then is none from before', async () => {
    await receive('r1', 'c1', 10);
    expect((await call('GET', path('batches', 'c1'))).body.eta).toBeNull();
    await receive('r2', 't1', 2);
    expect((await call('GET', path('batches', 't1'))).body.quantity).toBe(7);
  });

  it('says how many units came beyond those that were outstanding', async () => {
    expect((await receive('r1', 'c1', 12)).body).toMatchObject({
      ...{ overReceived: 2, onHand: 12, outstanding: 0 },
    });
    expect(await availableOf('CHAIR')).toBe(12);
  });

  it('with final releases the lines that the batch does not hold any more', async () => {
    await order('o1', { CHAIR: 8 });
    const { status, body } = await receive('r1', 'c1', 5, { final: true, rejected: 1 });
    expect([status, body]).toMatchObject([201, { final: true, rejected: 1, onHand: 5, outstanding: 0 }]);
    expect(await lineOf('o1', 'CHAIR')).toMatchObject({ state: 'refused', claims: [] });
  });

  it('with other content under the same name answers 409 receipt-conflict', async () => {
    await receive('r1', 'c1', 4);
    expectRefusal(await receive('r1', 'c1', 5), {
      status: 409,
      code: 'receipt-conflict',
      title: 'Receipt conflict',
      detail: `The receipt ${named('r1')} was recorded before with other content: give the new receipt another id.`,
      instance: path('receipts', 'r1'),
      receiptId: named('r1'),
    });
    expect((await receive('r2', 'c1', 1)).body).toMatchObject({ onHand: 5 });
  });

  it('of a batch that was never registered answers 422 unknown-batch', async () => {
    expectProblem(await receive('r1', 'c9', 4), 422, 'unknown-batch', { batchReference: named('c9') });
  });

  it('of more units than a batch can have is refused, not an error of the server', async () => {
    const { status, body } = await receive('r1', 'c1', 2_147_483_647);
    expect([status, body.onHand]).toEqual([201, 2_147_483_647]);
    const more = await receive('r2', 'c1', 1);
    expect(Math.floor(more.status / 100)).toBe(4);
  });

  it.each([
    ['quantity', -1],
    ['quantity', 1.5],
    ['quantity', '4'],
    ['quantity', null],
    ['rejected', -1],
    ['final', 'yes'],
    ['batchReference', ''],
    ['more', 1],
  ])('answers 400 if %s is %j', async (field, value) => {
    const body = { batchReference: named('c1'), quantity: 4, [field]: value };
    const answer = await call('PUT', path('receipts', 'r1'), body);
    expectProblem(answer, 400, 'validation-failed', { errors: [{ field }] });
  });

  it('answers 400 if its name has a blank in front', async () => {
    const answer = await call('PUT', '/v1/receipts/%20r1', { batchReference: named('c1'), quantity: 4 });
    expectProblem(answer, 400, 'validation-failed', { errors: [{ field: 'receiptId' }] });
  });
});

describe('PUT /v1/counts/{countId}', () => {
  const count = (name: string, batch: string, counted: number, expected?: number) =>
    call('PUT', path('counts', name), {
      ...{ batchReference: named(batch), counted, ...(expected !== undefined && { expected }) },
    });

  it('answers 201 with the variance, and 200 with the same if it is repeated', async () => {
    const counted = {
      ...{ countId: named('k1'), batchReference: named('t1'), sku: named('TABLE') },
      ...{ counted: 4, expected: 6, variance: -2, onHand: 3 },
    };
    const first = await count('k1', 't1', 4, 6);
    expect([first.status, first.body]).toEqual([201, counted]);
    const again = await count('k1', 't1', 4, 6);
    expect([again.status, again.body]).toEqual([200, counted]);
  });

  it('with other content under the same name answers 409 count-conflict', async () => {
    await count('k1', 't1', 4);
    expectProblem(await count('k1', 't1', 5), 409, 'count-conflict', { countId: named('k1') });
  });

  it('below what is on hand answers 409 below-zero, and of an unknown batch 422 unknown-batch', async () => {
    expectProblem(await count('k1', 't1', 0, 6), 409, 'below-zero', { onHand: 5 });
    expectProblem(await count('k1', 't9', 1), 422, 'unknown-batch');
  });
});

describe('PUT /v1/adjustments/{adjustmentId}', () => {
  it('answers 201 with what is on hand, and 200 with the same if it is repeated', async () => {
    const adjustment = {
      ...{ adjustmentId: named('a1'), batchReference: named('t1'), sku: named('TABLE') },
      ...{ by: -2, reason: 'broken', onHand: 3 },
    };
    const first = await adjust('a1', 't1', -2);
    expect([first.status, first.body]).toEqual([201, adjustment]);
    const again = await adjust('a1', 't1', -2);
    expect([again.status, again.body]).toEqual([200, adjustment]);
    expect(await availableOf('TABLE')).toBe(3);
  });

  it('with other content under the same name answers 409 adjustment-conflict', async () => {
    await adjust('a1', 't1', -2);
    expectProblem(await adjust('a1', 't1', -1), 409, 'adjustment-conflict', { adjustmentId: named('a1') });
  });

  it('below what is on hand answers 409 below-zero', async () => {
    expectProblem(await adjust('a1', 't1', -6), 409, 'below-zero', {
      ...{ batchReference: named('t1'), by: -6, onHand: 5 },
    });
    expectProblem(await adjust('a1', 'c1', -1), 409, 'below-zero', { onHand: 0 });
  });

  it('of a batch that was never registered answers 422 unknown-batch', async () => {
    expectProblem(await adjust('a1', 't9', 1), 422, 'unknown-batch');
  });

  it('beyond what a batch can have is refused, not an error of the server', async () => {
    expect(Math.floor((await adjust('a1', 't1', 2_147_483_647)).status / 100)).toBe(4);
  });

  it.each([
    ['by', 0.5],
    ['by', 0],
    ['by', '2'],
    ['reason', ''],
    ['reason', undefined],
    ['reason', 7],
  ])('answers 400 if %s is %j', async (field, value) => {
    const body = { batchReference: named('t1'), by: -1, reason: 'broken', [field]: value };
    const answer = await call('PUT', path('adjustments', 'a1'), body);
    expectProblem(answer, 400, 'validation-failed', { errors: [{ field }] });
  });
});

describe('PUT /v1/shipments/{shipmentId}', () => {
  it('answers 201 with the units and their batches, and 200 with the same if it is repeated', async () => {
    await order('o1', { TABLE: 4 });
    const first = await ship('s1', 'o1', { TABLE: 3 });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      ...{ shipmentId: named('s1'), orderId: named('o1'), state: 'shipped', cancelledAt: null },
      shippedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lines: [{ sku: named('TABLE'), quantity: 3, batches: [{ batchReference: named('t1'), quantity: 3 }] }],
    });
    const again = await ship('s1', 'o1', { TABLE: 3 });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await call('GET', path('shipments', 's1'))).body).toEqual(first.body);
    expect(await lineOf('o1', 'TABLE')).toMatchObject({ quantity: 4, shipped: 3, state: 'allocated' });
    expect(await availableOf('TABLE')).toBe(1);
  });

  it('without lines ships everything of the order that is on hand', async () => {
    await order('o1', { CHAIR: 6, TABLE: 4 });
    await receive('r1', 'c1', 2);
    expect((await ship('s1', 'o1')).body.lines).toMatchObject([
      { sku: named('CHAIR'), quantity: 2 },
      { sku: named('TABLE'), quantity: 4 },
    ]);
    const { body } = await call('GET', path('orders', 'o1'));
    expect(body.state).toBe('partly-shipped');
    expect(body.lines).toMatchObject([{ shipped: 2, state: 'allocated' }, { shipped: 4, state: 'shipped' }]); // prettier-ignore
  });

  it('ships loose lines, and the order shows what has left', async () => {
    await shop.order(named('o1'), named('TABLE'), 4);
    expect((await ship('s1', 'o1', { TABLE: 1 })).status).toBe(201);
    expect(await lineOf('o1', 'TABLE')).toMatchObject({ quantity: 4, shipped: 1, claims: [{ quantity: 3 }] });
    const again = { orderId: named('o1'), sku: named('TABLE'), quantity: 4 };
    expect(await call('POST', '/v1/allocations', again)).toMatchObject({
      status: 200,
      body: { quantity: 4 },
    });
  });

  it('answers 409 not-on-hand with the lines', async () => {
    await order('o1', { CHAIR: 6, TABLE: 4 });
    await receive('r1', 'c1', 2);
    expectProblem(await ship('s1', 'o1', { CHAIR: 3, TABLE: 4 }), 409, 'not-on-hand', {
      lines: [{ sku: named('CHAIR'), requested: 3, onHand: 2 }],
    });
    expectProblem(await call('GET', path('shipments', 's1')), 404, 'unknown-shipment');
  });

  it('answers 409 over-shipped', async () => {
    await order('o1', { TABLE: 4 });
    expectProblem(await ship('s1', 'o1', { TABLE: 5 }), 409, 'over-shipped', {
      ...{ orderId: named('o1'), sku: named('TABLE'), requested: 5, claimed: 4 },
    });
    expectProblem(await ship('s1', 'o1', { CHAIR: 1 }), 409, 'over-shipped', { claimed: 0 });
  });

  it('answers 409 order-incomplete if the order leaves as a whole only', async () => {
    await order('o1', { CHAIR: 6, TABLE: 4 }, { shipComplete: true });
    await receive('r1', 'c1', 10);
    expectProblem(await ship('s1', 'o1', { TABLE: 4 }), 409, 'order-incomplete', { skus: [named('CHAIR')] });
    expect((await ship('s1', 'o1')).status).toBe(201);
  });

  it('answers 409 order-not-firm for a hold', async () => {
    await order('o1', { TABLE: 4 }, { expiresInSeconds: 600 });
    expectProblem(await ship('s1', 'o1'), 409, 'order-not-firm', { orderId: named('o1') });
  });

  it('answers 409 order-cancelled, and 404 unknown-order', async () => {
    await order('o1', { TABLE: 4 });
    await call('DELETE', path('orders', 'o1'));
    expectProblem(await ship('s1', 'o1'), 409, 'order-cancelled');
    expectProblem(await ship('s1', 'o9'), 404, 'unknown-order');
  });

  it('answers 409 shipment-conflict for other content under the same name', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1', { TABLE: 1 });
    expectProblem(await ship('s1', 'o1', { TABLE: 2 }), 409, 'shipment-conflict', {
      shipmentId: named('s1'),
    });
    expectProblem(await ship('s1', 'o1'), 409, 'shipment-conflict');
  });

  it('answers 422 duplicate-sku', async () => {
    await order('o1', { TABLE: 4 });
    const line = { sku: named('TABLE'), quantity: 1 };
    const body = { orderId: named('o1'), lines: [line, line] };
    expectProblem(await call('PUT', path('shipments', 's1'), body), 422, 'duplicate-sku');
  });

  it('answers 400 for lines that are none', async () => {
    await order('o1', { TABLE: 4 });
    const answer = await call('PUT', path('shipments', 's1'), { orderId: named('o1'), lines: [] });
    expectInvalid(answer, path('shipments', 's1'), 'lines', 'lines must have at least 1 item.');
    expectProblem(await ship('s1', 'o1', { TABLE: 0 }), 400, 'validation-failed');
    expectProblem(await call('PUT', path('shipments', 's1'), {}), 400, 'validation-failed');
  });

  it('keeps an order from falling below what has left with 409 already-shipped', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1', { TABLE: 3 });
    expectProblem(await order('o1', { TABLE: 2 }), 409, 'already-shipped', { sku: named('TABLE') });
    expectProblem(await order('o1', { CHAIR: 2 }), 409, 'already-shipped');
    expect((await order('o1', { TABLE: 3 })).status).toBe(200);
    expect(await availableOf('TABLE')).toBe(2);
  });
});

describe('DELETE /v1/shipments/{shipmentId}', () => {
  const cancel = (name: string) => call('DELETE', path('shipments', name));

  it('answers 204, again and again, and stock and claim are back on the same batch', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
    expect((await cancel('s1')).status).toBe(204);
    expect((await cancel('s1')).status).toBe(204);
    expect(await lineOf('o1', 'TABLE')).toMatchObject({
      ...{ shipped: 0, state: 'allocated', claims: [{ batchReference: named('t1'), quantity: 4 }] },
    });
    expect((await call('GET', path('shipments', 's1'))).body).toMatchObject({
      ...{ state: 'cancelled', cancelledAt: expect.any(String), lines: [{ quantity: 4 }] },
    });
    expect(await availableOf('TABLE')).toBe(1);
  });

  it('leaves a shipment that cannot leave again under its name: 409 shipment-cancelled', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
    await cancel('s1');
    expectProblem(await ship('s1', 'o1'), 409, 'shipment-cancelled', { shipmentId: named('s1') });
    expect((await ship('s2', 'o1')).status).toBe(201);
  });

  it('of a cancelled order brings back the stock alone', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
    await call('DELETE', path('orders', 'o1'));
    expect((await cancel('s1')).status).toBe(204);
    expect(await availableOf('TABLE')).toBe(5);
    expect((await call('GET', path('orders', 'o1'))).body).toMatchObject({ state: 'cancelled', lines: [] });
  });

  it('answers 409 over-returned if some of it came back, and 404 unknown-shipment', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
    await takeBack('b1', 'o1', 'TABLE', 1);
    expectProblem(await cancel('s1'), 409, 'over-returned', { returnable: 3 });
    expectProblem(await cancel('s9'), 404, 'unknown-shipment', { shipmentId: named('s9') });
  });
});

describe('GET /v1/shipments', () => {
  const list = async (query: string) => (await call('GET', `/v1/shipments?${query}`)).body;

  it('lists the shipments of an order page by page, the oldest first, cancelled ones, too', async () => {
    await order('o1', { TABLE: 4 });
    for (const name of ['s3', 's1', 's2']) await ship(name, 'o1', { TABLE: 1 });
    await call('DELETE', path('shipments', 's1'));
    const first = await list(`orderId=${named('o1')}&limit=2`);
    expect(first.items).toMatchObject([
      { shipmentId: named('s3'), state: 'shipped' },
      { shipmentId: named('s1'), state: 'cancelled' },
    ]);
    expect(first.next).toBe(named('s1'));
    const second = await list(`orderId=${named('o1')}&limit=2&after=${named('s1')}`);
    expect(second).toMatchObject({ items: [{ shipmentId: named('s2') }], next: null });
  });

  it('is empty for an order that nothing has left, and needs an order', async () => {
    expect(await list(`orderId=${named('o1')}`)).toEqual({ items: [], next: null });
    expectProblem(await call('GET', '/v1/shipments'), 400, 'validation-failed');
  });
});

describe('PUT /v1/returns/{returnId}', () => {
  beforeEach(async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
  });

  it('answers 201 with the batches that units came back to, and 200 with the same if it is repeated', async () => {
    const first = await takeBack('b1', 'o1', 'TABLE', 2, { reason: 'too small' });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      ...{ returnId: named('b1'), orderId: named('o1'), returnedAt: expect.stringMatching(/Z$/) },
      lines: [
        {
          ...{ sku: named('TABLE'), quantity: 2, disposition: 'restock', reason: 'too small' },
          batches: [{ batchReference: named('t1'), quantity: 2 }],
        },
      ],
    });
    const again = await takeBack('b1', 'o1', 'TABLE', 2, { reason: 'too small' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await availableOf('TABLE')).toBe(3);
    expect(await lineOf('o1', 'TABLE')).toMatchObject({ shipped: 4, returned: 2 });
  });

  it('of scrap makes nothing available', async () => {
    expect((await takeBack('b1', 'o1', 'TABLE', 2, { disposition: 'scrap' })).status).toBe(201);
    expect(await availableOf('TABLE')).toBe(1);
  });

  it('of more than has left answers 409 over-returned', async () => {
    await takeBack('b1', 'o1', 'TABLE', 3);
    expectProblem(await takeBack('b2', 'o1', 'TABLE', 2), 409, 'over-returned', {
      ...{ sku: named('TABLE'), requested: 2, returnable: 1 },
    });
    expectProblem(await takeBack('b2', 'o1', 'CHAIR', 1), 409, 'over-returned', { returnable: 0 });
  });

  it('with other content under the same name answers 409 return-conflict', async () => {
    await takeBack('b1', 'o1', 'TABLE', 1);
    expectProblem(await takeBack('b1', 'o1', 'TABLE', 2), 409, 'return-conflict', { returnId: named('b1') });
  });

  it('of an unknown order answers 404, and one that says nothing useful 400', async () => {
    expectProblem(await takeBack('b1', 'o9', 'TABLE', 1), 404, 'unknown-order');
    expectProblem(await takeBack('b1', 'o1', 'TABLE', 1, { disposition: 'burn' }), 400, 'validation-failed');
    expectProblem(await takeBack('b1', 'o1', 'TABLE', 0), 400, 'validation-failed');
  });
});

describe('A batch that is as large as a batch can be', () => {
  it('takes no unit back, and answers so: 422, not an error of the server', async () => {
    await shop.buy(named('l1'), named('LAMP'), 2_147_483_647);
    await order('o1', { LAMP: 5 });
    await ship('s1', 'o1');
    expectProblem(await receive('r1', 'l1', 5), 422, 'too-many-units');
    expect((await adjust('a1', 'l1', 5)).body).toMatchObject({ onHand: 2_147_483_647 });
    expectProblem(await takeBack('b1', 'o1', 'LAMP', 1), 422, 'too-many-units');
    expectProblem(await call('DELETE', path('shipments', 's1')), 422, 'too-many-units');
    expect(await lineOf('o1', 'LAMP')).toMatchObject({ shipped: 5, returned: 0, claims: [] });
    expect(await availableOf('LAMP')).toBe(2_147_483_647);
    expect((await takeBack('b1', 'o1', 'LAMP', 1, { disposition: 'scrap' })).status).toBe(201);
  });
});

describe('GET /v1/orders', () => {
  it('shows what has left of each line and what came back', async () => {
    await order('o1', { CHAIR: 2, TABLE: 4 });
    await ship('s1', 'o1');
    await takeBack('b1', 'o1', 'TABLE', 1);
    const { body } = await call('GET', `/v1/orders?sku=${named('TABLE')}`);
    expect(body.items).toMatchObject([
      {
        orderId: named('o1'),
        state: 'partly-shipped',
        lines: [
          { sku: named('CHAIR'), shipped: 0, returned: 0, state: 'allocated' },
          { sku: named('TABLE'), shipped: 4, returned: 1, state: 'shipped', claims: [] },
        ],
      },
    ]);
  });

  it('finds orders by what has left of them', async () => {
    await order('o1', { TABLE: 1 });
    await order('o2', { TABLE: 2 });
    await ship('s1', 'o1');
    await ship('s2', 'o2', { TABLE: 1 });
    const inState = async (state: string) => {
      const { body } = await call('GET', `/v1/orders?state=${state}&sku=${named('TABLE')}`);
      return body.items!.map(({ orderId }) => orderId);
    };
    expect(await inState('shipped')).toEqual([named('o1')]);
    expect(await inState('partly-shipped')).toEqual([named('o2')]);
    expect(await inState('allocated')).toEqual([]);
  });
});

describe('The figures of a batch', () => {
  const figuresOf = async (batch: string) => {
    const { onHand, inbound, shipped } = (await call('GET', path('batches', batch))).body;
    return { onHand, inbound, shipped };
  };
  /** Both see the same of it: the product what can be promised, and the batch what became of what was bought. */
  const expectFigures = async (sku: string, batch: string, figures: object) => {
    const [ofProduct] = (await shop.product(named(sku))).body.batches;
    expect(ofProduct).toMatchObject(figures);
    const isSeen = async () => JSON.stringify(await figuresOf(batch)) === JSON.stringify(figures);
    await eventually(`batch ${batch} has these figures`, isSeen);
  };
  const change = (batch: string, body: object) => call('PATCH', path('batches', batch), body);

  it('are those of a batch that has not come after all once it has a date again', async () => {
    await receive('r1', 'c1', 10);
    await order('o1', { CHAIR: 3 });
    await ship('s1', 'o1');
    await expectFigures('CHAIR', 'c1', { onHand: 7, inbound: 0, shipped: 3 });
    await change('c1', { eta: FAR });
    await expectFigures('CHAIR', 'c1', { onHand: 0, inbound: 7, shipped: 3 });
    await receive('r2', 'c1', 2);
    await expectFigures('CHAIR', 'c1', { onHand: 2, inbound: 5, shipped: 3 });
    await order('o2', { CHAIR: 1 });
    await ship('s2', 'o2');
    await expectFigures('CHAIR', 'c1', { onHand: 1, inbound: 5, shipped: 4 });
  });

  it('are those of the units that came after the last time it got a date again', async () => {
    await receive('r1', 'c1', 4);
    await change('c1', { eta: null });
    await change('c1', { eta: FAR });
    await receive('r2', 'c1', 1);
    await change('c1', { eta: null });
    await change('c1', { eta: FAR });
    await receive('r3', 'c1', 2);
    await expectFigures('CHAIR', 'c1', { onHand: 2, inbound: 8, shipped: 0 });
  });

  it('are right if fewer were bought than had left, and then as many as before', async () => {
    await order('o1', { TABLE: 4 });
    await ship('s1', 'o1');
    await change('t1', { quantity: 2 });
    await expectFigures('TABLE', 't1', { onHand: 0, inbound: 0, shipped: 4 });
    await change('t1', { quantity: 5 });
    await expectFigures('TABLE', 't1', { onHand: 1, inbound: 0, shipped: 4 });
  });
});
