import { describe, expect, it } from '@jest/globals';
import { Batch } from '../../src/allocation/domain/batch.js';
import { dayNeeded, PLAIN_LOT, usable, type Lot } from '../../src/allocation/domain/lot.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { offersOf } from '../../src/allocation/domain/offer.js';
import { findPlace } from '../../src/allocation/domain/placement.js';

const TODAY = '2026-12-25';

/** A batch of which so many units are free; in these tests batches stand in the order of preference. */
const free = (reference: string, units: number, eta: string | null = null) =>
  new Batch({ reference, eta, quantity: units, allocated: 0 });

/** A batch of which every unit is claimed. */
const full = (reference: string, units: number, eta: string | null = null) =>
  new Batch({ reference, eta, quantity: units, allocated: units });

interface Asked {
  readonly split?: boolean;
  readonly neededBy?: string;
  /** Units that the line itself claims now, by batch. */
  readonly own?: Readonly<Record<string, number>>;
}

/** What a line of so many units would claim of each batch, or why it finds no place. */
function placeFor(quantity: number, batches: readonly Batch[], asked: Asked = {}) {
  const { split = false, neededBy = null, own = {} } = asked;
  const found = findPlace(
    offersOf(batches),
    { quantity, split, neededBy, today: TODAY },
    ({ reference }: Batch) => own[reference] ?? 0,
  );
  if ('available' in found) return found;
  return found.map(({ batch, quantity }) => `${quantity} of ${batch.reference}`);
}

/** A batch of which some units have come; so many of all are claimed. */
const partly = (
  reference: string,
  [received, units]: readonly [number, number],
  eta: string,
  allocated = 0,
) =>
  new Batch({
    ...{ reference, eta, quantity: units, allocated },
    goods: { received, shipped: 0, returned: 0, writtenOff: 0 },
  });

/** The same as `placeFor`, with the days on which the units are available. */
function datesFor(quantity: number, batches: readonly Batch[], { split = false } = {}) {
  const found = findPlace(offersOf(batches), { quantity, split, neededBy: null, today: TODAY });
  if ('available' in found) return found;
  return found.map(({ batch, quantity, eta }) => `${quantity} of ${batch.reference}, ${eta ?? 'now'}`);
}

describe('A line that stays whole (rule 3)', () => {
  it('takes the first batch that holds all of it', () => {
    expect(placeFor(4, [free('here', 4), free('soon', 9, '2027-01-01')])).toEqual(['4 of here']);
  });

  it('passes over batches that are too small, though they could hold it together', () => {
    const batches = [free('here', 3), free('soon', 3, '2027-01-01'), free('late', 4, '2027-02-01')];
    expect(placeFor(4, batches)).toEqual(['4 of late']);
  });

  it('that fits nowhere could have what the largest batch has left', () => {
    const batches = [free('here', 3), free('soon', 7, '2027-01-01'), free('late', 5, '2027-02-01')];
    expect(placeFor(8, batches)).toEqual({ available: 7, isOpenEnded: true });
  });

  it('finds no place if there is no batch at all', () => {
    expect(placeFor(1, [])).toEqual({ available: 0, isOpenEnded: true });
  });
});

describe('A line that may be split (rule 1b)', () => {
  const split = true;

  it('stays whole in the first batch that holds all of it', () => {
    expect(placeFor(4, [free('b1', 4), free('b2', 4)], { split })).toEqual(['4 of b1']);
  });

  it('takes batches in the order of preference, each as far as it goes', () => {
    const batches = [free('b1', 2), free('b2', 3), free('b3', 6, '2027-01-01')];
    expect(placeFor(7, batches, { split })).toEqual(['2 of b1', '3 of b2', '2 of b3']);
  });

  it('comes whole from one inbound batch if units on hand would not complete it any sooner', () => {
    const batches = [free('b1', 2), free('b2', 3), free('b3', 7, '2027-01-01')];
    expect(placeFor(7, batches, { split })).toEqual(['7 of b3']);
  });

  it('takes no more of the last batch than it still lacks', () => {
    expect(placeFor(4, [free('b1', 3), free('b2', 3)], { split })).toEqual(['3 of b1', '1 of b2']);
  });

  it('is split rather than whole at a later date', () => {
    const batches = [free('b1', 2), free('b2', 2), free('b3', 9, '2027-01-01')];
    expect(placeFor(4, batches, { split })).toEqual(['2 of b1', '2 of b2']);
  });

  it('stays whole in a batch behind others that would fill it on the same date', () => {
    expect(placeFor(4, [free('b1', 2), free('b2', 2), free('b3', 4)], { split })).toEqual(['4 of b3']);
  });

  it('stays whole in one batch of the day on which it would be complete', () => {
    const batches = [free('here', 3), free('soon-1', 1, '2027-01-01'), free('soon-2', 4, '2027-01-01')];
    expect(placeFor(4, batches, { split })).toEqual(['4 of soon-2']);
  });

  it('is split over an earlier batch and one of the last day if none of that day holds it all', () => {
    const batches = [free('here', 3), free('soon-1', 1, '2027-01-01'), free('soon-2', 3, '2027-01-01')];
    expect(placeFor(4, batches, { split })).toEqual(['3 of here', '1 of soon-1']);
  });

  it('passes over batches that are full', () => {
    expect(placeFor(4, [free('b1', 2), full('b2', 5), free('b3', 2)], { split })).toEqual([
      '2 of b1',
      '2 of b3',
    ]);
  });

  it('gets nothing if all batches together lack a unit, and could have all that they have', () => {
    expect(placeFor(7, [free('b1', 2), free('b2', 4, '2027-01-01')], { split })).toEqual({
      available: 6,
      isOpenEnded: true,
    });
  });
});

describe('A line that is needed by a date', () => {
  const batches = [free('here', 2), free('soon', 5, '2027-01-01'), free('late', 9, '2027-02-01')];

  it('takes a batch that comes on that day', () => {
    expect(placeFor(5, batches, { neededBy: '2027-01-01' })).toEqual(['5 of soon']);
  });

  it('takes no batch that comes a day later', () => {
    expect(placeFor(5, batches, { neededBy: '2026-12-31' })).toEqual({ available: 2, isOpenEnded: false });
  });

  it('takes stock on hand whatever the date', () => {
    expect(placeFor(2, batches, { neededBy: '2026-06-01' })).toEqual(['2 of here']);
  });

  it('does not count units that come too late', () => {
    const asked = { split: true, neededBy: '2027-01-31' };
    expect(placeFor(7, batches, asked)).toEqual(['2 of here', '5 of soon']);
    expect(placeFor(8, batches, asked)).toEqual({ available: 7, isOpenEnded: false });
  });

  it('that is short only because of that date is known to be short, whatever comes behind', () => {
    expect(placeFor(9, batches, { neededBy: '2027-01-31' })).toEqual({ available: 5, isOpenEnded: false });
  });

  it('is full although a batch behind it comes too late', () => {
    const asked = { split: true, neededBy: '2027-01-31' };
    expect(placeFor(6, batches, asked)).toEqual(['2 of here', '4 of soon']);
  });
});

describe('The units that a line claims now', () => {
  it('do not stand in its way', () => {
    const batches = [full('b1', 4), free('b2', 9, '2027-01-01')];
    expect(placeFor(4, batches, { own: { b1: 4 } })).toEqual(['4 of b1']);
  });

  it('count together with those that are free', () => {
    const batch = new Batch({ reference: 'b1', eta: null, quantity: 5, allocated: 4 });
    expect(placeFor(3, [batch], { own: { b1: 2 } })).toEqual(['3 of b1']);
    expect(placeFor(4, [batch], { own: { b1: 2 } })).toEqual({ available: 3, isOpenEnded: true });
  });

  it('do not stand in the way of a line that is split over several batches', () => {
    const batches = [full('b1', 2), full('b2', 2), free('b3', 9, '2027-01-01')];
    expect(placeFor(4, batches, { split: true, own: { b1: 2, b2: 2 } })).toEqual(['2 of b1', '2 of b2']);
  });

  it('are of no use if their batch comes too late', () => {
    const asked = { neededBy: '2026-12-31', own: { late: 4 } };
    expect(placeFor(4, [full('late', 4, '2027-01-01')], asked)).toEqual({
      available: 0,
      isOpenEnded: false,
    });
  });
});

describe('A batch of which units have come (rule 3)', () => {
  it('gives them now, and all of its units on its date', () => {
    const batches = [partly('soon', [4, 10], '2027-01-01')];
    expect(datesFor(4, batches)).toEqual(['4 of soon, now']);
    expect(datesFor(5, batches)).toEqual(['5 of soon, 2027-01-01']);
  });

  it('gives now only what those who claim it leave of them', () => {
    expect(datesFor(2, [partly('soon', [4, 10], '2027-01-01', 2)])).toEqual(['2 of soon, now']);
    expect(datesFor(3, [partly('soon', [4, 10], '2027-01-01', 2)])).toEqual(['3 of soon, 2027-01-01']);
    expect(datesFor(1, [partly('soon', [4, 10], '2027-01-01', 6)])).toEqual(['1 of soon, 2027-01-01']);
  });

  it('stands among those on hand by its reference, and before a batch that comes earlier', () => {
    const batches = [free('b2', 4), free('first', 9, '2026-12-24'), partly('b1', [4, 10], '2027-01-01')];
    expect(datesFor(4, batches)).toEqual(['4 of b1, now']);
    expect(datesFor(5, batches)).toEqual(['5 of first, 2026-12-24']);
  });

  it('helps to complete a line that may be split, and then with the rest of it', () => {
    const batches = [free('b1', 2), partly('b2', [3, 5], '2027-01-02')];
    expect(datesFor(5, batches, { split: true })).toEqual(['2 of b1, now', '3 of b2, now']);
    expect(datesFor(6, batches, { split: true })).toEqual([
      '2 of b1, now',
      '3 of b2, now',
      '1 of b2, 2027-01-02',
    ]);
  });

  it('gives what has come to a line that is needed before its date', () => {
    const batches = [partly('soon', [4, 10], '2027-01-01')];
    expect(placeFor(4, batches, { neededBy: '2026-12-31' })).toEqual(['4 of soon']);
    expect(placeFor(5, batches, { neededBy: '2026-12-31' })).toEqual({ available: 4, isOpenEnded: false });
  });

  it('counts the units that the line itself claims as units that have come', () => {
    const batches = [partly('soon', [4, 10], '2027-01-01', 10)];
    expect(placeFor(4, batches, { neededBy: '2026-12-31', own: { soon: 10 } })).toEqual(['4 of soon']);
  });
});

describe('A batch of which something was said', () => {
  const lotOf = (reference: string, lot: Partial<Lot>, eta: string | null = null, allocated = 0) =>
    new Batch({ reference, eta, quantity: 9, allocated, lot: { ...PLAIN_LOT, ...lot } });

  it('is passed over if it is blocked', () => {
    expect(placeFor(4, [lotOf('b1', { blocked: true }), free('b2', 4)])).toEqual(['4 of b2']);
    expect(placeFor(4, [lotOf('b1', { blocked: true })])).toEqual({ available: 0, isOpenEnded: true });
  });

  it('can be used on its last day, and not on the day after', () => {
    expect(placeFor(4, [lotOf('b1', { bestBefore: TODAY }), free('b2', 4)])).toEqual(['4 of b1']);
    expect(placeFor(4, [lotOf('b1', { bestBefore: '2026-12-24' }), free('b2', 4)])).toEqual(['4 of b2']);
  });

  it('has to last until the day on which the line needs it', () => {
    const batches = [lotOf('b1', { bestBefore: '2026-12-31' })];
    expect(placeFor(4, batches, { neededBy: '2026-12-31' })).toEqual(['4 of b1']);
    expect(placeFor(4, batches, { neededBy: '2027-01-01' })).toEqual({ available: 0, isOpenEnded: true });
    expect(placeFor(4, batches, { neededBy: '2026-06-01' })).toEqual(['4 of b1']);
  });

  it('has to last until it comes', () => {
    const late = lotOf('late', { bestBefore: '2026-12-31' }, '2027-01-01');
    expect(placeFor(4, [late])).toEqual({ available: 0, isOpenEnded: true });
    expect(placeFor(4, [lotOf('soon', { bestBefore: '2026-12-31' }, '2026-12-31')])).toEqual(['4 of soon']);
  });

  it('gives nothing to a line that is split, and does not end the search', () => {
    const batches = [free('b1', 2), lotOf('b2', { blocked: true }), free('b3', 3, '2027-01-01')];
    expect(placeFor(5, batches, { split: true })).toEqual(['2 of b1', '3 of b3']);
  });
});

describe('The day on which a line needs its units', () => {
  it('is its own, or that on which they come, but none that has passed', () => {
    expect(dayNeeded(null, null, TODAY)).toBe(TODAY);
    expect(dayNeeded(null, '2027-01-01', TODAY)).toBe('2027-01-01');
    expect(dayNeeded(null, '2026-12-01', TODAY)).toBe(TODAY);
    expect(dayNeeded('2027-02-01', '2027-01-01', TODAY)).toBe('2027-02-01');
    expect(dayNeeded('2026-12-01', null, TODAY)).toBe(TODAY);
  });

  it('turns at midnight of the time zone of the service', () => {
    const at = (zone: string) => new Calendar(zone, () => new Date('2026-12-31T23:30:00Z')).today;
    const lot = { ...PLAIN_LOT, bestBefore: '2026-12-31' };
    expect(usable(lot, dayNeeded(null, null, at('UTC')))).toBe(true);
    expect(usable(lot, dayNeeded(null, null, at('Europe/Amsterdam')))).toBe(false);
    expect(usable(lot, dayNeeded(null, null, at('America/New_York')))).toBe(true);
    const keeping = { ...PLAIN_LOT, bestBefore: '2027-01-05' };
    expect(usable(keeping, dayNeeded(null, null, at('UTC')), 5)).toBe(true);
    expect(usable(keeping, dayNeeded(null, null, at('UTC')), 6)).toBe(false);
    expect(usable(keeping, dayNeeded(null, null, at('Europe/Amsterdam')), 5)).toBe(false);
    expect(usable(keeping, dayNeeded(null, null, at('Europe/Amsterdam')), 4)).toBe(true);
  });
});
