import { describe, expect, it } from '@jest/globals';
import type { Recorded } from '../../tools/chaos/clients.js';
import { checkDocuments, type StoredDocument } from '../../tools/chaos/document-checks.js';
import type { GoodsCall } from '../../tools/chaos/goods.js';
import type { LoggedEvent } from '../../tools/chaos/log.js';
import { logged } from './logged.js';

const SHIP: GoodsCall = { ask: 'ship', id: 'o1.s1', orderId: 'o1', quantity: null };
const CANCEL: GoodsCall = { ask: 'cancel shipment', id: 'o1.s1' };
const RECEIVE: GoodsCall = {
  ask: 'receive',
  ...{ id: 'A.g1', reference: 'A', quantity: 1, rejected: 0, isFinal: false },
};

/** @param status null: there was no answer */
function asked(call: GoodsCall, status: number | null): Recorded {
  const reply = status === null ? null : { status, body: null };
  return { call, traceId: '', invokedAt: 0, returnedAt: 1, reply };
}

const left = (sku = 'CHAIR') => logged('LineShipped', { shipmentId: 'o1.s1', sku });
const isBack = logged('ShipmentCancelled', { shipmentId: 'o1.s1' });
const came = logged('BatchReceived', { receiptId: 'A.g1' });
const shipment: StoredDocument = { kind: 'shipment', id: 'o1.s1', isCancelled: false };
const cancelled: StoredDocument = { ...shipment, isCancelled: true };
const receipt: StoredDocument = { kind: 'receipt', id: 'A.g1', isCancelled: false };

type Found = readonly [
  calls: readonly Recorded[],
  events: readonly LoggedEvent[],
  stored: readonly StoredDocument[],
];

const planted: readonly (readonly [what: string, bad: Found, good: Found])[] = [
  ['was answered and has not happened', [[asked(SHIP, 201)], [], []], [[asked(SHIP, null)], [], []]],
  [
    'was answered again and never happened',
    [[asked(SHIP, null), asked(SHIP, 200)], [], []],
    [[asked(SHIP, null), asked(SHIP, 200)], [left()], [shipment]],
  ],
  [
    'has happened twice',
    [[asked(SHIP, 201), asked(SHIP, 200)], [left(), left()], [shipment]],
    [[asked(SHIP, 201), asked(SHIP, 200)], [left(), left('LAMP')], [shipment]],
  ],
  [
    'has happened twice without an answer',
    [[asked(RECEIVE, null), asked(RECEIVE, null)], [came, came], [receipt]],
    [[asked(RECEIVE, null), asked(RECEIVE, null)], [came], [receipt]],
  ],
  [
    'was refused and has happened',
    [[asked(SHIP, 409)], [left()], [shipment]],
    [[asked(SHIP, 409), asked(SHIP, 503)], [left()], [shipment]],
  ],
  ['nobody has asked for', [[], [came], [receipt]], [[asked(RECEIVE, 201)], [came], [receipt]]],
  [
    'is stored and not in the log',
    [[asked(RECEIVE, 201)], [], [receipt]],
    [[asked(RECEIVE, 201)], [came], [receipt]],
  ],
  [
    'is in the log and not stored',
    [[asked(RECEIVE, 201)], [came], []],
    [[asked(RECEIVE, 201)], [came], [receipt]],
  ],
  [
    'was cancelled and has not come back',
    [[asked(SHIP, 201), asked(CANCEL, 204)], [left()], [shipment]],
    [[asked(SHIP, 201), asked(CANCEL, 204)], [left(), isBack], [cancelled]],
  ],
  [
    'has come back twice',
    [[asked(SHIP, 201), asked(CANCEL, 204)], [left(), isBack, isBack], [cancelled]],
    [[asked(SHIP, 201), asked(CANCEL, 204), asked(CANCEL, 204)], [left(), isBack], [cancelled]],
  ],
];

describe('A document', () => {
  it.each(planted)('is found wrong if it %s', (_what, bad, good) => {
    expect(checkDocuments(...good)).toEqual([]);
    expect(checkDocuments(...bad)).toHaveLength(1);
  });
});
