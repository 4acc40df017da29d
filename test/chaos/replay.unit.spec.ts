import { describe, expect, it } from '@jest/globals';
import type { LoggedEvent } from '../../tools/chaos/log.js';
import { Replayed } from '../../tools/chaos/replay.js';
import { logged } from './logged.js';

const SPRING = '2027-03-01';
const batchReference = 'S';
const registered = logged('BatchRegistered', { batchReference, quantity: 8, eta: SPRING });
const of = (quantity: number, reference = batchReference) => ({ batchReference: reference, quantity });
const line = { orderId: 'o1', batchReference };
const allocated = logged('LineAllocated', { ...line, quantity: 4, eta: SPRING });
const shipped = (quantity: number, reference?: string) =>
  logged('LineShipped', { orderId: 'o1', quantity, claims: [of(quantity, reference)], shipmentId: 's1' });
const cancelled = (quantity: number, isClaimed = true) =>
  logged('ShipmentCancelled', { orderId: 'o1', quantity, claims: [of(quantity)], isClaimed });
const returned = (quantity: number, disposition: 'restock' | 'scrap' = 'restock') =>
  logged('LineReturned', { orderId: 'o1', quantity, claims: [of(quantity)], disposition });
const deallocated = (quantity: number) => logged('LineDeallocated', { ...line, quantity });
const received = (overReceived: number, missing: number, outstanding: number) =>
  logged('BatchReceived', { batchReference, quantity: 1, overReceived, missing, outstanding });
const resized = (previousQuantity: number, quantity: number) =>
  logged('BatchQuantityChanged', { batchReference, previousQuantity, quantity });
const slipped = (units: number) =>
  logged('PromisesChanged', { batchReference, previousEta: SPRING, eta: '2027-04-01', units });
const rescheduled = (previousEta: string | null, eta: string | null) =>
  logged('BatchRescheduled', { batchReference, previousEta, eta });

const waits = (quantity: number, previous?: number) =>
  logged('LineBackordered', {
    ...{ orderId: 'o1', quantity },
    ...(previous !== undefined && { previousClaims: [of(previous)] }),
  });
const ended = (quantity: number) => logged('BackorderEnded', { orderId: 'o1', quantity });
const served = logged('LineAllocated', { ...line, quantity: 4, eta: SPRING, from: 'backorder' });

const planted: readonly (readonly [
  what: string,
  bad: readonly LoggedEvent[],
  good: readonly LoggedEvent[],
])[] = [
  [
    'more leaving than the line had (rule 13)',
    [allocated, shipped(3), shipped(2)],
    [allocated, shipped(3), shipped(1)],
  ],
  [
    'units leaving of a batch that the line has none of',
    [allocated, shipped(3, 'A')],
    [allocated, shipped(3)],
  ],
  ['a line that is served and did not wait', [served], [waits(4), served]],
  ['a line that is allocated while it waits', [waits(4), allocated], [waits(4), ended(4), allocated]],
  ['a line that waits while it has units', [allocated, waits(4)], [allocated, waits(5, 4)]],
  ['a line that stops waiting for other units', [waits(4), ended(3)], [waits(4), waits(3), ended(3)]],
  [
    'a line that goes with what has left',
    [allocated, shipped(3), deallocated(4)],
    [allocated, shipped(3), deallocated(1)],
  ],
  [
    'a shipment cancelled that did not leave',
    [allocated, shipped(2), cancelled(3)],
    [allocated, shipped(3), cancelled(2)],
  ],
  [
    'more coming back than has left',
    [allocated, shipped(2), returned(3)],
    [allocated, shipped(3), returned(2)],
  ],
  [
    'units coming back of a shipment that was cancelled',
    [allocated, shipped(2), cancelled(2), returned(1)],
    [allocated, shipped(2), returned(1)],
  ],
  [
    'other units slipping than lines claim (rule 7b)',
    [allocated, shipped(1), slipped(4)],
    [allocated, shipped(1), slipped(3)],
  ],
  [
    'a change of a quantity that the batch never had',
    [received(2, 0, 8), resized(9, 4)],
    [received(2, 0, 8), resized(10, 4)],
  ],
  [
    'a change of a date that the batch never had',
    [received(0, 0, 3), rescheduled(null, '2027-04-01')],
    [received(0, 0, 0), rescheduled(null, '2027-04-01')],
  ],
];

describe('The log', () => {
  it.each(planted)('contradicts itself with %s', (_what, bad, good) => {
    expect(new Replayed([registered, ...good]).contradictions).toEqual([]);
    expect(new Replayed([registered, ...bad]).contradictions).toHaveLength(1);
  });

  it('explains every unit of a batch', () => {
    const events = [allocated, shipped(3), returned(2, 'scrap'), returned(1), received(2, 1, 6)];
    const adjusted = logged('StockAdjusted', { batchReference, by: -1 });
    const { stock, paper } = new Replayed([registered, ...events, adjusted]);
    const { quantity, shipped: gone, returned: back, writtenOff } = stock.get(batchReference)!;
    expect([quantity, gone, back, writtenOff]).toEqual([6, 3, 3, 3]);
    const [bought] = paper.ends().get(batchReference)!;
    expect(bought!.quantity).toBe(quantity + gone + writtenOff - back);
  });

  it('says what was bought also if a change and a receipt have crossed', () => {
    const ends = (...events: readonly LoggedEvent[]) =>
      new Replayed([registered, ...events]).paper.ends().get(batchReference);
    expect(ends(received(2, 0, 0), resized(8, 4))).toMatchObject([{ quantity: 6, eta: null }]);
    expect(ends(received(2, 0, 0), resized(10, 4))).toMatchObject([{ quantity: 4, eta: null }]);
  });

  it('says what was bought also if the paper tells what a crossing has left', () => {
    const ends = (...events: readonly LoggedEvent[]) => {
      const { contradictions, paper } = new Replayed([registered, ...events]);
      return [
        contradictions.length,
        paper
          .ends()
          .get(batchReference)!
          .map(({ quantity }) => quantity),
      ];
    };
    const crossed = [resized(8, 2), received(0, 5, 0), resized(-3, 0)];
    expect(ends(...crossed, rescheduled(SPRING, null))).toEqual([0, [0]]);
    expect(ends(...crossed, rescheduled(SPRING, null), resized(0, 4))).toEqual([0, [4]]);
    expect(ends(...crossed, rescheduled('2027-04-01', null))).toEqual([1, []]);
  });
});
