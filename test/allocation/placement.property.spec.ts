import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Batch, inOrderOfPreference } from '../../src/allocation/domain/batch.js';
import { findPlace } from '../../src/allocation/domain/placement.js';

const DAYS = ['2027-01-01', '2027-01-02', '2027-01-03'] as const;

/** Up to four small batches in the order of preference: few enough to try every way to share a line out. */
const stock = fc
  .array(
    fc.record({
      eta: fc.constantFrom(null, ...DAYS),
      free: fc.integer({ min: 0, max: 4 }),
      claimed: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 4 },
  )
  .map((drawn) =>
    drawn
      .map(({ eta, free, claimed }, i) => {
        const quantity = free + claimed;
        return new Batch({ reference: `b${i}`, eta, quantity, allocated: claimed });
      })
      .sort(inOrderOfPreference),
  );

const wish = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  split: fc.boolean(),
  neededBy: fc.constantFrom(null, '2026-12-31', ...DAYS),
});

/** Units of each batch, in the order of the batches. */
type Shares = readonly number[];

/** Every way to take so many units of the batches. */
function waysToTake(quantity: number, [first, ...others]: readonly Batch[]): Shares[] {
  if (!first) return quantity === 0 ? [[]] : [];
  return Array.from({ length: Math.min(quantity, first.available) + 1 }, (_, taken) =>
    waysToTake(quantity - taken, others).map((rest) => [taken, ...rest]),
  ).flat();
}

/** The last day on which units of these shares come; the empty text, which is before every day, for stock on hand. */
function lastDay(shares: Shares, batches: readonly Batch[]): string {
  return batches.reduce((last, { eta }, i) => (shares[i]! > 0 && (eta ?? '') > last ? eta! : last), '');
}

const isWhole = (shares: Shares) => shares.filter((units) => units > 0).length === 1;

/** Rule 1b as it is written: the earliest day, then one batch, then as much as possible of each, in their order. */
function isBetter(a: Shares, b: Shares, batches: readonly Batch[]): boolean {
  const [dayOfA, dayOfB] = [lastDay(a, batches), lastDay(b, batches)];
  if (dayOfA !== dayOfB) return dayOfA < dayOfB;
  if (isWhole(a) !== isWhole(b)) return isWhole(a);
  const different = a.findIndex((units, i) => units !== b[i]);
  return different >= 0 && a[different]! > b[different]!;
}

/** The best of all ways that the wish allows, found by looking at each; undefined if there is none. */
function bestWay(
  batches: readonly Batch[],
  { quantity, split, neededBy }: { quantity: number; split: boolean; neededBy: string | null },
): Shares | undefined {
  return waysToTake(quantity, batches)
    .filter((shares) => split || isWhole(shares))
    .filter((shares) => neededBy === null || lastDay(shares, batches) <= neededBy)
    .reduce<Shares | undefined>(
      (best, shares) => (best && !isBetter(shares, best, batches) ? best : shares),
      undefined,
    );
}

/** What was found, as shares of the batches. */
function sharesOf(found: ReturnType<typeof findPlace>, batches: readonly Batch[]): Shares | undefined {
  if ('available' in found) return undefined;
  return batches.map((batch) =>
    found.reduce((sum, place) => sum + (place.batch === batch ? place.quantity : 0), 0),
  );
}

describe('The place of a line', () => {
  it('is the best of all ways to share it out, whether it may be split or not', () => {
    fc.assert(
      fc.property(stock, wish, (batches, asked) => {
        expect(sharesOf(findPlace(batches, asked), batches)).toEqual(bestWay(batches, asked));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is the same whether its own units are free or its own', () => {
    fc.assert(
      fc.property(stock, wish, (batches, asked) => {
        const freed = batches.map(({ reference, eta, quantity }) => {
          return new Batch({ reference, eta, quantity, allocated: 0 });
        });
        const own = findPlace(batches, asked, ({ allocated }: Batch) => allocated);
        expect(sharesOf(own, batches)).toEqual(bestWay(freed, asked));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that does not exist is refused with the units that would have had one', () => {
    fc.assert(
      fc.property(stock, wish, (batches, asked) => {
        const found = findPlace(batches, asked);
        if (!('available' in found)) return;
        expect(found.available).toBeLessThan(asked.quantity);
        const could = { ...asked, quantity: found.available };
        if (found.available > 0) expect(bestWay(batches, could)).toBeDefined();
        expect(bestWay(batches, { ...asked, quantity: found.available + 1 })).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
