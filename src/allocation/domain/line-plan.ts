import { latest } from '../../vocabulary/dates.js';
import type { Batch } from './batch.js';
import { claimsOf, unitsOn, type AllocatedLine } from './allocated-line.js';
import type { LoadedProduct } from './loaded-product.js';
import { PLAIN_TERMS, type LineTerms, type OrderLine } from './order-line.js';
import type { WaitingLine } from './waiting-line.js';
import { dayNeeded } from './lot.js';
import { passedOver, type PassedOver } from './passed-over.js';
import { findPlace, isTooLate, type NoPlace, type Place } from './placement.js';

/** What a line would claim, and what it claims now. */
export interface LinePlan {
  readonly line: OrderLine;
  readonly previous: AllocatedLine | undefined;
  /** One for each batch, in the order of preference. */
  readonly places: readonly Place[];
  /** The day on which all of its units are available, `YYYY-MM-DD`; null: they are now. */
  readonly date: string | null;
  /** The day that it was promised before, null: at once; undefined: it is promised now (rule 7b). */
  readonly promisedDate?: string | null | undefined;
  /** Batches that it would have preferred; left out: none. */
  readonly passedOver?: readonly PassedOver[];
}

/** Why a line cannot have all of its units. */
export interface Shortage {
  readonly line: OrderLine;
  /** Units that it could have. */
  readonly available: number;
  /** The day on which it could have all of them, if that is only later than it needs them; otherwise null. */
  readonly earliest: string | null;
}

/**
 * What the line would claim now. A line that has claims already keeps its batch if it can: only the difference is added
 * or given back. Its own claims never stand in its way.
 * @param previous the line as it is; undefined if it claims nothing
 * @param options.mayTakeProtected whether the line was promised its units before: no protection takes them away
 * @throws {NotLoaded} if a batch that could change the answer may be missing
 */
export function planLine(
  loaded: LoadedProduct,
  line: OrderLine,
  previous: AllocatedLine | undefined,
  { mayTakeProtected = false } = {},
): LinePlan | Shortage {
  const before = previous?.quantity ?? 0;
  const more = mayTakeProtected ? Infinity : Math.max(loaded.unitsFor(line.terms.channel ?? null), 0);
  const plan = planPlaces(loaded, line, previous);
  if (line.quantity <= before + more) return plan;
  const available = 'places' in plan ? line.quantity : plan.available;
  return { line, available: Math.min(before + more, available), earliest: null };
}

function planPlaces(
  loaded: LoadedProduct,
  line: OrderLine,
  previous: AllocatedLine | undefined,
): LinePlan | Shortage {
  const kept = previous && keep(loaded, previous, line);
  if (kept) return toPlan(loaded, line, previous, kept);

  const ownUnits = previous && ((batch: Batch) => unitsOn(previous, batch.reference));
  const { split, neededBy, locations } = line.terms;
  const { today, minimumShelfLifeDays } = loaded;
  const wish = { quantity: line.quantity, split, neededBy, today, minimumShelfLifeDays, locations };
  const places = findPlace(loaded.offers, wish, ownUnits);
  if (!isNoPlace(places)) {
    requireEveryRival(loaded, places, locations);
    const others = passedOver(loaded.offers, wish, places, ownUnits);
    const plan = toPlan(loaded, line, previous, places);
    return others ? { ...plan, passedOver: others } : plan;
  }
  const later = neededBy === null ? places : findPlace(loaded.offers, { ...wish, neededBy: null }, ownUnits);
  if (isOpenEnded(places) || isOpenEnded(later))
    loaded.requireEveryOpenBatch(`A batch for ${line.quantity} units`);
  const earliest = isNoPlace(later) ? null : later.at(-1)!.eta;
  return { line, available: places.available, earliest };
}

/**
 * A batch behind those that are here could be better than these places: it may hold all of the line on the same date
 * (rule 1b), or be in a place that comes before theirs.
 * @throws {NotLoaded} if such a batch may be missing
 */
function requireEveryRival(
  loaded: LoadedProduct,
  places: readonly Place[],
  locations: readonly string[] | undefined,
): void {
  const isSplit = places.length > 1 && places.at(-1)!.eta === loaded.offers.at(-1)!.eta;
  if (isSplit || locations) loaded.requireEveryOpenBatch('A batch that is better than those that are here');
}

/** The line as it is once its plan is carried out. */
export function toLine(
  { line, previous, places, date, promisedDate }: LinePlan,
  nextSequence: () => number,
): AllocatedLine {
  const { orderId, quantity, terms } = line;
  const { reference: batchReference, eta } = places.at(-1)!.batch;
  const sequence = previous?.sequence ?? nextSequence();
  // Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.
  // Its batch knows what it promises, unless that is units that have come before the rest of it. Of several batches
  // another one may come last later.
  const isAsBatchSays = promisedDate === undefined && places.length === 1 && date === eta;
  if (isAsBatchSays && isPlain(terms)) return { orderId, quantity, batchReference, sequence };
  const claims = places.map(({ batch: { reference }, quantity }) => ({
    batchReference: reference,
    quantity,
  }));
  return {
    orderId,
    quantity,
    batchReference,
    sequence,
    ...(claims.length > 1 && { claims }),
    ...(!isPlain(terms) && { terms }),
    ...(!isAsBatchSays && { promisedDate: promisedDate === undefined ? date : promisedDate }),
  };
}

/**
 * The plan of a line that has waited, with its promised date: the one that it had before it had to wait, or else the date
 * of the plan. It is kept with the line, since the line is older than what its batch has promised meanwhile.
 */
export function withPromiseOf(waiting: WaitingLine, plan: LinePlan): LinePlan {
  const { date, promisedDate = waiting.promisedDate } = plan;
  return { ...plan, promisedDate: promisedDate === undefined ? date : promisedDate };
}

function isNoPlace(places: readonly Place[] | NoPlace): places is NoPlace {
  return 'available' in places;
}

function isOpenEnded(places: readonly Place[] | NoPlace): boolean {
  return isNoPlace(places) && places.isOpenEnded;
}

function isPlain(terms: LineTerms): boolean {
  if (terms === PLAIN_TERMS) return true;
  const { split, neededBy, expiresAt, priority, mayWait, locations } = terms;
  const isFirm = expiresAt === null && !mayWait;
  return (
    isFirm && locations === undefined && !split && neededBy === null && priority === PLAIN_TERMS.priority
  );
}

/** @param places by their dates */
function toPlan(
  loaded: LoadedProduct,
  line: OrderLine,
  previous: AllocatedLine | undefined,
  places: readonly Place[],
): LinePlan {
  const promisedDate = previous && loaded.promisedDate(previous);
  if (places.length === 1) return { line, previous, places, date: places[0]!.eta, promisedDate };
  const inOrder = merge(loaded.batches, places);
  return { line, previous, places: inOrder, date: latest(places.map(({ eta }) => eta)), promisedDate };
}

/** The claims of the line with the difference to its new quantity; undefined if it cannot stay where it is. */
function keep(loaded: LoadedProduct, previous: AllocatedLine, line: OrderLine): readonly Place[] | undefined {
  const { split, neededBy, locations } = line.terms;
  const { today, minimumShelfLifeDays } = loaded;
  const places = claimsOf(previous).map(({ batchReference, quantity }) => {
    const batch = loaded.batch(batchReference);
    return { batch, quantity, eta: batch.dateOf(Math.min(quantity, line.quantity), quantity) };
  });
  if (places.length > 1 && !split) return undefined;
  if (places.some(({ eta }) => isTooLate(eta, neededBy))) return undefined;
  if (locations && !places.every(({ batch }) => locations.includes(batch.lot.location))) return undefined;
  const missing = line.quantity - previous.quantity;
  if (missing <= 0) return takeFrom(places, line.quantity);
  if (!split) {
    const [{ batch, quantity: own }] = places as [Place];
    const eta = batch.dateOf(line.quantity, own);
    if (batch.available < missing || isTooLate(eta, neededBy)) return undefined;
    if (!batch.isUsable(dayNeeded(neededBy, eta, today), minimumShelfLifeDays)) return undefined;
    return [{ batch, quantity: line.quantity, eta }];
  }
  const more = findPlace(loaded.offers, {
    quantity: missing,
    split,
    neededBy,
    today,
    minimumShelfLifeDays,
    locations,
  });
  return isNoPlace(more) ? undefined : [...places, ...more];
}

/** The first `quantity` units of the places. */
function takeFrom(places: readonly Place[], quantity: number): Place[] {
  let missing = quantity;
  return places.flatMap(({ batch, quantity, eta }) => {
    const taken = Math.min(quantity, missing);
    missing -= taken;
    return taken > 0 ? [{ batch, quantity: taken, eta }] : [];
  });
}

/** One place for each batch, in the order of preference. */
function merge(batches: readonly Batch[], places: readonly Place[]): Place[] {
  return batches.flatMap((batch) => {
    const its = places.filter((place) => place.batch === batch);
    const quantity = its.reduce((sum, place) => sum + place.quantity, 0);
    return quantity > 0 ? [{ batch, quantity, eta: latest(its.map(({ eta }) => eta)) }] : [];
  });
}
