/**
 * A product as the contract describes it, once more and without a thought for speed: rules 1, 1b, 3 to 7, 13, 14 and 16,
 * one call after the other. Written from the contract, not from the product's own code.
 *
 * Where the contract is loose, so is this:
 *
 * - `POST` and `PATCH` of a batch change another aggregate, and the product hears of it by an event, of a quantity by the
 *   difference. What it hears is taken from the log (paper-operations.ts), when it hears of it is not: by rule 9, some
 *   moment before the call is answered with success. The history of the batch tells whether the event is right.
 * - To give a whole order back is a transaction for each product: here it is one product's part in it.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Model, Operation } from './linearizable.js';
import { askGoods, inOrder, type GoodsOfProduct } from './product-goods.js';
import {
  availableFor,
  batchOf,
  claimedFrom,
  DONE,
  fitted,
  inOrderOfPreference,
  lineOf,
  newBatch,
  NOTHING,
  offersOf,
  onHandIn,
  placeFor,
  refused,
  unitsOf,
  withBatch,
  withLine,
  withoutLine,
  type Answer,
  type Line,
  type ProductState,
} from './product-state.js';

export type ProductCall =
  | GoodsOfProduct
  | {
      readonly ask: 'allocate';
      readonly orderId: string;
      readonly quantity: number;
      readonly split: boolean;
    }
  | { readonly ask: 'deallocate'; readonly orderId: string }
  /** The part of an order that is given back as a whole: fine where it has no line of this product. */
  | { readonly ask: 'give back'; readonly orderId: string }
  | {
      readonly ask: 'add';
      readonly reference: string;
      readonly quantity: number;
      readonly eta: string | null;
    }
  /** So many units more or fewer were bought. */
  | { readonly ask: 'resize'; readonly reference: string; readonly by: number }
  /** The same, of units that have been counted already: what is there stays. */
  | { readonly ask: 'correct'; readonly reference: string; readonly by: number }
  | { readonly ask: 'reschedule'; readonly reference: string; readonly eta: string | null }
  | { readonly ask: 'product' }
  | { readonly ask: 'availability'; readonly quantity: number | null }
  | { readonly ask: 'line'; readonly orderId: string }
  /** All that the database holds of it, the lines in the order in which they were allocated. */
  | { readonly ask: 'everything' };

export type ProductOperation = Operation<ProductCall, Answer>;

const UNKNOWN_SKU = refused('unknown-sku');

export const productModel: Model<ProductState, ProductOperation> = {
  initial: NOTHING,
  step(state, { call, answer }) {
    const outcome = ask(state, call);
    if (outcome === null || (answer !== null && !isDeepStrictEqual(outcome.answer, answer))) return null;
    return outcome.state;
  },
  isIdle: ({ call, answer }) =>
    READS.has(call.ask) || (typeof answer === 'object' && answer !== null && isRepetitionOrRefusal(answer)),
  // The state of a long history is long, and there are many places.
  keyOf: ({ orders, documents, ...state }) =>
    createHash('sha1')
      .update(JSON.stringify([state, Object.entries(orders).sort(), Object.entries(documents).sort()]))
      .digest('base64'),
};

const READS: ReadonlySet<ProductCall['ask']> = new Set([
  'product',
  'availability',
  'line',
  'shipment',
  'everything',
]);

const isRepetitionOrRefusal = (answer: { isNew?: boolean }) => answer.isNew === false || 'refused' in answer;

/** null: nobody can ask that now, as nothing of such a batch is known. */
function ask(state: ProductState, call: ProductCall): { state: ProductState; answer: Answer } | null {
  if ('id' in call) return askGoods(state, call);
  const unchanged = (answer: Answer) => ({ state, answer });
  switch (call.ask) {
    case 'allocate':
      return allocate(state, call);
    case 'deallocate':
      if (!lineOf(state, call.orderId)) return unchanged(refused('unknown-allocation'));
      return { state: released(state, call.orderId), answer: DONE };
    case 'give back':
      return { state: lineOf(state, call.orderId) ? released(state, call.orderId) : state, answer: DONE };
    case 'add': {
      const { reference, eta, quantity } = call;
      if (batchOf(state, reference)) return unchanged(DONE);
      const batches = inOrderOfPreference([...state.batches, newBatch(reference, eta, quantity)]);
      return { state: { ...state, batches }, answer: DONE };
    }
    case 'resize': {
      const batch = batchOf(state, call.reference);
      if (!batch) return null;
      const wanted = batch.quantity - batch.excess + call.by;
      const quantity = Math.max(wanted, 0);
      // More has left than was bought: so some was found, until another change says that it was bought after all.
      const excess = quantity - wanted;
      const writtenOff = batch.writtenOff - (excess - batch.excess);
      const received = Math.min(batch.received, quantity);
      return { state: fitted(state, { ...batch, quantity, writtenOff, excess, received }), answer: DONE };
    }
    case 'correct': {
      const batch = batchOf(state, call.reference);
      if (!batch) return null;
      const corrected = { ...batch, writtenOff: batch.writtenOff + call.by };
      return { state: withBatch(state, corrected), answer: DONE };
    }
    case 'reschedule': {
      const batch = batchOf(state, call.reference);
      if (!batch) return null;
      if (batch.eta === call.eta) return unchanged(DONE);
      const received = call.eta === null ? 0 : batch.received;
      return { state: withBatch(state, { ...batch, eta: call.eta, received }), answer: DONE };
    }
    case 'product':
      return unchanged(isKnown(state) ? pictureOf(state) : UNKNOWN_SKU);
    case 'availability':
      return unchanged(isKnown(state) ? availabilityOf(state, call.quantity) : UNKNOWN_SKU);
    case 'line': {
      const line = lineOf(state, call.orderId);
      return unchanged(line ? allocationOf(state, line) : refused('no line'));
    }
    case 'everything':
      return unchanged(everythingOf(state));
  }
}

function allocate(
  state: ProductState,
  { orderId, quantity, split }: { orderId: string; quantity: number; split: boolean },
) {
  const refuse = (code: string, facts?: object) => ({ state, answer: refused(code, facts) });
  if (!isKnown(state)) return { state, answer: UNKNOWN_SKU };
  const standing = lineOf(state, orderId);
  const ordered = state.orders[orderId];
  const asked = ordered?.quantity ?? (standing && unitsOf(standing.claims));
  if (asked !== undefined && asked !== quantity) return refuse('allocation-conflict', { allocated: asked });
  if (standing) return { state, answer: { isNew: false, ...allocationOf(state, standing), quantity } };
  if (ordered && ordered.shipped > 0) return refuse('already-shipped');
  const claims = placeFor(state, quantity, split);
  if (!claims) return refuse('out-of-stock', { available: availableFor(state, split) });
  const line = { orderId, sequence: state.lastSequence + 1, split, claims };
  const orders = ordered ? { ...state.orders, [orderId]: { ...ordered, split } } : state.orders;
  const after = withLine({ ...state, orders, lastSequence: line.sequence }, line);
  return { state: after, answer: { isNew: true, ...allocationOf(after, line) } };
}

/** The line claims nothing any more: of an order that is recorded, what has left stays. */
function released(state: ProductState, orderId: string): ProductState {
  const after = withoutLine(state, orderId);
  const { [orderId]: ordered, ...others } = state.orders;
  if (!ordered) return after;
  const kept = ordered.shipped > 0 && { [orderId]: { ...ordered, quantity: ordered.shipped } };
  return { ...after, orders: { ...others, ...kept } };
}

const isKnown = ({ batches }: ProductState) => batches.length > 0;

/** As answers show it; a line that is split has its claims, and the batch that comes last. */
function allocationOf(state: ProductState, line: Line) {
  const claims = inOrder(state, line.claims).map((claim) => ({
    ...claim,
    eta: batchOf(state, claim.batchReference)!.eta,
  }));
  const { batchReference, eta } = claims.at(-1)!;
  const quantity = unitsOf(claims);
  return { quantity, batchReference, eta, ...(claims.length > 1 && { claims }) };
}

/** Nobody moves a batch here, blocks it, or says how long it keeps. */
const LOT = { location: 'main', bestBefore: null, blocked: false };

const claimedAndAvailable = (claimed: number, available: number) => ({ allocated: claimed, available });

function pictureOf(state: ProductState) {
  const batches = state.batches.map((batch) => {
    const { reference, eta, quantity, shipped } = batch;
    const claimed = claimedFrom(state, reference);
    const onHand = onHandIn(batch);
    // Orders that hold are about other products.
    const goods = { onHand, inbound: quantity - onHand, shipped, claimed, held: 0 };
    return {
      reference,
      eta,
      quantity,
      ...claimedAndAvailable(claimed, quantity - claimed),
      ...goods,
      ...LOT,
    };
  });
  const total = (what: 'quantity' | 'allocated' | 'available' | 'onHand' | 'inbound' | 'shipped') =>
    batches.reduce((units, batch) => units + batch[what], 0);
  const goods = { onHand: total('onHand'), inbound: total('inbound'), shipped: total('shipped') };
  const claims = claimedAndAvailable(total('allocated'), total('available'));
  return { quantity: total('quantity'), ...claims, ...goods, batches: batches.toSorted(emptyLast) };
}

/** As a product lists them. */
const emptyLast = (one: { readonly quantity: number }, other: { readonly quantity: number }): number =>
  Number(one.quantity === 0) - Number(other.quantity === 0);

function availabilityOf(state: ProductState, quantity: number | null) {
  const offers = offersOf(state);
  const units = (its: readonly { units: number }[]) => its.reduce((total, offer) => total + offer.units, 0);
  const now = offers.filter(({ eta }) => eta === null);
  const inbound = [...new Set(offers.flatMap(({ eta }) => eta ?? []))]
    .map((day) => {
      const ofDay = offers.filter(({ eta }) => eta === day);
      const come = now.filter((offer) => ofDay.some((each) => each.batchReference === offer.batchReference));
      return { eta: day, available: units(ofDay) - units(come) };
    })
    .filter(({ available }) => available > 0);
  const best = quantity === null ? undefined : offers.find((offer) => offer.units >= quantity);
  const promise = best ? { batchReference: best.batchReference, eta: best.eta } : null;
  return { onHand: units(now), inbound, promise };
}

function everythingOf(state: ProductState) {
  const batches = state.batches.map(({ quantity, excess: _, ...batch }) => {
    const claimed = claimedFrom(state, batch.reference);
    return { ...batch, quantity, ...claimedAndAvailable(claimed, quantity - claimed) };
  });
  const byReference = (a: { batchReference: string }, b: { batchReference: string }) =>
    a.batchReference < b.batchReference ? -1 : 1;
  const lines = state.lines.map(({ orderId, claims }) => ({
    orderId,
    claims: [...claims].sort(byReference),
  }));
  const orders = Object.entries(state.orders).map(([orderId, { quantity, shipped, returned }]) => ({
    ...{ orderId, quantity, shipped, returned },
  }));
  return { batches, lines, orders: orders.sort((a, b) => (a.orderId < b.orderId ? -1 : 1)) };
}
