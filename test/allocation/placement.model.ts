import type { Lot } from '../../src/allocation/domain/lot.js';
import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import type { Policy } from '../../src/allocation/domain/policy.js';
import type { Claim } from './product.commands.js';

export interface Line {
  readonly orderId: string;
  readonly claims: readonly Claim[];
  readonly terms: LineTerms;
  /** The day that it was promised first. */
  readonly promisedDate: string | null;
  /** The later it was ordered, the more. */
  readonly age: number;
}

export interface Bought {
  readonly reference: string;
  quantity: number;
  eta: string | null;
  overdueNoted?: string;
  /** Units that have come while others are still to come. */
  received: number;
  lot: Lot;
  /** When it was registered, or its first units came. */
  entered: Date;
}

/** All that there is of a product when a line looks for its units. */
export interface Shelf {
  readonly batches: readonly Bought[];
  readonly lines: readonly Line[];
  readonly policy: Policy;
  readonly today: string;
}

export interface Wish {
  readonly orderId: string;
  readonly quantity: number;
  readonly terms: LineTerms;
}

/** Units that a batch could give by a date. */
interface Offer {
  readonly batch: Bought;
  readonly eta: string | null;
  readonly free: number;
}

interface Found {
  readonly claims: readonly Claim[];
  /** When all of them have come. */
  readonly date: string | null;
}

export interface Place extends Found, Omit<Wish, 'quantity'> {
  /** Left out: that of the line as it is, or the date of the claims. */
  readonly promisedDate?: string | null | undefined;
}

/** Why a line cannot have what it asks for. */
export interface Short extends Wish {
  readonly available: number;
  readonly earliest: string | null;
}

/** What a line gets, or why it gets nothing. */
export type Plan = Place | Short;

export const isPlace = (plan: Plan): plan is Place => 'claims' in plan;

/**
 * What the line would claim if it asked for this. Its own units never stand in its way, and what is protected for others
 * only stops it from having more of them than before.
 * @param line as it is; undefined: it claims nothing
 */
export function planFor(
  shelf: Shelf,
  line: Line | undefined,
  wish: Wish,
  { mayTakeProtected = false } = {},
): Plan {
  const { orderId, quantity, terms } = wish;
  const own = ({ reference }: Bought) => (line ? unitsOn(line, reference) : 0);
  const found = (line && stay(shelf, line, quantity, terms)) ?? claimsFor(shelf, quantity, terms, own);
  const available = found ? quantity : availableFor(shelf, terms, own);
  const most = (line ? unitsOf(line) : 0) + (mayTakeProtected ? Infinity : unprotected(shelf, terms));
  if (quantity > most) return { ...wish, available: Math.min(most, available), earliest: null };
  if (found) return { orderId, terms, ...found };
  const earliest = claimsFor(shelf, quantity, { ...terms, neededBy: null }, own)?.date ?? null;
  return { ...wish, available, earliest };
}

/** Units that are not for other channels, or for nobody. */
function unprotected(shelf: Shelf, { channel }: LineTerms): number {
  const { batches, policy, today } = shelf;
  const ofOthers = policy.protections
    .filter(({ until }) => until === null || until >= today)
    .filter((protection) => protection.channel === null || protection.channel !== channel);
  if (ofOthers.length === 0) return Infinity;
  const usable = batches.filter((batch) => isUsable(shelf, batch, batch.eta, null));
  return Math.max(
    sum(usable.map((batch) => room(shelf, batch))) - sum(ofOthers.map((each) => each.quantity)),
    0,
  );
}

/** A line keeps its batches if it can: it gives back what comes last, or takes what is missing. */
function stay(shelf: Shelf, line: Line, quantity: number, terms: LineTerms): Found | undefined {
  const dateOf = (claim: Claim, units: number) =>
    dateOfUnits(shelf, batchOf(shelf, claim.batchReference), units, claim.quantity);
  const dates = line.claims.map((claim) => dateOf(claim, Math.min(claim.quantity, quantity)));
  if (!dates.every((eta) => isBy(eta, terms)) || (line.claims.length > 1 && !terms.split)) return undefined;
  if (!line.claims.every(({ batchReference }) => isAt(batchOf(shelf, batchReference), terms.locations)))
    return undefined;
  const missing = quantity - unitsOf(line);
  if (missing > 0 && terms.split) {
    const more = claimsFor(shelf, missing, terms, () => 0);
    if (!more) return undefined;
    const claims = inOrder(shelf, added([...line.claims, ...more.claims]));
    return { claims, date: last([...dates, more.date]) };
  }
  if (missing > 0) {
    const [only] = line.claims as [Claim];
    const batch = batchOf(shelf, only.batchReference);
    const date = dateOf(only, quantity);
    if (room(shelf, batch) < missing || !isBy(date, terms)) return undefined;
    if (!isUsable(shelf, batch, date, terms.neededBy)) return undefined;
    return { claims: [{ ...only, quantity }], date };
  }
  const units = inOrder(shelf, line.claims).flatMap(({ batchReference, quantity }) =>
    Array<string>(quantity).fill(batchReference),
  );
  const claims = added(units.slice(0, quantity).map((batchReference) => ({ batchReference, quantity: 1 })));
  return { claims, date: null };
}

/** The first place that can meet the line or, if it may be split, all of its places together. */
function claimsFor(
  shelf: Shelf,
  quantity: number,
  terms: LineTerms,
  own: (batch: Bought) => number,
): Found | undefined {
  const { locations } = terms;
  const attempts = locations ? [...locations.map((location) => [location]), locations] : [undefined];
  return attempts
    .map((places) => claimsAt(offersFor(shelf, { ...terms, locations: places }, own), quantity, terms))
    .find((found) => found !== undefined);
}

/** Rules 1, 1b and 3: all dates, each with all that is there by then; the earliest that does. */
function claimsAt(offers: readonly Offer[], quantity: number, { split }: LineTerms): Found | undefined {
  const whole = ({ batch: { reference: batchReference }, eta }: Offer): Found => ({
    ...{ claims: [{ batchReference, quantity }], date: eta },
  });
  const holds = ({ free }: Offer) => free >= quantity;
  if (!split) return offers.filter(holds).map(whole)[0];
  for (const { eta: date } of offers) {
    const there = offers.filter(({ eta }) => (eta ?? '') <= (date ?? ''));
    if (unitsOfOffers(there) < quantity) continue;
    const single = there.find(holds);
    if (single) return whole(single);
    const units = there.flatMap(({ batch, free }, i) => {
      const before = there.slice(0, i).filter((offer) => offer.batch === batch);
      const taken = Math.max(0, ...before.map((offer) => offer.free));
      return Array<string>(Math.max(free - taken, 0)).fill(batch.reference);
    });
    const claims = units.slice(0, quantity).map((batchReference) => ({ batchReference, quantity: 1 }));
    return { claims: added(claims), date };
  }
  return undefined;
}

function availableFor(shelf: Shelf, terms: LineTerms, own: (batch: Bought) => number): number {
  const offers = offersFor(shelf, terms, own);
  return terms.split ? unitsOfOffers(offers) : Math.max(0, ...offers.map(({ free }) => free));
}

/** What the line may have in time, in the order of preference: of a batch that has come in part, that part, too. */
function offersFor(
  shelf: Shelf,
  { neededBy, locations }: Omit<LineTerms, 'locations'> & { locations?: readonly string[] | undefined },
  own: (batch: Bought) => number,
): Offer[] {
  const offers = shelf.batches.flatMap((batch): Offer[] => [
    { batch, eta: batch.eta, free: room(shelf, batch) + own(batch) },
    { batch, eta: null, free: unitsThatHaveCome(shelf, batch, own(batch)) },
  ]);
  return offers
    .filter(({ batch, eta, free }) => free > 0 && isBy(eta, { neededBy }) && isAt(batch, locations))
    .filter(({ batch, eta }) => isUsable(shelf, batch, eta, neededBy))
    .sort((a, b) => (rank(shelf, a.batch, a.eta) < rank(shelf, b.batch, b.eta) ? -1 : 1));
}

/** Nothing is promised from a batch that is blocked or past its last day on the day on which the line needs it. */
function isUsable(
  { policy, today }: Shelf,
  { lot }: Bought,
  eta: string | null,
  neededBy: string | null,
): boolean {
  const day = last([neededBy ?? eta ?? today, today])!;
  const keepsUntil = new Date(day);
  keepsUntil.setUTCDate(keepsUntil.getUTCDate() + policy.minimumShelfLifeDays);
  return !lot.blocked && (lot.bestBefore === null || keepsUntil.toISOString().slice(0, 10) <= lot.bestBefore);
}

/** Of the part of a batch that has come, the units that nobody claims. */
function unitsThatHaveCome(shelf: Shelf, batch: Bought, own: number): number {
  if (batch.eta === null) return 0;
  return Math.max(batch.received - batch.quantity + room(shelf, batch) + own, 0);
}

function dateOfUnits(shelf: Shelf, batch: Bought, units: number, own: number): string | null {
  return unitsThatHaveCome(shelf, batch, own) >= units ? null : batch.eta;
}

/** Units that nobody claims; fewer than 0 if the batch has become too small. */
export function room({ lines }: Pick<Shelf, 'lines'>, { reference, quantity }: Bought): number {
  return quantity - sum(lines.map((line) => unitsOn(line, reference)));
}

export function batchOf({ batches }: Pick<Shelf, 'batches'>, reference: string): Bought {
  return batches.find((batch) => batch.reference === reference)!;
}

/** In the order of preference. */
export function inOrder(shelf: Shelf, claims: readonly Claim[]): Claim[] {
  const rankOf = ({ batchReference }: Claim) => {
    const batch = batchOf(shelf, batchReference);
    return rank(shelf, batch, batch.eta);
  };
  return [...claims].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
}

/** Rule 3: the earliest date, then what the product prefers, then the reference. */
function rank({ policy }: Shelf, { reference, lot, entered }: Bought, eta: string | null): string {
  const preferred = {
    eta: '',
    fefo: lot.bestBefore ?? '9999-12-31',
    fifo: entered.toISOString(),
    lifo: new Date(-entered.getTime()).toISOString(),
  }[policy.preference];
  return `${eta ?? '0000-00-00'} ${preferred} ${Buffer.from(reference).toString('hex')}`;
}

/** Of the offers of one batch the largest has the units of all. */
function unitsOfOffers(offers: readonly Offer[]): number {
  const batches = [...new Set(offers.map(({ batch }) => batch))];
  const largest = (batch: Bought) =>
    Math.max(...offers.filter((offer) => offer.batch === batch).map(({ free }) => free));
  return sum(batches.map(largest));
}

const isAt = ({ lot }: Bought, locations: readonly string[] | undefined) =>
  locations === undefined || locations.includes(lot.location);
const isBy = (eta: string | null, { neededBy }: Pick<LineTerms, 'neededBy'>) =>
  eta === null || neededBy === null || eta <= neededBy;
export const last = (dates: readonly (string | null)[]) =>
  dates.reduce((latest, date) => ((date ?? '') > (latest ?? '') ? date : latest), null);
export const sum = (units: readonly number[]) => units.reduce((total, each) => total + each, 0);
export const unitsOf = ({ claims }: Pick<Line, 'claims'>) => sum(claims.map(({ quantity }) => quantity));
export const unitsOn = ({ claims }: Pick<Line, 'claims'>, reference: string) =>
  unitsOf({ claims: claims.filter(({ batchReference }) => batchReference === reference) });

export function byReference(a: { readonly reference: string }, b: { readonly reference: string }): number {
  return a.reference < b.reference ? -1 : 1;
}

export function byBatch(a: Claim, b: Claim): number {
  return a.batchReference < b.batchReference ? -1 : 1;
}

export function haveSameUnits(a: readonly Claim[], b: readonly Claim[]): boolean {
  return JSON.stringify([...a].sort(byBatch)) === JSON.stringify([...b].sort(byBatch));
}

/** One claim for each batch. */
function added(claims: readonly Claim[]): Claim[] {
  return [...new Set(claims.map(({ batchReference }) => batchReference))].map((batchReference) => ({
    batchReference,
    quantity: unitsOf({ claims: claims.filter((claim) => claim.batchReference === batchReference) }),
  }));
}
