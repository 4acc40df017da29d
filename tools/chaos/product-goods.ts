/** What the warehouse does to a product: rules 13, 14 and 16, one call after the other. Written from the contract. */
import {
  batchOf,
  DONE,
  fitted,
  lineOf,
  onHandIn,
  refused,
  sum,
  take,
  unitsFrom,
  unitsOf,
  withBatch,
  withLine,
  withoutLine,
  type Answer,
  type Claim,
  type Ordered,
  type ProductState,
} from './product-state.js';

export type GoodsOfProduct =
  | {
      readonly ask: 'receive';
      readonly id: string;
      readonly reference: string;
      readonly quantity: number;
      readonly rejected: number;
      readonly isFinal: boolean;
    }
  | { readonly ask: 'adjust'; readonly id: string; readonly reference: string; readonly by: number }
  | {
      readonly ask: 'ship';
      readonly id: string;
      readonly orderId: string;
      /** null: all that is on hand. */
      readonly quantity: number | null;
    }
  | { readonly ask: 'cancel shipment'; readonly id: string }
  | {
      readonly ask: 'take back';
      readonly id: string;
      readonly orderId: string;
      readonly quantity: number;
      readonly disposition: 'restock' | 'scrap';
    }
  | { readonly ask: 'shipment'; readonly id: string };

interface Outcome {
  readonly state: ProductState;
  readonly answer: Answer;
}

interface Shipped {
  readonly orderId: string;
  readonly sequence: number;
  readonly quantity: number;
  readonly claims: readonly Claim[];
}

export function askGoods(state: ProductState, call: GoodsOfProduct): Outcome {
  const { ask, id, ...facts } = call;
  const content = JSON.stringify(facts);
  switch (ask) {
    case 'receive':
      if (!batchOf(state, call.reference)) return { state, answer: refused('unknown-batch') };
      return once(state, `receipt ${id}`, content, () => receive(state, call));
    case 'adjust':
      if (!batchOf(state, call.reference)) return { state, answer: refused('unknown-batch') };
      return once(state, `adjustment ${id}`, content, () => adjust(state, call));
    case 'ship':
      return once(state, `shipment ${id}`, content, () => ship(state, call));
    case 'take back':
      return once(state, `return ${id}`, content, () => takeBack(state, call));
    case 'cancel shipment':
      return cancelShipment(state, id);
    case 'shipment': {
      const document = state.documents[`shipment ${id}`];
      if (!document) return { state, answer: refused('unknown-shipment') };
      const is = document.isCancelled ? 'cancelled' : 'shipped';
      return { state, answer: { is, ...partOf(document.result as Shipped) } };
    }
  }
}

/** What has been done, or why it may not be: then nothing has changed. */
type Deed = { readonly state: ProductState; readonly result: object } | { readonly refusal: Answer };

/** Rule 16. */
function once(state: ProductState, name: string, content: string, deed: () => Deed): Outcome {
  const before = state.documents[name];
  const [kind] = name.split(' ');
  if (before && before.content !== content) return { state, answer: refused(`${kind}-conflict`) };
  if (before?.isCancelled) return { state, answer: refused('shipment-cancelled') };
  if (before) return { state, answer: answerFor(before.result, false) };
  const done = deed();
  if ('refusal' in done) return { state, answer: done.refusal };
  const documents = {
    ...done.state.documents,
    [name]: { content, result: done.result, isCancelled: false },
  };
  return { state: { ...done.state, documents }, answer: answerFor(done.result, true) };
}

const partOf = ({ quantity, claims }: Pick<Shipped, 'quantity' | 'claims'>) => ({
  quantity,
  batches: claims,
});

const answerFor = (result: object, isNew: boolean) =>
  'claims' in result ? { isNew, ...partOf(result as Shipped) } : { isNew, ...result };

/** Rule 14: more is on hand, and no line moves, unless units will not come. */
function receive(
  state: ProductState,
  { reference, quantity, rejected, isFinal }: Extract<GoodsOfProduct, { ask: 'receive' }>,
): Deed {
  const before = batchOf(state, reference)!;
  const overReceived = Math.max(quantity - (before.quantity - onHandIn(before)), 0);
  const received = before.eta === null ? 0 : before.received + quantity;
  const grown = { ...before, quantity: before.quantity + overReceived, received };
  const expected = grown.quantity - onHandIn(grown);
  const missing = isFinal ? expected : Math.min(rejected, expected);
  const left = { ...grown, quantity: grown.quantity - missing };
  const outstanding = expected - missing;
  let after = fitted(state, left);
  if (outstanding === 0) after = withBatch(after, { ...left, eta: null, received: 0 });
  return {
    state: after,
    result: { overReceived, onHand: onHandIn(batchOf(after, reference)!), outstanding },
  };
}

function adjust(state: ProductState, { reference, by }: Extract<GoodsOfProduct, { ask: 'adjust' }>): Deed {
  const batch = batchOf(state, reference)!;
  const onHand = onHandIn(batch);
  if (onHand + by < 0) return { refusal: refused('below-zero', { onHand }) };
  const after = moved({ ...batch, writtenOff: batch.writtenOff - by }, by);
  return { state: fitted(state, after), result: { onHand: onHand + by } };
}

/** So many units more of it are in the warehouse. */
function moved<B extends { eta: string | null; quantity: number; received: number }>(
  batch: B,
  by: number,
): B {
  const received = batch.eta === null ? batch.received : batch.received + by;
  return { ...batch, quantity: batch.quantity + by, received };
}

/** Rule 13. */
function ship(state: ProductState, { orderId, quantity }: Extract<GoodsOfProduct, { ask: 'ship' }>): Deed {
  const line = lineOf(state, orderId);
  const ordered = recordOf(state, orderId);
  if (!ordered) return { refusal: refused('unknown-order') };
  const claimed = line ? unitsOf(line.claims) : 0;
  const ready = (line ? inOrder(state, line.claims) : []).map((claim) => ({
    ...claim,
    quantity: Math.min(claim.quantity, onHandIn(batchOf(state, claim.batchReference)!)),
  }));
  const onHand = unitsOf(ready);
  const wanted = quantity ?? onHand;
  if (wanted > claimed) return { refusal: refused('over-shipped', { requested: wanted, claimed }) };
  if (wanted === 0 || wanted > onHand) {
    const short = { requested: wanted === 0 ? claimed : wanted, onHand };
    return { refusal: refused('not-on-hand', claimed === 0 ? {} : short) };
  }
  const claims = take(ready, wanted);
  const after = applied(state, line!.sequence, { orderId, ordered, claims, sign: 1 });
  return {
    state: after,
    result: { orderId, sequence: line!.sequence, quantity: wanted, claims } satisfies Shipped,
  };
}

function cancelShipment(state: ProductState, id: string): Outcome {
  const name = `shipment ${id}`;
  const document = state.documents[name];
  if (!document) return { state, answer: refused('unknown-shipment') };
  if (document.isCancelled) return { state, answer: DONE };
  const { orderId, sequence, quantity, claims } = document.result as Shipped;
  const ordered = state.orders[orderId]!;
  const returnable = ordered.shipped - ordered.returned;
  const areThere = claims.every(
    (claim) => unitsFrom(ordered.shippedFrom, claim.batchReference) >= claim.quantity,
  );
  if (quantity > returnable || !areThere)
    return { state, answer: refused('over-returned', { requested: quantity, returnable }) };
  const after = applied(state, sequence, { orderId, ordered, claims, sign: -1 });
  const documents = { ...after.documents, [name]: { ...document, isCancelled: true } };
  return { state: { ...after, documents }, answer: DONE };
}

/** Claims become a shipment (1), or a shipment claims again (-1). */
function applied(
  before: ProductState,
  sequence: number,
  {
    orderId,
    ordered,
    claims,
    sign,
  }: { orderId: string; ordered: Ordered; claims: readonly Claim[]; sign: 1 | -1 },
): ProductState {
  let state = before;
  for (const { batchReference, quantity } of claims) {
    const batch = batchOf(state, batchReference)!;
    const units = sign * quantity;
    state = withBatch(state, moved({ ...batch, shipped: batch.shipped + units }, -units));
  }
  const line = lineOf(state, orderId);
  const rest = sum(line?.claims ?? [], claims, sign === 1 ? -1 : 1);
  const isSplit = sign === 1 ? line!.split : ordered.split || rest.length > 1;
  state =
    rest.length === 0
      ? withoutLine(state, orderId)
      : withLine(state, { orderId, sequence, split: isSplit, claims: rest });
  const shipped = ordered.shipped + sign * unitsOf(claims);
  const shippedFrom = sum(ordered.shippedFrom, claims, sign);
  return { ...state, orders: { ...state.orders, [orderId]: { ...ordered, shipped, shippedFrom } } };
}

function takeBack(
  state: ProductState,
  { orderId, quantity, disposition }: Extract<GoodsOfProduct, { ask: 'take back' }>,
): Deed {
  const ordered = recordOf(state, orderId);
  if (!ordered) return { refusal: refused('unknown-order') };
  const returnable = ordered.shipped - ordered.returned;
  if (quantity > returnable)
    return { refusal: refused('over-returned', { requested: quantity, returnable }) };
  const claims = take(ordered.shippedFrom.toReversed(), quantity);
  let after = state;
  for (const claim of claims) {
    const batch = batchOf(after, claim.batchReference)!;
    const back = { ...batch, returned: batch.returned + claim.quantity };
    const isScrap = disposition === 'scrap';
    after = withBatch(
      after,
      isScrap ? { ...back, writtenOff: back.writtenOff + claim.quantity } : moved(back, claim.quantity),
    );
  }
  const returned = ordered.returned + quantity;
  const shippedFrom = sum(ordered.shippedFrom, claims, -1);
  const orders = { ...after.orders, [orderId]: { ...ordered, returned, shippedFrom } };
  return { state: { ...after, orders }, result: { quantity, claims } };
}

/** The record of the order, or what it would be, as a line of it stands. */
function recordOf(state: ProductState, orderId: string): Ordered | undefined {
  const line = lineOf(state, orderId);
  const loose = line && {
    ...{ quantity: unitsOf(line.claims), split: line.split },
    ...{ shipped: 0, returned: 0, shippedFrom: [] },
  };
  return state.orders[orderId] ?? loose;
}

/** In the order of preference. */
export function inOrder({ batches }: ProductState, claims: readonly Claim[]): Claim[] {
  return batches.flatMap(({ reference }) =>
    claims.filter(({ batchReference }) => batchReference === reference),
  );
}
