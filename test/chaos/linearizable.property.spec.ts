import { describe, expect, it } from '@jest/globals';
import { batchModel, type BatchCall, type BatchOperation } from '../../tools/chaos/batch-model.js';
import { checkLinearizable, type Model, type Operation } from '../../tools/chaos/linearizable.js';
import { productModel, type ProductCall, type ProductOperation } from '../../tools/chaos/product-model.js';
import { DONE, refused, type Answer } from '../../tools/chaos/product-state.js';
import { Random } from '../../testing/random.js';

/** Asked at one time and answered at another. */
function call<C>(invokedAt: number, returnedAt: number, its: C, answer: Answer): Operation<C, Answer> {
  return { call: its, answer, invokedAt, returnedAt };
}

/** Asked, and never answered. */
function lost<C>(invokedAt: number, its: C): Operation<C, Answer> {
  return { call: its, answer: null, invokedAt, returnedAt: Infinity };
}

const add = (reference: string, quantity: number, eta: string | null = null): ProductCall => ({
  ask: 'add',
  reference,
  quantity,
  eta,
});
const allocate = (orderId: string, quantity: number): ProductCall => ({
  ask: 'allocate',
  orderId,
  quantity,
  split: false,
});
const deallocate = (orderId: string): ProductCall => ({ ask: 'deallocate', orderId });
const resize = (reference: string, by: number): ProductCall => ({ ask: 'resize', reference, by });
const reschedule = (reference: string, eta: string | null): ProductCall => ({
  ask: 'reschedule',
  reference,
  eta,
});
const line = (orderId: string): ProductCall => ({ ask: 'line', orderId });
const availability = (quantity: number | null = null): ProductCall => ({ ask: 'availability', quantity });

const SHIP = '2027-01-20';
const on = (batchReference: string, quantity: number, eta: string | null = null) => ({
  quantity,
  batchReference,
  eta,
});
const newly = (...where: Parameters<typeof on>) => ({ isNew: true, ...on(...where) });
const again = (...where: Parameters<typeof on>) => ({ isNew: false, ...on(...where) });
const outOfStock = (available: number) => refused('out-of-stock', { available });
const onHand = (units: number) => ({ onHand: units, inbound: [], promise: null });
const NO_LINE = refused('no line');

const verdictOf = (history: readonly ProductOperation[]) =>
  checkLinearizable(productModel, history).isLinearizable;

/** Ten on hand, before anything else. */
const TEN = call(0, 1, add('A', 10), DONE);

/** What must be refused, beside what differs from it as little as can be and must be accepted. */
const planted: readonly (readonly [
  what: string,
  bad: readonly ProductOperation[],
  good: readonly ProductOperation[],
])[] = [
  [
    'more allocated than there is',
    [TEN, call(2, 3, allocate('o1', 6), newly('A', 6)), call(2, 3, allocate('o2', 5), newly('A', 5))],
    [TEN, call(2, 3, allocate('o1', 6), newly('A', 6)), call(2, 3, allocate('o2', 4), newly('A', 4))],
  ],
  [
    'a read that does not show what was answered before it began',
    [TEN, call(2, 3, allocate('o1', 6), newly('A', 6)), call(4, 5, availability(), onHand(10))],
    [TEN, call(2, 4, allocate('o1', 6), newly('A', 6)), call(3, 5, availability(), onHand(10))],
  ],
  [
    'two reads that show a change coming and going',
    [
      TEN,
      call(2, 9, allocate('o1', 6), newly('A', 6)),
      call(3, 4, availability(), onHand(4)),
      call(5, 6, availability(), onHand(10)),
    ],
    [
      TEN,
      call(2, 9, allocate('o1', 6), newly('A', 6)),
      call(3, 4, availability(), onHand(10)),
      call(5, 6, availability(), onHand(4)),
    ],
  ],
  [
    'an allocation that was answered and is lost',
    [TEN, call(2, 3, allocate('o1', 6), newly('A', 6)), call(4, 5, line('o1'), NO_LINE)],
    [TEN, call(2, 3, allocate('o1', 6), newly('A', 6)), call(4, 5, line('o1'), on('A', 6))],
  ],
  [
    'a line that is allocated a second time',
    [TEN, call(2, 3, allocate('o1', 3), newly('A', 3)), call(4, 5, allocate('o1', 3), newly('A', 3))],
    [TEN, call(2, 3, allocate('o1', 3), newly('A', 3)), call(4, 5, allocate('o1', 3), again('A', 3))],
  ],
  [
    'a line that takes its units twice',
    [TEN, call(2, 3, allocate('o1', 3), newly('A', 3)), call(4, 5, availability(), onHand(4))],
    [TEN, call(2, 3, allocate('o1', 3), newly('A', 3)), call(4, 5, availability(), onHand(7))],
  ],
  [
    'an unanswered allocation that happens twice',
    [TEN, lost(2, allocate('o1', 3)), call(4, 5, availability(), onHand(4))],
    [TEN, lost(2, allocate('o1', 3)), call(4, 5, availability(), onHand(7))],
  ],
  [
    'an unanswered allocation that was seen and then never was',
    [TEN, lost(2, allocate('o1', 3)), call(4, 5, line('o1'), on('A', 3)), call(6, 7, line('o1'), NO_LINE)],
    [TEN, lost(2, allocate('o1', 3)), call(4, 5, line('o1'), NO_LINE), call(6, 7, line('o1'), on('A', 3))],
  ],
  [
    'inbound stock preferred to stock on hand',
    [TEN, call(1, 2, add('0', 10, SHIP), DONE), call(3, 4, allocate('o1', 2), newly('0', 2, SHIP))],
    [TEN, call(1, 2, add('0', 10, SHIP), DONE), call(3, 4, allocate('o1', 2), newly('A', 2))],
  ],
  [
    'the second reference preferred to the first',
    [TEN, call(1, 2, add('B', 10), DONE), call(3, 4, allocate('o1', 2), newly('B', 2))],
    [TEN, call(1, 2, add('B', 10), DONE), call(3, 4, allocate('o1', 2), newly('A', 2))],
  ],
  [
    'the later ship preferred to the earlier',
    [
      call(0, 1, add('S9', 5, '2027-01-10'), DONE),
      call(0, 1, add('S2', 5, SHIP), DONE),
      call(3, 4, allocate('o1', 2), newly('S2', 2, SHIP)),
    ],
    [
      call(0, 1, add('S9', 5, '2027-01-10'), DONE),
      call(0, 1, add('S2', 5, SHIP), DONE),
      call(3, 4, allocate('o1', 2), newly('S9', 2, '2027-01-10')),
    ],
  ],
  [
    'a line that is refused although it fits',
    [TEN, call(2, 3, allocate('o1', 10), outOfStock(10))],
    [TEN, call(2, 3, allocate('o1', 11), outOfStock(10))],
  ],
  [
    'a refusal that names another number of units',
    [TEN, call(2, 3, allocate('o1', 4), newly('A', 4)), call(4, 5, allocate('o2', 7), outOfStock(7))],
    [TEN, call(2, 3, allocate('o1', 4), newly('A', 4)), call(4, 5, allocate('o2', 7), outOfStock(6))],
  ],
  [
    'a refusal that takes units all the same',
    [TEN, call(2, 3, allocate('o1', 11), outOfStock(10)), call(4, 5, line('o1'), on('A', 11))],
    [TEN, call(2, 3, allocate('o1', 11), outOfStock(10)), call(4, 5, line('o1'), NO_LINE)],
  ],
  [
    'another quantity of a line that stands',
    [TEN, call(2, 3, allocate('o1', 3), newly('A', 3)), call(4, 5, allocate('o1', 4), newly('A', 4))],
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, allocate('o1', 4), refused('allocation-conflict', { allocated: 3 })),
    ],
  ],
  [
    'a line that was given back and is there again',
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, deallocate('o1'), DONE),
      call(6, 7, line('o1'), on('A', 3)),
    ],
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 6, deallocate('o1'), DONE),
      call(5, 7, line('o1'), on('A', 3)),
    ],
  ],
  [
    'a line that is given back twice',
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, deallocate('o1'), DONE),
      call(4, 5, deallocate('o1'), DONE),
    ],
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, deallocate('o1'), DONE),
      call(4, 5, deallocate('o1'), refused('unknown-allocation')),
    ],
  ],
  [
    'a shrink that was answered and is not seen (rule 9)',
    [TEN, call(2, 3, resize('A', -6), DONE), call(4, 5, allocate('o1', 8), newly('A', 8))],
    [TEN, call(2, 4, resize('A', -6), DONE), call(3, 5, allocate('o1', 8), outOfStock(4))],
  ],
  [
    'a batch that was registered and is not seen (rule 9)',
    [TEN, call(2, 3, add('B', 20), DONE), call(4, 5, allocate('o1', 12), outOfStock(10))],
    [TEN, call(2, 4, add('B', 20), DONE), call(3, 5, allocate('o1', 12), outOfStock(10))],
  ],
  [
    'a batch that is registered again and there twice',
    [TEN, call(2, 3, add('A', 10), DONE), call(4, 5, availability(), onHand(20))],
    [TEN, call(2, 3, add('A', 10), DONE), call(4, 5, availability(), onHand(10))],
  ],
  [
    'the oldest line leaving a batch that shrinks (rule 6)',
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, allocate('o2', 3), newly('A', 3)),
      call(6, 7, resize('A', -6), DONE),
      call(8, 9, line('o1'), NO_LINE),
    ],
    [
      TEN,
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, allocate('o2', 3), newly('A', 3)),
      call(6, 7, resize('A', -6), DONE),
      call(8, 9, line('o2'), NO_LINE),
    ],
  ],
  [
    'the newer of two lines getting the only place when their batch shrinks (rule 6)',
    [
      TEN,
      call(1, 2, add('S', 3, SHIP), DONE),
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, allocate('o2', 3), newly('A', 3)),
      call(6, 7, resize('A', -10), DONE),
      call(8, 9, line('o2'), on('S', 3, SHIP)),
    ],
    [
      TEN,
      call(1, 2, add('S', 3, SHIP), DONE),
      call(2, 3, allocate('o1', 3), newly('A', 3)),
      call(4, 5, allocate('o2', 3), newly('A', 3)),
      call(6, 7, resize('A', -10), DONE),
      call(8, 9, line('o1'), on('S', 3, SHIP)),
    ],
  ],
  [
    'a line dropped by a shrink although another batch holds it',
    [
      TEN,
      call(1, 2, add('S', 5, SHIP), DONE),
      call(2, 3, allocate('o1', 5), newly('A', 5)),
      call(6, 7, resize('A', -6), DONE),
      call(8, 9, line('o1'), NO_LINE),
    ],
    [
      TEN,
      call(1, 2, add('S', 5, SHIP), DONE),
      call(2, 3, allocate('o1', 5), newly('A', 5)),
      call(6, 7, resize('A', -6), DONE),
      call(8, 9, line('o1'), on('S', 5, SHIP)),
    ],
  ],
  [
    'a shrink of which one half is seen',
    [
      TEN,
      call(2, 3, allocate('o1', 5), newly('A', 5)),
      call(4, 9, resize('A', -8), DONE),
      call(5, 6, line('o1'), NO_LINE),
      call(7, 8, availability(), onHand(10)),
    ],
    [
      TEN,
      call(2, 3, allocate('o1', 5), newly('A', 5)),
      call(4, 9, resize('A', -8), DONE),
      call(5, 6, line('o1'), NO_LINE),
      call(7, 8, availability(), onHand(2)),
    ],
  ],
  [
    'an old date on a batch that was rescheduled (rule 7)',
    [TEN, call(2, 3, reschedule('A', SHIP), DONE), call(4, 5, allocate('o1', 2), newly('A', 2, null))],
    [TEN, call(2, 3, reschedule('A', SHIP), DONE), call(4, 5, allocate('o1', 2), newly('A', 2, SHIP))],
  ],
  [
    'a promise of another batch than the next line would have',
    [TEN, call(2, 3, availability(11), { ...onHand(10), promise: { batchReference: 'A', eta: null } })],
    [TEN, call(2, 3, availability(10), { ...onHand(10), promise: { batchReference: 'A', eta: null } })],
  ],
  [
    'a SKU unknown once it was known',
    [TEN, call(2, 3, allocate('o1', 2), refused('unknown-sku'))],
    [call(0, 3, add('A', 10), DONE), call(1, 2, allocate('o1', 2), refused('unknown-sku'))],
  ],
  [
    'other lines in the database in the end than were answered',
    [
      TEN,
      call(2, 3, allocate('o1', 2), newly('A', 2)),
      call(9, 9, { ask: 'everything' }, { batches: [stock('A', 10, 0)], lines: [], orders: [] }),
    ],
    [
      TEN,
      call(2, 3, allocate('o1', 2), newly('A', 2)),
      call(
        9,
        9,
        { ask: 'everything' },
        {
          batches: [stock('A', 10, 2)],
          lines: [{ orderId: 'o1', claims: [{ batchReference: 'A', quantity: 2 }] }],
          orders: [],
        },
      ),
    ],
  ],
];

function stock(reference: string, quantity: number, allocated: number) {
  const goods = { received: 0, shipped: 0, returned: 0, writtenOff: 0 };
  return { reference, eta: null, quantity, ...goods, allocated, available: quantity - allocated };
}

describe('a history of a product', () => {
  it.each(planted)('is refused with %s', (_what, bad, good) => {
    expect(verdictOf(good)).toBe(true);
    expect(verdictOf(bad)).toBe(false);
  });

  it('may hold an unanswered call that happens long after it was given up', () => {
    const history = [
      TEN,
      lost(2, allocate('o1', 3)),
      call(4, 5, availability(), onHand(10)),
      call(6, 7, deallocate('o1'), refused('unknown-allocation')),
      call(8, 9, availability(), onHand(7)),
    ];
    expect(verdictOf(history)).toBe(true);
  });

  it('is refused if only a call that came too late could explain it', () => {
    const history = [
      TEN,
      call(2, 3, availability(), onHand(7)),
      lost(4, allocate('o1', 3)),
      call(5, 6, availability(), onHand(7)),
    ];
    expect(verdictOf(history)).toBe(false);
  });

  it('is accepted however its calls overlap if its answers fit some order', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const history = overlapping(productModel, seed, 60, aProductCall);
      const verdict = checkLinearizable(productModel, history);
      expect([seed, verdict.isLinearizable]).toEqual([seed, true]);
    }
  });

  it('is accepted whatever wrong or missing hints the search is given', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const history = overlapping(productModel, seed, 30, aProductCall);
      const random = new Random(seed);
      const hints = new Map(
        history.map((operation) => [operation, random.chance(0.5) ? random.next() : undefined]),
      );
      const verdict = checkLinearizable(productModel, history, {
        hintOf: (operation) => hints.get(operation),
      });
      expect([seed, verdict.isLinearizable]).toEqual([seed, true]);
    }
  });

  it('is undecided if the search is given up', () => {
    const history = overlapping(productModel, 7, 60, aProductCall);
    expect(checkLinearizable(productModel, history, { limit: 3 }).isLinearizable).toBe('undecided');
  });

  it('is accepted at once if the hints give the order, and refused whatever hints a bad one has', () => {
    const history = overlapping(productModel, 9, 200, aProductCall);
    const places = new Map(inOrder.get(history)!.map((operation, place) => [operation, place]));
    const hintOf = (operation: ProductOperation) => places.get(operation);
    const { isLinearizable, explored } = checkLinearizable(productModel, history, { hintOf });
    expect(isLinearizable).toBe(true);
    expect(explored).toBeLessThan(2 * history.length);
    const [, bad] = planted[0]!;
    expect(checkLinearizable(productModel, bad, { hintOf: () => 1 }).isLinearizable).toBe(false);
  });
});

describe('a history of a batch', () => {
  const register = (quantity: number): BatchCall => ({ ask: 'register', quantity, eta: null });
  const change = (quantity: number): BatchCall => ({ ask: 'change', quantity });
  const show: BatchCall = { ask: 'show' };
  const shows = (quantity: number) => ({ quantity, eta: null });
  const verdict = (...history: BatchOperation[]) => checkLinearizable(batchModel, history).isLinearizable;

  it('recognises a repeated registration, whatever the batch has become', () => {
    const begun = [call(0, 1, register(5), 'new'), call(2, 3, change(7), DONE)];
    expect(verdict(...begun, call(4, 5, register(5), 'known'))).toBe(true);
    expect(verdict(...begun, call(4, 5, register(7), 'known'))).toBe(false);
    expect(verdict(...begun, call(4, 5, register(7), refused('batch-conflict')))).toBe(true);
  });

  it('is refused if a confirmed change is lost', () => {
    const begun = [call(0, 1, register(5), 'new'), call(2, 3, change(7), DONE)];
    expect(verdict(...begun, call(4, 5, show, shows(7)))).toBe(true);
    expect(verdict(...begun, call(4, 5, show, shows(5)))).toBe(false);
  });

  it('is refused if the answer of a change shows an older state', () => {
    const begun = call(0, 1, register(5), 'new');
    const mine = call(2, 6, change(7), DONE);
    const other = call(3, 5, change(9), DONE);
    const answered = (quantity: number) => ({ ...call(2, 6, show, shows(quantity)), after: mine });
    expect(verdict(begun, mine, other, answered(7))).toBe(true);
    expect(verdict(begun, mine, other, answered(9))).toBe(true);
    expect(verdict(begun, mine, other, answered(5))).toBe(false);
  });
});

describe('the search', () => {
  it('agrees on short histories with a trial of every order', () => {
    const counts = { true: 0, false: 0 };
    for (let seed = 1; seed <= 1_500; seed++) {
      const random = new Random(seed);
      const history = Array.from({ length: random.between(2, 6) }, (): BatchOperation => {
        const invokedAt = random.between(0, 12);
        const returnedAt = invokedAt + random.between(1, 6);
        const its = aBatchCall(random);
        const answer = anAnswer(its, random);
        return random.chance(0.25) ? lost(invokedAt, its) : call(invokedAt, returnedAt, its, answer);
      });
      const expected = someOrderFits(batchModel, history);
      expect([seed, checkLinearizable(batchModel, history).isLinearizable]).toEqual([seed, expected]);
      counts[`${expected}`]++;
    }
    expect(Math.min(counts.true, counts.false)).toBeGreaterThan(200);
  });
});

function aBatchCall(random: Random): BatchCall {
  const quantity = random.between(1, 2);
  return random.pick<BatchCall>([
    { ask: 'register', quantity, eta: null },
    { ask: 'change', quantity },
    { ask: 'show' },
  ]);
}

/** One that such a call may have, right or wrong. */
function anAnswer({ ask }: BatchCall, random: Random): Answer {
  if (ask === 'register') return random.pick<Answer>(['new', 'known', refused('batch-conflict')]);
  if (random.chance(0.2)) return refused('unknown-batch');
  return ask === 'change' ? DONE : { quantity: random.between(1, 2), eta: null };
}

/** By the definition: some order of all that was answered, and of any of the rest, keeps the times and the answers. */
function someOrderFits<S, C>(
  model: Model<S, Operation<C, Answer>>,
  history: readonly Operation<C, Answer>[],
  state = model.initial,
): boolean {
  if (history.every(({ answer }) => answer === null)) return true;
  return history.some((operation) => {
    if (history.some(({ returnedAt }) => returnedAt < operation.invokedAt)) return false;
    const next = model.step(state, operation);
    if (next === null) return false;
    return someOrderFits(
      model,
      history.filter((other) => other !== operation),
      next,
    );
  });
}

/** The order in which a history was really answered. */
const inOrder = new WeakMap<object, readonly ProductOperation[]>();

/** A history answered by the model itself, one after the other, whose calls overlap; some are never answered. */
function overlapping<S>(
  model: Model<S, ProductOperation>,
  seed: number,
  length: number,
  draw: (random: Random) => ProductCall,
): ProductOperation[] {
  const random = new Random(seed);
  let state = model.step(model.initial, TEN)!;
  const history = [TEN];
  for (let at = 10; history.length < length; at += 10) {
    const its = draw(random);
    const invokedAt = at - random.between(0, 25);
    if (random.chance(0.05)) {
      // It happens now, or never.
      if (random.chance(0.5)) state = model.step(state, lost(invokedAt, its)) ?? state;
      history.push(lost(invokedAt, its));
      continue;
    }
    const answer = answerOf(state, its);
    if (answer === null) continue;
    const operation = call(invokedAt, at + random.between(0, 25), its, answer);
    state = model.step(state, operation)!;
    history.push(operation);
  }
  const shuffled = random.shuffled(history);
  inOrder.set(shuffled, history);
  return shuffled;

  function answerOf(before: S, its: ProductCall): Answer | null {
    return (
      [...possibleAnswers(its)].find((answer) => model.step(before, call(0, 0, its, answer)) !== null) ?? null
    );
  }
}

const BATCHES = [on('A', 0), on('B', 0), on('S', 0, SHIP), on('A', 0, SHIP), on('B', 0, SHIP), on('S', 0)];

/** All that a call of `aProductCall` can be answered, so that the model chooses the one that it would give. */
function* possibleAnswers(its: ProductCall): Generator<Answer> {
  if (its.ask === 'allocate') {
    for (const where of BATCHES) {
      yield { isNew: true, ...where, quantity: its.quantity };
      yield { isNew: false, ...where, quantity: its.quantity };
    }
    for (let units = 0; units <= 12; units++) {
      yield outOfStock(units);
      yield refused('allocation-conflict', { allocated: units });
    }
  } else if (its.ask === 'line') {
    yield NO_LINE;
    for (const where of BATCHES) for (let units = 1; units <= 4; units++) yield { ...where, quantity: units };
  } else {
    yield DONE;
    yield refused('unknown-allocation');
  }
}

function aProductCall(random: Random): ProductCall {
  const orderId = `o${random.between(1, 8)}`;
  const reference = random.pick(['A', 'B', 'S']);
  return random.weighted<() => ProductCall>(
    [
      () => allocate(orderId, random.between(1, 4)),
      () => deallocate(orderId),
      () => line(orderId),
      () => add(reference, random.between(1, 6), random.pick([null, SHIP])),
      () => resize(reference, random.between(-6, 6)),
      () => reschedule(reference, random.pick([null, SHIP])),
    ],
    () => 1,
  )();
}
