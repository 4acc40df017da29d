/**
 * A product as the contract describes it, once more and without a thought for speed: rules 1 and 3 to 7, one call
 * after the other. Written from the contract, not from the product's own code.
 *
 * Where the contract is loose, so is this:
 *
 * - `POST` and `PATCH` of a batch change another aggregate, and the product hears of it by an event. Rule 9 says that
 *   it has heard once the call is answered with success; so such a call takes effect here at some moment between its
 *   beginning and its end. Answered 503 or not at all, it is stored or it is not, and takes effect later or never.
 * - Two changes of one batch that are under way together may reach the product in either order.
 * - A `PATCH` of quantity and date is two events, the date first: the product may be seen between the two.
 * - To give a whole order back is a transaction for each product: here it is one product's part in it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Model, Operation } from './linearizable.js';

export type ProductCall =
  | { readonly ask: 'allocate'; readonly orderId: string; readonly quantity: number }
  | { readonly ask: 'deallocate'; readonly orderId: string }
  /** The part of an order that is given back as a whole: fine where it has no line of this product. */
  | { readonly ask: 'give back'; readonly orderId: string }
  | {
      readonly ask: 'add';
      readonly reference: string;
      readonly quantity: number;
      readonly eta: string | null;
    }
  | { readonly ask: 'resize'; readonly reference: string; readonly quantity: number }
  | { readonly ask: 'reschedule'; readonly reference: string; readonly eta: string | null }
  | { readonly ask: 'product' }
  | { readonly ask: 'availability'; readonly quantity: number | null }
  | { readonly ask: 'line'; readonly orderId: string }
  /** All that the database holds of it, the lines in the order in which they were allocated. */
  | { readonly ask: 'everything' };

/** Plain data, compared by value. */
export type Answer = string | object;
export type ProductOperation = Operation<ProductCall, Answer>;

interface Batch {
  readonly reference: string;
  readonly eta: string | null;
  readonly quantity: number;
}

interface Line {
  readonly orderId: string;
  readonly quantity: number;
  readonly batchReference: string;
}

export interface ProductState {
  /** In the order of preference. */
  readonly batches: readonly Batch[];
  /** In the order in which they were allocated. */
  readonly lines: readonly Line[];
}

export const DONE = 'done';
export const refused = (code: string, facts: object = {}): Answer => ({ refused: code, ...facts });
const UNKNOWN_SKU = refused('unknown-sku');

export const productModel: Model<ProductState, ProductOperation> = {
  initial: { batches: [], lines: [] },
  step(state, { call, answer }) {
    const outcome = ask(state, call);
    if (outcome === null || (answer !== null && !isDeepStrictEqual(outcome.answer, answer))) return null;
    return outcome.state;
  },
  isIdle: ({ call, answer }) =>
    READS.has(call.ask) || (typeof answer === 'object' && answer !== null && isRepetitionOrRefusal(answer)),
  keyOf: ({ batches, lines }) =>
    `${batches.map(({ reference, eta, quantity }) => `${reference} ${eta} ${quantity}`).join()};` +
    lines.map(({ orderId, quantity, batchReference }) => `${orderId} ${quantity} ${batchReference}`).join(),
};

const READS: ReadonlySet<ProductCall['ask']> = new Set(['product', 'availability', 'line', 'everything']);

const isRepetitionOrRefusal = (answer: { isNew?: boolean }) => answer.isNew === false || 'refused' in answer;

/** null: nobody can ask that now, as nothing of such a batch is known. */
function ask(state: ProductState, call: ProductCall): { state: ProductState; answer: Answer } | null {
  const unchanged = (answer: Answer) => ({ state, answer });
  switch (call.ask) {
    case 'allocate':
      return allocate(state, call);
    case 'deallocate':
      if (!lineOf(state, call.orderId)) return unchanged(refused('unknown-allocation'));
      return { state: without(state, call.orderId), answer: DONE };
    case 'give back':
      return { state: lineOf(state, call.orderId) ? without(state, call.orderId) : state, answer: DONE };
    case 'add': {
      const { reference, eta, quantity } = call;
      if (batchOf(state, reference)) return unchanged(DONE);
      const batches = inOrderOfPreference([...state.batches, { reference, eta, quantity }]);
      return { state: { ...state, batches }, answer: DONE };
    }
    case 'resize': {
      const batch = batchOf(state, call.reference);
      if (!batch) return null;
      if (batch.quantity === call.quantity) return unchanged(DONE);
      return { state: resized(state, batch, call.quantity), answer: DONE };
    }
    case 'reschedule': {
      const batch = batchOf(state, call.reference);
      if (!batch) return null;
      if (batch.eta === call.eta) return unchanged(DONE);
      const batches = state.batches.map((each) => (each === batch ? { ...batch, eta: call.eta } : each));
      return { state: { ...state, batches: inOrderOfPreference(batches) }, answer: DONE };
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
      return unchanged({ batches: batchesOf(state), lines: state.lines });
  }
}

function allocate(state: ProductState, { orderId, quantity }: { orderId: string; quantity: number }) {
  if (!isKnown(state)) return { state, answer: UNKNOWN_SKU };
  const standing = lineOf(state, orderId);
  if (standing && standing.quantity !== quantity)
    return { state, answer: refused('allocation-conflict', { allocated: standing.quantity }) };
  if (standing) return { state, answer: { isNew: false, ...allocationOf(state, standing) } };
  const best = bestFor(state, quantity);
  if (!best) {
    const available = Math.max(...state.batches.map((batch) => availableIn(state, batch)));
    return { state, answer: refused('out-of-stock', { available }) };
  }
  const line = { orderId, quantity, batchReference: best.reference };
  const after = { ...state, lines: [...state.lines, line] };
  return { state: after, answer: { isNew: true, ...allocationOf(after, line) } };
}

/**
 * Rule 6: the newest lines leave until the rest fits. Then each, the oldest first, goes where rule 3 sends it and keeps
 * its place, or is gone.
 */
function resized(state: ProductState, batch: Batch, quantity: number): ProductState {
  const batches = state.batches.map((each) => (each === batch ? { ...batch, quantity } : each));
  const leaving: Line[] = [];
  let held = allocatedFrom(state, batch.reference);
  for (const line of [...state.lines].reverse()) {
    if (held <= quantity) break;
    if (line.batchReference !== batch.reference) continue;
    leaving.push(line);
    held -= line.quantity;
  }
  // Those that have left and have no batch yet keep their place among the lines under the name of none.
  let lines = state.lines.map((line) => (leaving.includes(line) ? { ...line, batchReference: '' } : line));
  for (const { orderId, quantity: units } of leaving.reverse()) {
    const best = bestFor({ batches, lines }, units);
    lines = best
      ? lines.map((line) => (line.orderId === orderId ? { ...line, batchReference: best.reference } : line))
      : lines.filter((line) => line.orderId !== orderId);
  }
  return { batches, lines };
}

const isKnown = ({ batches }: ProductState) => batches.length > 0;
const lineOf = ({ lines }: ProductState, orderId: string) => lines.find((line) => line.orderId === orderId);
const batchOf = ({ batches }: ProductState, reference: string) =>
  batches.find((batch) => batch.reference === reference);

function without({ batches, lines }: ProductState, orderId: string): ProductState {
  return { batches, lines: lines.filter((line) => line.orderId !== orderId) };
}

function allocatedFrom({ lines }: ProductState, reference: string): number {
  return lines.reduce((sum, line) => sum + (line.batchReference === reference ? line.quantity : 0), 0);
}

const availableIn = (state: ProductState, { reference, quantity }: Batch) =>
  quantity - allocatedFrom(state, reference);

/** Rule 3. */
const bestFor = (state: ProductState, quantity: number) =>
  state.batches.find((batch) => availableIn(state, batch) >= quantity);

/** On hand, then the earliest date, then the reference; ours are ASCII, where byte order is that of JavaScript. */
function inOrderOfPreference(batches: readonly Batch[]): Batch[] {
  const rank = ({ eta, reference }: Batch) => `${eta ?? ''} ${reference}`;
  return [...batches].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function allocationOf(state: ProductState, { quantity, batchReference }: Line) {
  return { quantity, batchReference, eta: batchOf(state, batchReference)!.eta };
}

function batchesOf(state: ProductState) {
  return state.batches.map((batch) => {
    const available = availableIn(state, batch);
    return { ...batch, allocated: batch.quantity - available, available };
  });
}

function pictureOf(state: ProductState) {
  const batches = batchesOf(state).map((batch) => {
    // Nothing comes in parts or leaves here, and orders that hold are about other products.
    const onHand = batch.eta === null ? batch.quantity : 0;
    const inbound = batch.quantity - onHand;
    return { ...batch, onHand, inbound, shipped: 0, claimed: batch.allocated, held: 0 };
  });
  const sum = (what: 'quantity' | 'allocated' | 'available') =>
    batches.reduce((total, batch) => total + batch[what], 0);
  return { quantity: sum('quantity'), allocated: sum('allocated'), available: sum('available'), batches };
}

function availabilityOf(state: ProductState, quantity: number | null) {
  let onHand = 0;
  const byDate = new Map<string, number>();
  for (const batch of state.batches) {
    const available = availableIn(state, batch);
    if (batch.eta === null) onHand += available;
    else if (available > 0) byDate.set(batch.eta, (byDate.get(batch.eta) ?? 0) + available);
  }
  const inbound = [...byDate].map(([eta, available]) => ({ eta, available }));
  const best = quantity === null ? undefined : bestFor(state, quantity);
  return { onHand, inbound, promise: best ? { batchReference: best.reference, eta: best.eta } : null };
}
