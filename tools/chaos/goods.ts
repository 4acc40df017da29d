/**
 * What the warehouse writes, each under a name of the caller's (rule 16). Names come from few, and are used again: by
 * whoever got no answer, with other content, and by several clients at once. A name says what it is about, so that each is
 * a matter of one order or of one batch.
 */
import type { Random } from '../../testing/random.js';
import type { Request } from './request.js';

/** What a client can ask about goods. */
export type GoodsCall =
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
      /** Of each product of the order; null: all that is on hand. */
      readonly quantity: number | null;
    }
  | { readonly ask: 'cancel shipment'; readonly id: string }
  | {
      readonly ask: 'take back';
      readonly id: string;
      readonly orderId: string;
      /** Of each product of the order. */
      readonly quantity: number;
      readonly disposition: 'restock' | 'scrap';
    }
  | { readonly ask: 'show shipment'; readonly id: string };

const ASKED: ReadonlySet<string> = new Set<GoodsCall['ask']>([
  'receive',
  'adjust',
  'ship',
  'cancel shipment',
  'take back',
  'show shipment',
]);

export const isAboutGoods = (call: { readonly ask: string }): call is GoodsCall => ASKED.has(call.ask);

/** Names for one batch, or for one order. */
const NAMES = 4;
const MARK = '.';

/** The batch or the order that a document is about. */
export const subjectOf = (id: string) => id.slice(0, id.lastIndexOf(MARK));

const WEIGHTS_OF_ORDERS = {
  ship: 10,
  'ship a part': 7,
  'cancel shipment': 5,
  'take back': 6,
  'show shipment': 4,
};
const WEIGHTS_OF_BATCHES = { receive: 8, 'receive the last': 2, adjust: 5 };

function kindOf<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  return random.weighted(Object.keys(weights) as K[], (kind) => weights[kind]);
}

/** Something about the goods of an order, by chance alone. */
export function aboutGoodsOf(random: Random, orderId: string): GoodsCall {
  const kind = kindOf(random, WEIGHTS_OF_ORDERS);
  const name = (what: string) => `${orderId}${MARK}${what}${random.between(1, NAMES)}`;
  switch (kind) {
    case 'ship':
      return { ask: 'ship', id: name('s'), orderId, quantity: null };
    case 'ship a part':
      return { ask: 'ship', id: name('s'), orderId, quantity: random.between(1, 3) };
    case 'cancel shipment':
    case 'show shipment':
      return { ask: kind, id: name('s') };
    case 'take back': {
      const disposition = random.chance(0.6) ? 'restock' : 'scrap';
      return { ask: kind, id: name('r'), orderId, quantity: random.between(1, 3), disposition };
    }
  }
}

/** Something about the goods of a batch, by chance alone. */
export function aboutGoodsIn(random: Random, reference: string): GoodsCall {
  const kind = kindOf(random, WEIGHTS_OF_BATCHES);
  // A batch is written about more often than an order.
  const number = random.between(1, NAMES * 4);
  if (kind === 'adjust') {
    const by = random.pick([-2, -1, 1, 2]);
    return { ask: 'adjust', id: `${reference}${MARK}a${number}`, reference, by };
  }
  const rejected = random.chance(0.2) ? 1 : 0;
  const isFinal = kind === 'receive the last';
  const id = `${reference}${MARK}g${number}`;
  return { ask: 'receive', id, reference, quantity: random.between(0, 5), rejected, isFinal };
}

/** @param skus of the order that a document is about */
export function requestAboutGoods(call: GoodsCall, skus: readonly string[]): Request {
  switch (call.ask) {
    case 'receive': {
      const { id, reference: batchReference, quantity, rejected, isFinal } = call;
      const body = { batchReference, quantity, rejected, final: isFinal };
      return { method: 'PUT', path: `/v1/receipts/${id}`, body };
    }
    case 'adjust': {
      const { id, reference: batchReference, by } = call;
      return {
        method: 'PUT',
        path: `/v1/adjustments/${id}`,
        body: { batchReference, by, reason: 'counted' },
      };
    }
    case 'ship': {
      const { id, orderId, quantity } = call;
      const lines = quantity === null ? undefined : skus.map((sku) => ({ sku, quantity }));
      return { method: 'PUT', path: `/v1/shipments/${id}`, body: { orderId, ...(lines && { lines }) } };
    }
    case 'cancel shipment':
      return { method: 'DELETE', path: `/v1/shipments/${call.id}` };
    case 'show shipment':
      return { method: 'GET', path: `/v1/shipments/${call.id}` };
    case 'take back': {
      const { id, orderId, quantity, disposition } = call;
      const lines = skus.map((sku) => ({ sku, quantity, disposition }));
      return { method: 'PUT', path: `/v1/returns/${id}`, body: { orderId, lines } };
    }
  }
}
