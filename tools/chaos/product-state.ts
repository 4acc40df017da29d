/** A product as the contract describes it: its batches, its lines, and where a line gets its units. */

/** Plain data, compared by value. */
export type Answer = string | object;

export const DONE = 'done';
export const refused = (code: string, facts: object = {}): Answer => ({ refused: code, ...facts });

export interface Batch {
  readonly reference: string;
  readonly eta: string | null;
  /** Units that it still has to give. */
  readonly quantity: number;
  /** Units that have come of a batch that has an `eta`. */
  readonly received: number;
  readonly shipped: number;
  readonly returned: number;
  readonly writtenOff: number;
  /** Units of these that were only found since more had left than was bought. */
  readonly excess: number;
}

/** Units of one batch. */
export interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

export interface Line {
  readonly orderId: string;
  /** Its place in the order of allocation. */
  readonly sequence: number;
  readonly split: boolean;
  /** One for each batch. */
  readonly claims: readonly Claim[];
}

/** What is recorded of an order once something of it has left. Each of ours has one line. */
export interface Ordered {
  /** Units, those that have left included. */
  readonly quantity: number;
  readonly split: boolean;
  readonly shipped: number;
  readonly returned: number;
  /** Of what has left and did not come back, in the order in which batches gave it first. */
  readonly shippedFrom: readonly Claim[];
}

/** What was written under a name. */
export interface Document {
  readonly content: string;
  readonly result: object;
  readonly isCancelled: boolean;
}

export interface ProductState {
  /** In the order of preference. */
  readonly batches: readonly Batch[];
  /** In the order of allocation. */
  readonly lines: readonly Line[];
  readonly lastSequence: number;
  /** By order id. */
  readonly orders: Readonly<Record<string, Ordered>>;
  /** By kind and id. */
  readonly documents: Readonly<Record<string, Document>>;
}

export const NOTHING: ProductState = { batches: [], lines: [], lastSequence: 0, orders: {}, documents: {} };

export const newBatch = (reference: string, eta: string | null, quantity: number): Batch => ({
  ...{ reference, eta, quantity },
  ...{ received: 0, shipped: 0, returned: 0, writtenOff: 0, excess: 0 },
});

export const lineOf = ({ lines }: ProductState, orderId: string) =>
  lines.find((line) => line.orderId === orderId);

export const batchOf = ({ batches }: ProductState, reference: string) =>
  batches.find((batch) => batch.reference === reference);

export function unitsOf(claims: readonly Claim[]): number {
  return claims.reduce((sum, { quantity }) => sum + quantity, 0);
}

export const onHandIn = ({ eta, quantity, received }: Batch) => (eta === null ? quantity : received);

export function claimedFrom({ lines }: Pick<ProductState, 'lines'>, reference: string): number {
  return lines.reduce((sum, { claims }) => sum + unitsFrom(claims, reference), 0);
}

export const unitsFrom = (claims: readonly Claim[], reference: string) =>
  unitsOf(claims.filter(({ batchReference }) => batchReference === reference));

export const availableIn = (state: Pick<ProductState, 'lines'>, { reference, quantity }: Batch) =>
  quantity - claimedFrom(state, reference);

/** The first `units` of the claims. */
export function take(claims: readonly Claim[], units: number): Claim[] {
  let missing = units;
  return claims.flatMap(({ batchReference, quantity }) => {
    const taken = Math.min(quantity, missing);
    missing -= taken;
    return taken > 0 ? [{ batchReference, quantity: taken }] : [];
  });
}

/** One claim for each batch, where it was first; none of which nothing is left. */
export function sum(claims: readonly Claim[], more: readonly Claim[], sign: 1 | -1): Claim[] {
  const units = new Map(claims.map(({ batchReference, quantity }) => [batchReference, quantity]));
  for (const { batchReference, quantity } of more)
    units.set(batchReference, (units.get(batchReference) ?? 0) + sign * quantity);
  return [...units]
    .map(([batchReference, quantity]) => ({ batchReference, quantity }))
    .filter(({ quantity }) => quantity !== 0);
}

/** On hand, then the earliest date, then the reference; ours are ASCII, where byte order is that of JavaScript. */
export function inOrderOfPreference(batches: readonly Batch[]): Batch[] {
  const rank = ({ eta, reference }: Batch) => `${eta ?? ''} ${reference}`;
  return [...batches].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The line in its place. */
export function withLine(state: ProductState, line: Line): ProductState {
  const others = state.lines.filter(({ orderId }) => orderId !== line.orderId);
  return { ...state, lines: [...others, line].sort((a, b) => a.sequence - b.sequence) };
}

export function withoutLine(state: ProductState, orderId: string): ProductState {
  return { ...state, lines: state.lines.filter((line) => line.orderId !== orderId) };
}

/** The batch as it is now, in its place. */
export function withBatch<S extends ProductState>(state: S, batch: Batch): S {
  const batches = state.batches.map((each) => (each.reference === batch.reference ? batch : each));
  return { ...state, batches: inOrderOfPreference(batches) };
}

/** Units of a batch that a line could have, and from when on. */
interface Offer {
  readonly batchReference: string;
  readonly eta: string | null;
  readonly units: number;
}

type Places = Pick<ProductState, 'batches' | 'lines'>;

/** What the batches offer, in the order of preference: one that has come in part offers that at once, and all on its date. */
export function offersOf(state: Places): Offer[] {
  const offers = state.batches.flatMap((batch): Offer[] => {
    const { reference: batchReference, eta, received } = batch;
    const come = received - claimedFrom(state, batchReference);
    const whole = { batchReference, eta, units: availableIn(state, batch) };
    return come > 0 ? [{ batchReference, eta: null, units: come }, whole] : [whole];
  });
  const rank = ({ eta, batchReference }: Offer) => `${eta ?? ''} ${batchReference}`;
  return offers.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/**
 * Where a line would get its units, or null. Rule 3: the first offer that holds it. Rule 1b, if it may be split: all of it
 * on the earliest date, then from the fewest batches.
 */
export function placeFor(state: Places, quantity: number, isSplit: boolean): Claim[] | null {
  const offers = offersOf(state);
  const filled = isSplit ? fill(offers, quantity) : null;
  const usable = filled ? offers.filter(({ eta }) => (eta ?? '') <= (filled.eta ?? '')) : offers;
  const whole = usable.find(({ units }) => units >= quantity);
  if (whole) return [{ batchReference: whole.batchReference, quantity }];
  return filled && sum([], filled.claims, 1);
}

/** The units of the offers in their order, each as far as it goes, and when the last of them come. */
function fill(offers: readonly Offer[], quantity: number): { claims: Claim[]; eta: string | null } | null {
  const claims: Claim[] = [];
  let missing = quantity;
  for (const { batchReference, eta, units } of offers) {
    // What has come of a batch was offered before.
    const more = Math.min(units - unitsFrom(claims, batchReference), missing);
    if (more > 0) claims.push({ batchReference, quantity: more });
    missing -= Math.max(more, 0);
    if (missing === 0) return { claims, eta };
  }
  return null;
}

/** Units that a line could have that does not fit. */
export function availableFor(state: ProductState, isSplit: boolean): number {
  const free = state.batches.map((batch) => availableIn(state, batch));
  return isSplit ? free.reduce((total, units) => total + units, 0) : Math.max(...free);
}

/**
 * Rule 6, as the batch has changed: the newest lines leave it until the rest fits. Then each, the oldest first, goes where
 * it belongs now and keeps its place, or is gone.
 */
export function fitted(before: ProductState, batch: Batch): ProductState {
  const { reference } = batch;
  const leaving: Line[] = [];
  let claimed = claimedFrom(before, reference);
  for (const line of before.lines.toReversed()) {
    if (claimed <= batch.quantity) break;
    const units = unitsFrom(line.claims, reference);
    if (units === 0) continue;
    leaving.push(line);
    claimed -= units;
  }
  let state = withBatch(before, batch);
  for (const { orderId } of leaving) state = withoutLine(state, orderId);
  for (const line of leaving.toReversed()) {
    const claims = placeFor(state, unitsOf(line.claims), line.split);
    if (claims) state = withLine(state, { ...line, claims });
  }
  return state;
}
