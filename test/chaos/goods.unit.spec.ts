import { describe, expect, it } from '@jest/globals';
import { checkLinearizable, type Operation } from '../../tools/chaos/linearizable.js';
import { productModel, type ProductCall, type ProductOperation } from '../../tools/chaos/product-model.js';
import { DONE, refused, type Answer } from '../../tools/chaos/product-state.js';

/** The batch that is on hand, and one that comes in spring. */
const A = 'A';
const S = 'S';
const SPRING = '2027-03-01';

/** The calls one after the other. */
function history(...calls: readonly (readonly [ProductCall, Answer | null])[]): ProductOperation[] {
  return calls.map(([call, answer], i): Operation<ProductCall, Answer> => {
    const invokedAt = i * 10;
    return { call, answer, invokedAt, returnedAt: answer === null ? Infinity : invokedAt + 5 };
  });
}

type Call = readonly [ProductCall, Answer | null];
const add = (reference: string, quantity: number, eta: string | null): Call => [
  { ask: 'add', reference, quantity, eta },
  DONE,
];
const FIVE_ON_HAND = add(A, 5, null);
const FOUR_IN_SPRING = add(S, 4, SPRING);

const of = (batchReference: string, quantity: number) => ({ batchReference, quantity });
const dated = (batchReference: string, quantity: number) => ({
  ...of(batchReference, quantity),
  eta: batchReference === A ? null : SPRING,
});

function allocate(quantity: number, answer: Answer, { split = true, orderId = 'o1' } = {}): Call {
  return [{ ask: 'allocate', orderId, quantity, split }, answer];
}
const allocated = (quantity: number, batchReference: string, claims?: readonly object[]): Answer => ({
  isNew: true,
  ...{ quantity, batchReference, eta: batchReference === A ? null : SPRING },
  ...(claims && { claims }),
});
const THREE = allocate(3, allocated(3, A));

const line = (answer: Answer, orderId = 'o1'): Call => [{ ask: 'line', orderId }, answer];
const NO_LINE = refused('no line');

const receive = (quantity: number, answer: Answer | null, how: object = {}, id = 'g1'): Call => [
  { ask: 'receive', id, reference: S, quantity, rejected: 0, isFinal: false, ...how },
  answer,
];
const received = (overReceived: number, onHand: number, outstanding: number, isNew = true) => ({
  ...{ isNew, overReceived, onHand, outstanding },
});

const adjust = (by: number, answer: Answer, id = 'a1'): Call => [
  { ask: 'adjust', id, reference: A, by },
  answer,
];
const ship = (quantity: number | null, answer: Answer | null, id = 's1'): Call => [
  { ask: 'ship', id, orderId: 'o1', quantity },
  answer,
];
const left = (quantity: number, isNew = true, batches = [of(A, quantity)]) => ({
  isNew,
  quantity,
  batches,
});
const cancelShipment = (answer: Answer, id = 's1'): Call => [{ ask: 'cancel shipment', id }, answer];
const takeBack = (
  quantity: number,
  answer: Answer | null,
  disposition: 'restock' | 'scrap' = 'restock',
  id = 'r1',
): Call => [{ ask: 'take back', id, orderId: 'o1', quantity, disposition }, answer];
const availability = (onHand: number): Call => [
  { ask: 'availability', quantity: null },
  { onHand, inbound: [], promise: null },
];

const shown = (onHand: number, inbound: number, eta: string | null) => ({
  onHand,
  inbound: [{ eta: SPRING, available: inbound }],
  promise: { batchReference: S, eta },
});

/** What must be refused, beside what differs from it as little as can be and must be accepted. */
const planted: readonly (readonly [what: string, bad: readonly Call[], good: readonly Call[]])[] = [
  [
    'a line that may not be split and is (rule 1)',
    [
      FIVE_ON_HAND,
      FOUR_IN_SPRING,
      allocate(6, allocated(6, S, [dated(A, 5), dated(S, 1)]), { split: false }),
    ],
    [FIVE_ON_HAND, FOUR_IN_SPRING, allocate(6, allocated(6, S, [dated(A, 5), dated(S, 1)]))],
  ],
  [
    'a split line that leaves units behind which come earlier (rule 1b)',
    [FIVE_ON_HAND, FOUR_IN_SPRING, allocate(6, allocated(6, S, [dated(A, 2), dated(S, 4)]))],
    [FIVE_ON_HAND, FOUR_IN_SPRING, allocate(6, allocated(6, S, [dated(A, 5), dated(S, 1)]))],
  ],
  [
    'a line that is split although one batch holds it (rule 1b)',
    [
      add('B', 2, null),
      FIVE_ON_HAND,
      allocate(3, allocated(3, 'B', [dated(A, 1), { ...of('B', 2), eta: null }])),
    ],
    [add('B', 2, null), FIVE_ON_HAND, THREE],
  ],
  [
    'a split line that is refused although all batches hold it together',
    [FIVE_ON_HAND, FOUR_IN_SPRING, allocate(9, refused('out-of-stock', { available: 9 }))],
    [FIVE_ON_HAND, FOUR_IN_SPRING, allocate(10, refused('out-of-stock', { available: 9 }))],
  ],
  [
    'a split line of which a shrink takes a part (rule 6)',
    [
      FIVE_ON_HAND,
      FOUR_IN_SPRING,
      allocate(6, allocated(6, S, [dated(A, 5), dated(S, 1)])),
      [{ ask: 'resize', reference: A, by: -4 }, DONE],
      line({ quantity: 5, batchReference: S, eta: SPRING, claims: [dated(A, 1), dated(S, 4)] }),
    ],
    [
      FIVE_ON_HAND,
      FOUR_IN_SPRING,
      allocate(6, allocated(6, S, [dated(A, 5), dated(S, 1)])),
      [{ ask: 'resize', reference: A, by: -4 }, DONE],
      line(NO_LINE),
    ],
  ],
  [
    'a correction of what was bought that moves units',
    [FIVE_ON_HAND, [{ ask: 'correct', reference: A, by: 2 }, DONE], availability(7)],
    [FIVE_ON_HAND, [{ ask: 'correct', reference: A, by: 2 }, DONE], availability(5)],
  ],
  [
    'a receipt that is written again and comes twice',
    [FOUR_IN_SPRING, receive(2, received(0, 2, 2)), receive(2, received(0, 4, 0))],
    [FOUR_IN_SPRING, receive(2, received(0, 2, 2)), receive(2, received(0, 2, 2, false))],
  ],
  [
    'a receipt whose answer was lost and that comes twice',
    [FOUR_IN_SPRING, receive(4, null), availability(8)],
    [FOUR_IN_SPRING, receive(4, null), availability(4)],
  ],
  [
    'other content under the name of a receipt',
    [FOUR_IN_SPRING, receive(2, received(0, 2, 2)), receive(1, received(0, 3, 1))],
    [FOUR_IN_SPRING, receive(2, received(0, 2, 2)), receive(1, refused('receipt-conflict'))],
  ],
  [
    'more coming than was outstanding and nobody told',
    [FOUR_IN_SPRING, receive(6, received(0, 6, 0))],
    [FOUR_IN_SPRING, receive(6, received(2, 6, 0))],
  ],
  [
    'a last receipt that leaves units to come',
    [FOUR_IN_SPRING, receive(1, received(0, 1, 3), { isFinal: true })],
    [FOUR_IN_SPRING, receive(1, received(0, 1, 0), { isFinal: true })],
  ],
  [
    'a receipt that moves a line (rule 14)',
    [FOUR_IN_SPRING, allocate(3, allocated(3, S)), receive(2, received(0, 2, 2)), line(NO_LINE)],
    [
      FOUR_IN_SPRING,
      allocate(3, allocated(3, S)),
      receive(2, received(0, 2, 2)),
      line({ quantity: 3, batchReference: S, eta: SPRING }),
    ],
  ],
  [
    'units promised for their date that have come already (rule 3)',
    [
      FOUR_IN_SPRING,
      add('B', 9, '2027-01-01'),
      receive(2, received(0, 2, 2)),
      allocate(2, { isNew: true, quantity: 2, batchReference: 'B', eta: '2027-01-01' }, { split: false }),
    ],
    [
      FOUR_IN_SPRING,
      add('B', 9, '2027-01-01'),
      receive(2, received(0, 2, 2)),
      allocate(2, allocated(2, S), { split: false }),
    ],
  ],
  [
    'units that have come shown as still to come',
    [
      FOUR_IN_SPRING,
      receive(1, received(0, 1, 3)),
      [{ ask: 'availability', quantity: 1 }, shown(1, 4, SPRING)],
    ],
    [
      FOUR_IN_SPRING,
      receive(1, received(0, 1, 3)),
      [{ ask: 'availability', quantity: 1 }, shown(1, 3, null)],
    ],
  ],
  [
    'units missing that are not there',
    [FIVE_ON_HAND, adjust(-6, { isNew: true, onHand: 0 })],
    [FIVE_ON_HAND, adjust(-6, refused('below-zero', { onHand: 5 }))],
  ],
  [
    'a difference that is counted twice',
    [FIVE_ON_HAND, adjust(-2, { isNew: true, onHand: 3 }), adjust(-2, { isNew: true, onHand: 1 })],
    [FIVE_ON_HAND, adjust(-2, { isNew: true, onHand: 3 }), adjust(-2, { isNew: false, onHand: 3 })],
  ],
  [
    'shipped units that are still claimed (rule 13)',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), line({ quantity: 3, batchReference: A, eta: null })],
    [FIVE_ON_HAND, THREE, ship(3, left(3)), line(NO_LINE)],
  ],
  [
    'shipped units that are available again (rule 13)',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), availability(5)],
    [FIVE_ON_HAND, THREE, ship(3, left(3)), availability(2)],
  ],
  [
    'more shipped than the line has (rule 13)',
    [FIVE_ON_HAND, THREE, ship(4, left(4))],
    [FIVE_ON_HAND, THREE, ship(4, refused('over-shipped', { requested: 4, claimed: 3 }))],
  ],
  [
    'units shipped that are not on hand (rule 13)',
    [FOUR_IN_SPRING, allocate(3, allocated(3, S)), ship(3, left(3, true, [of(S, 3)]))],
    [
      FOUR_IN_SPRING,
      allocate(3, allocated(3, S)),
      ship(3, refused('not-on-hand', { requested: 3, onHand: 0 })),
    ],
  ],
  [
    'two shipments of the same units',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), ship(3, left(3), 's2')],
    [FIVE_ON_HAND, THREE, ship(2, left(2)), ship(1, left(1), 's2')],
  ],
  [
    'a shipment whose answer was lost and that leaves twice',
    [FIVE_ON_HAND, THREE, ship(3, null), line(NO_LINE), ship(3, left(3))],
    [FIVE_ON_HAND, THREE, ship(3, null), line(NO_LINE), ship(3, left(3, false))],
  ],
  [
    'a cancelled shipment whose claim is not back (rule 13)',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), cancelShipment(DONE), line(NO_LINE)],
    [
      FIVE_ON_HAND,
      THREE,
      ship(3, left(3)),
      cancelShipment(DONE),
      line({ quantity: 3, batchReference: A, eta: null }),
    ],
  ],
  [
    'a shipment cancelled twice',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), cancelShipment(DONE), cancelShipment(DONE), availability(5)],
    [FIVE_ON_HAND, THREE, ship(3, left(3)), cancelShipment(DONE), cancelShipment(DONE), availability(2)],
  ],
  [
    'more coming back than has left',
    [FIVE_ON_HAND, THREE, ship(2, left(2)), takeBack(3, left(3))],
    [
      FIVE_ON_HAND,
      THREE,
      ship(2, left(2)),
      takeBack(3, refused('over-returned', { requested: 3, returnable: 2 })),
    ],
  ],
  [
    'units that are of no use and available',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), takeBack(2, left(2), 'scrap'), availability(4)],
    [FIVE_ON_HAND, THREE, ship(3, left(3)), takeBack(2, left(2)), availability(4)],
  ],
  [
    'units that came back and whose shipment is cancelled all the same',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), takeBack(1, left(1)), cancelShipment(DONE)],
    [
      FIVE_ON_HAND,
      THREE,
      ship(3, left(3)),
      takeBack(1, left(1)),
      cancelShipment(refused('over-returned', { requested: 3, returnable: 2 })),
    ],
  ],
  [
    'a line allocated again although it has left',
    [FIVE_ON_HAND, THREE, ship(3, left(3)), THREE],
    [FIVE_ON_HAND, THREE, ship(3, left(3)), allocate(3, refused('already-shipped'))],
  ],
];

describe('a history of a product whose goods come and leave', () => {
  it.each(planted)('is refused with %s', (_what, bad, good) => {
    const verdictOf = (calls: readonly Call[]) =>
      checkLinearizable(productModel, history(...calls)).isLinearizable;
    expect(verdictOf(good)).toBe(true);
    expect(verdictOf(bad)).toBe(false);
  });
});
