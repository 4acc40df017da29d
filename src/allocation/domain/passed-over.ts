import type { Batch } from './batch.js';
import { dayNeeded } from './lot.js';
import type { Offer } from './offer.js';
import { isTooLate, type Place, type Wish } from './placement.js';

/**
 * Why a line did not get its units from a batch that it would have preferred. Protected units are no reason: they are the
 * last free units of the product, wherever they are, and a line that would need one of them gets none of any batch.
 */
export const REASONS_TO_PASS_OVER = [
  'too-small',
  'later',
  'after-needed-by',
  'other-location',
  'blocked',
  'expired',
] as const;

export interface PassedOver {
  readonly batchReference: string;
  readonly reason: (typeof REASONS_TO_PASS_OVER)[number];
}

/** The most batches that an event names. */
const MOST = 5;

/**
 * The batches that come before those which a line gets in the order of preference, and why it does not get its units from
 * them; undefined if there are none. Batches that have nothing to offer are not worth a word.
 * @param offers in the order of preference
 * @param places of the line
 */
export function passedOver(
  offers: readonly Offer[],
  wish: Wish,
  places: readonly Place[],
  ownUnits: (batch: Batch) => number = () => 0,
): readonly PassedOver[] | undefined {
  const taken = new Set(places.map(({ batch }) => batch));
  // Nearly every line gets the first batch.
  if (taken.has(offers[0]!.batch)) return undefined;
  const reasons = new Map<string, PassedOver['reason']>();
  for (const offer of offers) {
    if (taken.has(offer.batch) || reasons.size === MOST) break;
    const { reference } = offer.batch;
    const own = ownUnits(offer.batch);
    if (offer.free(own) > 0 && !reasons.has(reference)) reasons.set(reference, reasonFor(offer, own, wish));
  }
  if (reasons.size === 0) return undefined;
  return [...reasons].map(([batchReference, reason]) => ({ batchReference, reason }));
}

function reasonFor(offer: Offer, own: number, wish: Wish): PassedOver['reason'] {
  const { batch, eta } = offer;
  const { quantity, neededBy, locations, today, minimumShelfLifeDays } = wish;
  if (locations && !locations.includes(batch.lot.location)) return 'other-location';
  if (batch.lot.blocked) return 'blocked';
  if (!batch.isUsable(dayNeeded(neededBy, eta, today), minimumShelfLifeDays)) return 'expired';
  if (offer.free(own) >= quantity) return 'other-location';
  // What has come of it is too little, and the rest of it is still to come.
  if (eta === batch.eta || batch.free(own) < quantity) return 'too-small';
  return isTooLate(batch.eta, neededBy) ? 'after-needed-by' : 'later';
}
