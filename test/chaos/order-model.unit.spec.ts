import { describe, expect, it } from '@jest/globals';
import type { Recorded, Reply } from '../../tools/chaos/clients.js';
import { checkLinearizable } from '../../tools/chaos/linearizable.js';
import type { GoodsCall } from '../../tools/chaos/goods.js';
import { orderHistories } from '../../tools/chaos/order-history.js';
import type { Left } from '../../tools/chaos/order-goods.js';
import { orderModel } from '../../tools/chaos/order-model.js';
import { checkPairs } from '../../tools/chaos/pair-checks.js';
import { PAIRS, type PairCall } from '../../tools/chaos/pairs.js';

const orderId = 'pair-0-o1';
const pair = PAIRS[0]!;
const AT = 10_000;

function asked(invokedAt: number, call: PairCall | GoodsCall, reply: Reply | null): Recorded {
  return { call, traceId: '', invokedAt, returnedAt: invokedAt + 1, reply };
}

const put = (quantity: number, seconds: number | null = null, reopen = false): PairCall => ({
  ask: 'put order',
  orderId,
  pair,
  ...{ quantity, split: false, seconds, reopen },
});
const CONFIRM: PairCall = { ask: 'confirm order', orderId };
const CANCEL: PairCall = { ask: 'cancel order', orderId };
const SHOW: PairCall = { ask: 'show whole order', orderId };

const line = (sku: string, quantity: number, claimed: number, batch = `${sku}-0`, shipped = 0) => ({
  sku,
  quantity,
  shipped,
  returned: 0,
  claims: claimed === 0 ? [] : [{ batchReference: batch, quantity: claimed, eta: null }],
});

/** @param endsAt of the monotonic clock; null: the order is firm */
function order(status: number, state: string, quantity: number, endsAt: number | null = null): Reply {
  const expiresAt = endsAt === null ? null : new Date(performance.timeOrigin + endsAt).toISOString();
  const claimed = state === 'expired' ? 0 : quantity;
  return { status, body: { state, expiresAt, lines: pair.map((sku) => line(sku, quantity, claimed)) } };
}

const refusedWith = (status: number, code: string): Reply => ({
  status,
  body: { type: `urn:earmark:problem:${code}` },
});
const DONE: Reply = { status: 204, body: null };
const LOST = null;

const isLinearizable = (calls: readonly Recorded[]) =>
  [...orderHistories(calls, new Map([[S1, leaves(2)]])).values()].every(
    (history) => checkLinearizable(orderModel, history).isLinearizable === true,
  );

/** The one shipment that leaves, of two units. */
const S1 = `${orderId}.s1`;
const leaves = (quantity: number): Left => ({
  quantity,
  batches: [{ batchReference: `${pair[0]}-0`, quantity }],
});
const ship = (quantity: number | null = null, id = S1): GoodsCall => ({ ask: 'ship', id, orderId, quantity });
const cancelShipment: GoodsCall = { ask: 'cancel shipment', id: S1 };
const takeBack = (quantity: number, name = 'r1'): GoodsCall => ({
  ask: 'take back',
  id: `${orderId}.${name}`,
  orderId,
  quantity,
  disposition: 'restock',
});
const left = (status: number, quantity = 2): Reply => ({
  status,
  body: { lines: pair.map((sku) => ({ sku, ...leaves(quantity) })) },
});
const shipped = (quantity: number, units: number): Reply => ({
  status: 200,
  body: {
    state: quantity === units ? 'shipped' : 'partly-shipped',
    expiresAt: null,
    lines: pair.map((sku) => line(sku, quantity, quantity - units, `${sku}-0`, units)),
  },
});

const FIRM = asked(0, put(3), order(201, 'allocated', 3));
const HELD = asked(0, put(3, 10), order(201, 'held', 3, AT));

/** What must be refused, beside what differs from it as little as can be and must be accepted. */
const planted: readonly (readonly [what: string, bad: readonly Recorded[], good: readonly Recorded[]])[] = [
  [
    'an order that was answered and is gone',
    [FIRM, asked(5, SHOW, refusedWith(404, 'unknown-order'))],
    [asked(0, SHOW, refusedWith(404, 'unknown-order')), asked(5, put(3), order(201, 'allocated', 3))],
  ],
  [
    'an order with other units than were put',
    [FIRM, asked(5, put(4), order(200, 'allocated', 4)), asked(9, SHOW, order(200, 'allocated', 3))],
    [FIRM, asked(5, put(4), order(200, 'allocated', 4)), asked(9, SHOW, order(200, 'allocated', 4))],
  ],
  [
    'two calls that both made it',
    [FIRM, asked(5, put(3), order(201, 'allocated', 3))],
    [FIRM, asked(5, put(3), order(200, 'allocated', 3))],
  ],
  [
    'a cancelled order that a late call opens',
    [FIRM, asked(5, CANCEL, DONE), asked(9, put(3), order(200, 'allocated', 3))],
    [FIRM, asked(5, CANCEL, DONE), asked(9, put(3, null, true), order(200, 'allocated', 3))],
  ],
  [
    'a firm order that becomes a hold',
    [FIRM, asked(5, put(3, 10), order(200, 'held', 3, AT))],
    [FIRM, asked(5, put(3, 10), refusedWith(409, 'order-firm'))],
  ],
  [
    'a hold that lasts longer than it may',
    [HELD, asked(AT + 900, SHOW, order(200, 'held', 3, AT))],
    [HELD, asked(AT + 900, SHOW, order(200, 'expired', 3, AT))],
  ],
  [
    'a hold that ends too soon',
    [HELD, asked(AT - 900, CONFIRM, refusedWith(409, 'hold-expired'))],
    [HELD, asked(AT + 900, CONFIRM, refusedWith(409, 'hold-expired'))],
  ],
  [
    'a confirmed hold that ends nevertheless',
    [
      HELD,
      asked(5, CONFIRM, order(200, 'allocated', 3)),
      asked(AT + 900, SHOW, order(200, 'expired', 3, AT)),
    ],
    [HELD, asked(5, CONFIRM, LOST), asked(AT + 900, SHOW, order(200, 'expired', 3, AT))],
  ],
  [
    'a call that is lost and seen to come and go',
    [
      asked(0, put(3), LOST),
      asked(5, SHOW, order(200, 'allocated', 3)),
      asked(9, SHOW, refusedWith(404, 'unknown-order')),
    ],
    [
      asked(0, put(3), LOST),
      asked(5, SHOW, refusedWith(404, 'unknown-order')),
      asked(9, SHOW, order(200, 'allocated', 3)),
    ],
  ],
  [
    'a shipment that is written again and leaves twice',
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(), left(201))],
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(), left(200))],
  ],
  [
    'a shipment that was lost and is written again',
    [FIRM, asked(5, ship(), LOST), asked(7, SHOW, shipped(3, 2)), asked(9, ship(), left(201))],
    [FIRM, asked(5, ship(), LOST), asked(7, SHOW, shipped(3, 2)), asked(9, ship(), left(200))],
  ],
  [
    'more shipped than the order has left',
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(2, `${orderId}.s2`), left(201))],
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(2, `${orderId}.s2`), refusedWith(409, 'over-shipped'))],
  ],
  [
    'a shipment that was answered and is not seen',
    [FIRM, asked(5, ship(), left(201)), asked(7, SHOW, order(200, 'allocated', 3))],
    [FIRM, asked(5, ship(), left(201)), asked(7, SHOW, shipped(3, 2))],
  ],
  [
    'a shipment under a name that something else was written under',
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(2), left(200))],
    [FIRM, asked(5, ship(), left(201)), asked(7, ship(2), refusedWith(409, 'shipment-conflict'))],
  ],
  [
    'a hold that leaves',
    [HELD, asked(5, ship(), left(201))],
    [HELD, asked(5, ship(), refusedWith(409, 'order-not-firm'))],
  ],
  [
    'a cancelled shipment whose claim is not back',
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, cancelShipment, DONE),
      asked(9, SHOW, order(200, 'allocated', 1)),
    ],
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, cancelShipment, DONE),
      asked(9, SHOW, order(200, 'allocated', 3)),
    ],
  ],
  [
    'a cancelled shipment that leaves once more',
    [FIRM, asked(5, ship(), left(201)), asked(7, cancelShipment, DONE), asked(9, ship(), left(200))],
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, cancelShipment, DONE),
      asked(9, ship(), refusedWith(409, 'shipment-cancelled')),
    ],
  ],
  [
    'more coming back than has left',
    [FIRM, asked(5, ship(), left(201)), asked(7, takeBack(3), left(201, 3))],
    [FIRM, asked(5, ship(), left(201)), asked(7, takeBack(3), refusedWith(409, 'over-returned'))],
  ],
  [
    'units that come back twice',
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, takeBack(2), left(201)),
      asked(9, takeBack(2, 'r2'), left(201)),
    ],
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, takeBack(2), left(201)),
      asked(9, takeBack(2, 'r2'), refusedWith(409, 'over-returned')),
    ],
  ],
  [
    'a cancelled shipment of which units came back',
    [FIRM, asked(5, ship(), left(201)), asked(7, takeBack(1), left(201, 1)), asked(9, cancelShipment, DONE)],
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, takeBack(1), left(201, 1)),
      asked(9, cancelShipment, refusedWith(409, 'over-returned')),
    ],
  ],
  [
    'a hold of an order of which something has left',
    [FIRM, asked(5, ship(), left(201)), asked(7, CANCEL, DONE), asked(9, put(3, 10, true), shipped(3, 2))],
    [
      FIRM,
      asked(5, ship(), left(201)),
      asked(7, CANCEL, DONE),
      asked(9, put(3, 10, true), refusedWith(409, 'order-firm')),
    ],
  ],
  [
    'an order that asks for fewer units than have left',
    [FIRM, asked(5, ship(), left(201)), asked(7, put(1), shipped(1, 1))],
    [FIRM, asked(5, ship(), left(201)), asked(7, put(1), refusedWith(409, 'already-shipped'))],
  ],
];

describe('The history of an order', () => {
  it.each(planted)('is not taken for good with %s', (_, bad) => {
    expect(isLinearizable(bad)).toBe(false);
  });

  it.each(planted)('is taken for good beside %s', (_, _bad, good) => {
    expect(isLinearizable(good)).toBe(true);
  });
});

describe('The two products of a pair', () => {
  const [one, other] = pair;
  const shown = (...lines: object[]) => [
    asked(0, SHOW, { status: 200, body: { state: 'allocated', lines } }),
  ];

  it('are taken for alike if an order has the same units of the same batches', () => {
    expect(checkPairs(shown(line(one, 3, 3), line(other, 3, 3)))).toEqual([]);
  });

  it.each([
    ['has one of them only', [line(one, 3, 3)]],
    ['claims units of one of them only', [line(one, 3, 3), line(other, 3, 0)]],
    ['has more of one of them', [line(one, 3, 3), line(other, 4, 4)]],
    ['has another batch of one of them', [line(one, 3, 3), line(other, 3, 3, `${other}-1`)]],
    ['has lost both', [line(one, 3, 0), line(other, 3, 0)]],
    ['has shipped units of one of them only', [line(one, 3, 3), line(other, 3, 2, `${other}-0`, 1)]],
    ['claims what has left', [line(one, 3, 3, `${one}-0`, 1), line(other, 3, 3, `${other}-0`, 1)]],
  ])('are seen apart if an order %s', (_, lines) => {
    expect(checkPairs(shown(...lines))).toHaveLength(1);
  });

  it('are seen apart if a shipment has more of one of them', () => {
    const ofShipment = (units: number) =>
      checkPairs([
        asked(0, ship(), {
          status: 201,
          body: {
            lines: [
              { sku: one, quantity: 2, batches: [] },
              { sku: other, quantity: units, batches: [] },
            ],
          },
        }),
      ]);
    expect([ofShipment(2), ofShipment(1)].map(({ length }) => length)).toEqual([0, 1]);
  });

  it('are seen apart if more is available of one of them', () => {
    const items = (onHand: number) => [
      { sku: one, version: 1, onHand: 5 },
      { sku: other, version: 2, onHand },
    ];
    const show = (onHand: number) =>
      checkPairs([asked(0, { ask: 'show pair', pair }, { status: 200, body: { items: items(onHand) } })]);
    expect([show(5), show(4)].map(({ length }) => length)).toEqual([0, 1]);
  });
});
