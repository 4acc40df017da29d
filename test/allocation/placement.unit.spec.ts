import { describe, expect, it } from '@jest/globals';
import { Batch } from '../../src/allocation/domain/batch.js';
import { findPlace } from '../../src/allocation/domain/placement.js';

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
    batches,
    { quantity, split, neededBy },
    ({ reference }: Batch) => own[reference] ?? 0,
  );
  if ('available' in found) return found;
  return found.map(({ batch, quantity }) => `${quantity} of ${batch.reference}`);
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
