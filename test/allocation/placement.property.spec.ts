import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Batch } from '../../src/allocation/domain/batch.js';
import { inOrderOfPreference, type BatchState } from '../../src/allocation/domain/batch-state.js';
import { offersOf, type Offer } from '../../src/allocation/domain/offer.js';
import { findPlace } from '../../src/allocation/domain/placement.js';

const DAYS = ['2027-01-01', '2027-01-02', '2027-01-03'] as const;

/** Up to four small batches in the order of preference: few enough to try every way to share a line out. */
const stock = fc
  .array(
    fc.record({
      eta: fc.constantFrom(null, ...DAYS),
      free: fc.integer({ min: 0, max: 4 }),
      claimed: fc.integer({ min: 0, max: 2 }),
      /** Units that have come while others are still to come. */
      received: fc.constantFrom(0, 0, 1, 2, 4),
    }),
    { maxLength: 4 },
  )
  .map((drawn) =>
    drawn
      .map(({ eta, free, claimed, received }, i) => {
        const quantity = free + claimed;
        const come = eta === null || received >= quantity ? 0 : received;
        return batchOf({ reference: `b${i}`, eta, quantity, allocated: claimed }, come);
      })
      .sort(inOrderOfPreference),
  );

function batchOf(state: BatchState, received: number): Batch {
  return new Batch({ ...state, goods: { received, shipped: 0, returned: 0, writtenOff: 0 } });
}

const wish = fc.record({
  today: fc.constant('2026-12-25'),
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
  return batches.reduce((last, batch, i) => {
    const day = shares[i]! <= come(batch) ? '' : batch.eta!;
    return day > last ? day : last;
  }, '');
}

/** Units of a batch that are there and that nobody claims. */
const come = ({ eta, available, goods, allocated }: Batch) =>
  eta === null ? available : Math.max(goods.received - allocated, 0);

const isWhole = (shares: Shares) => shares.filter((units) => units > 0).length === 1;

/** Units of each offer, in their order. One offer holds a whole line; otherwise what is there of a batch is taken first. */
const byOffer = (shares: Shares, batches: readonly Batch[]) =>
  offersOf(batches).map(({ batch, eta }: Offer) => {
    const units = shares[batches.indexOf(batch)]!;
    const now = units > come(batch) && isWhole(shares) ? 0 : Math.min(units, come(batch));
    return eta === null ? now : units - now;
  });

/** Rule 1b as it is written: the earliest day, then one batch, then as much as possible of each, in their order. */
function isBetter(a: Shares, b: Shares, batches: readonly Batch[]): boolean {
  const [dayOfA, dayOfB] = [lastDay(a, batches), lastDay(b, batches)];
  if (dayOfA !== dayOfB) return dayOfA < dayOfB;
  if (isWhole(a) !== isWhole(b)) return isWhole(a);
  const [ofA, ofB] = [byOffer(a, batches), byOffer(b, batches)];
  const different = ofA.findIndex((units, i) => units !== ofB[i]);
  return different >= 0 && ofA[different]! > ofB[different]!;
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
        expect(sharesOf(findPlace(offersOf(batches), asked), batches)).toEqual(bestWay(batches, asked));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is the same whether its own units are free or its own', () => {
    fc.assert(
      fc.property(stock, wish, (batches, asked) => {
        const freed = batches.map(({ reference, eta, quantity, goods }) =>
          batchOf({ reference, eta, quantity, allocated: 0 }, goods.received),
        );
        const own = findPlace(offersOf(batches), asked, ({ allocated }: Batch) => allocated);
        expect(sharesOf(own, batches)).toEqual(bestWay(freed, asked));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that does not exist is refused with the units that would have had one', () => {
    fc.assert(
      fc.property(stock, wish, (batches, asked) => {
        const found = findPlace(offersOf(batches), asked);
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
