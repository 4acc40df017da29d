import type { Batch } from './batch.js';
import { dayNeeded, PLAIN_LOT } from './lot.js';
import type { Offer } from './offer.js';

/** What is looked for: units, and on what terms. */
export interface Wish {
  readonly quantity: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  /** `YYYY-MM-DD` in the time zone of the service. */
  readonly today: string;
  /** Days that the units have to keep after the day on which they are needed. */
  readonly minimumShelfLifeDays?: number;
  /** The only places that they may come from, in this order; left out: any place. */
  readonly locations?: readonly string[] | undefined;
}

/** Units of a batch that a line would claim. */
export interface Place {
  readonly batch: Batch;
  readonly quantity: number;
  /** When these units are available, `YYYY-MM-DD`; null: now. */
  readonly eta: string | null;
}

/** Why a line finds no place. */
export interface NoPlace {
  /** Units that it could have: of the batch with the most of them, or of all batches if it may be split. */
  readonly available: number;
  /** Whether another batch, behind those that were looked at, could change the answer. */
  readonly isOpenEnded: boolean;
}

/**
 * Where the line would get its units.
 *
 * Rule 3: the first batch, in the order of preference, that can hold all of them. Rule 1b: if the line may be split, the
 * whole of it comes as early as possible, and then from as few batches as possible: from one batch if one that is there
 * by then holds it all, otherwise from the batches in the order of preference, each as far as it goes.
 *
 * A line that may come from some places only gets its units from the first of them that can give them all or, if it may be
 * split, from several of them together.
 *
 * @param offers of the batches, in the order of preference
 * @param ownUnits units of a batch that the line itself claims now: they do not stand in its way
 * @returns the places by their dates; a batch of which units have come may be there twice
 */
export function findPlace(
  offers: readonly Offer[],
  wish: Wish,
  ownUnits?: (batch: Batch) => number,
): readonly Place[] | NoPlace {
  const { locations } = wish;
  if (locations === undefined) return findPlaceAnywhere(offers, wish, ownUnits);
  const at = (places: readonly string[]) =>
    findPlaceAnywhere(
      offers.filter(({ batch }) => places.includes(batch.lot.location)),
      wish,
      ownUnits,
    );
  for (const location of locations) {
    const found = at([location]);
    if (!('available' in found)) return found;
  }
  return at(locations);
}

function findPlaceAnywhere(
  offers: readonly Offer[],
  { quantity, split, neededBy, today, minimumShelfLifeDays }: Wish,
  ownUnits: (batch: Batch) => number = () => 0,
): readonly Place[] | NoPlace {
  const parts: Place[] = [];
  let most = 0;
  let found = 0;
  for (const offer of offers) {
    const { batch, eta } = offer;
    const isFull = found >= quantity;
    // Whatever comes behind it comes later still.
    if (isTooLate(eta, neededBy)) return isFull ? parts : { available: most, isOpenEnded: false };
    if (isFull && eta !== parts.at(-1)!.eta) return parts;
    if (batch.lot !== PLAIN_LOT && !batch.isUsable(dayNeeded(neededBy, eta, today), minimumShelfLifeDays))
      continue;
    const free = offer.free(ownUnits(batch));
    if (free >= quantity) return [{ batch, quantity, eta }];
    if (split && !isFull) {
      const more = free - unitsOf(batch, parts);
      if (more > 0) parts.push({ batch, quantity: Math.min(more, quantity - found), eta });
      found += more;
    }
    most = split ? found : Math.max(most, free);
  }
  return found >= quantity ? parts : { available: most, isOpenEnded: true };
}

export function isTooLate(eta: string | null, neededBy: string | null): boolean {
  return eta !== null && neededBy !== null && eta > neededBy;
}

function unitsOf(batch: Batch, places: readonly Place[]): number {
  return places.reduce((sum, place) => sum + (place.batch === batch ? place.quantity : 0), 0);
}
