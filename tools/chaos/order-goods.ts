/** What the warehouse does to an order of a pair: rules 13 and 16. Both products are alike, so one stands for both. */
import { DONE, refused, sum, take, unitsFrom, type Answer, type Claim } from './product-state.js';

export type GoodsOfOrder =
  | {
      readonly ask: 'ship';
      readonly id: string;
      /** null: all that is on hand. */
      readonly quantity: number | null;
      /** What the document says in the end: how much is on hand depends on other orders. null: it never left. */
      readonly left: Left | null;
    }
  | { readonly ask: 'cancel shipment'; readonly id: string }
  | {
      readonly ask: 'take back';
      readonly id: string;
      readonly quantity: number;
      readonly disposition: 'restock' | 'scrap';
    }
  | { readonly ask: 'shipment'; readonly id: string };

export interface Left {
  readonly quantity: number;
  readonly batches: readonly Claim[];
}

interface Written {
  readonly content: string;
  readonly left: Left;
  readonly isCancelled: boolean;
}

export interface OrderState {
  readonly is: 'unknown' | 'standing' | 'cancelled';
  readonly quantity: number;
  /** Milliseconds of the monotonic clock; null: it is firm; 'some time': the call that made the hold was not answered. */
  readonly expiresAt: number | null | 'some time';
  readonly shipped: number;
  readonly returned: number;
  /** Of what has left and did not come back. */
  readonly shippedFrom: readonly Claim[];
  /** By kind and id. */
  readonly documents: Readonly<Record<string, Written>>;
}

export const NO_GOODS = { shipped: 0, returned: 0, shippedFrom: [], documents: {} } as const;

/** What is answered, and what comes of it; several, where it depends on other orders. */
interface Outcome {
  readonly state: OrderState;
  readonly answer: Answer;
}

export function askGoods(state: OrderState, call: GoodsOfOrder): Outcome[] {
  const refuse = (code: string) => [{ state, answer: refused(code) }];
  switch (call.ask) {
    case 'ship': {
      const content = `${call.quantity}`;
      return (
        once(state, `shipment ${call.id}`, content, () => ship(state, call, content)) ??
        refuse('shipment-conflict')
      );
    }
    case 'take back': {
      const content = `${call.quantity} ${call.disposition}`;
      return (
        once(state, `return ${call.id}`, content, () => takeBack(state, call, content)) ??
        refuse('return-conflict')
      );
    }
    case 'cancel shipment':
      return [cancelShipment(state, call.id)];
    case 'shipment': {
      const document = state.documents[`shipment ${call.id}`];
      if (!document) return refuse('unknown-shipment');
      return [{ state, answer: { is: document.isCancelled ? 'cancelled' : 'shipped', ...document.left } }];
    }
  }
}

/** Rule 16. undefined: something else was written under the name. */
function once(
  state: OrderState,
  name: string,
  content: string,
  deed: () => Outcome[],
): Outcome[] | undefined {
  const before = state.documents[name];
  if (!before) return deed();
  if (before.content !== content) return undefined;
  if (before.isCancelled) return [{ state, answer: refused('shipment-cancelled') }];
  return [{ state, answer: { isNew: false, ...before.left } }];
}

function ship(
  state: OrderState,
  { id, quantity, left }: Extract<GoodsOfOrder, { ask: 'ship' }>,
  content: string,
): Outcome[] {
  const refuse = (code: string) => ({ state, answer: refused(code) });
  if (state.is === 'unknown') return [refuse('unknown-order')];
  if (state.is === 'cancelled') return [refuse('order-cancelled')];
  if (state.expiresAt !== null) return [refuse('order-not-firm')];
  const claimed = state.quantity - state.shipped;
  if ((quantity ?? 0) > claimed) return [refuse('over-shipped')];
  const notYet = refuse('not-on-hand');
  if (!left || left.quantity > claimed || left.quantity !== (quantity ?? left.quantity)) return [notYet];
  const shipped = state.shipped + left.quantity;
  const shippedFrom = sum(state.shippedFrom, left.batches, 1);
  const documents = { ...state.documents, [`shipment ${id}`]: { content, left, isCancelled: false } };
  const after = { ...state, shipped, shippedFrom, documents };
  return [{ state: after, answer: { isNew: true, ...left } }, notYet];
}

function cancelShipment(state: OrderState, id: string): Outcome {
  const name = `shipment ${id}`;
  const document = state.documents[name];
  if (!document) return { state, answer: refused('unknown-shipment') };
  if (document.isCancelled) return { state, answer: DONE };
  const { quantity, batches } = document.left;
  const areThere = batches.every(
    (claim) => unitsFrom(state.shippedFrom, claim.batchReference) >= claim.quantity,
  );
  if (quantity > state.shipped - state.returned || !areThere)
    return { state, answer: refused('over-returned') };
  const shipped = state.shipped - quantity;
  const after = {
    ...state,
    shipped,
    shippedFrom: sum(state.shippedFrom, batches, -1),
    quantity: state.is === 'cancelled' ? shipped : state.quantity,
    documents: { ...state.documents, [name]: { ...document, isCancelled: true } },
  };
  return { state: after, answer: DONE };
}

function takeBack(
  state: OrderState,
  { id, quantity }: Extract<GoodsOfOrder, { ask: 'take back' }>,
  content: string,
): Outcome[] {
  if (state.is === 'unknown') return [{ state, answer: refused('unknown-order') }];
  if (quantity > state.shipped - state.returned) return [{ state, answer: refused('over-returned') }];
  const batches = take(state.shippedFrom.toReversed(), quantity);
  const left = { quantity, batches };
  const after = {
    ...state,
    returned: state.returned + quantity,
    shippedFrom: sum(state.shippedFrom, batches, -1),
    documents: { ...state.documents, [`return ${id}`]: { content, left, isCancelled: false } },
  };
  return [{ state: after, answer: { isNew: true, ...left } }];
}
