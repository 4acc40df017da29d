/**
 * Orders over pairs of products that are only ever ordered together, in equal numbers, from batches that are alike and
 * never change. So the two products of a pair are alike at every moment, if and only if orders are atomic.
 */
import type { Random } from '../../testing/random.js';
import { aboutGoodsOf, type GoodsCall } from './goods.js';
import type { Registration, Request } from './request.js';

/** What a client can ask about a pair. */
export type PairCall =
  | ({ readonly ask: 'put order'; readonly orderId: string; readonly pair: Pair } & Wish)
  | { readonly ask: 'confirm order'; readonly orderId: string }
  | { readonly ask: 'cancel order'; readonly orderId: string }
  | { readonly ask: 'show whole order'; readonly orderId: string }
  | { readonly ask: 'show pair'; readonly pair: Pair };

export interface Wish {
  /** Of each of the two. */
  readonly quantity: number;
  readonly split: boolean;
  /** How long the hold lasts; null: the order is firm. */
  readonly seconds: number | null;
  readonly reopen: boolean;
}

export type Pair = readonly [string, string];

export const PAIRS: readonly Pair[] = [
  ['CUP', 'SAUCER'],
  ['INK', 'PEN'],
];

export const PAIR_SKUS: readonly string[] = PAIRS.flat();

/** Little enough that orders are refused, until holds end or orders are cancelled. */
export const PAIR_STOCK: readonly Registration[] = PAIR_SKUS.flatMap((sku) => [
  { reference: `${sku}-0`, sku, quantity: 14, eta: null },
  { reference: `${sku}-1`, sku, quantity: 9, eta: '2097-01-20' },
  { reference: `${sku}-2`, sku, quantity: 5, eta: '2097-01-20' },
]);

/** Orders that all clients use, so that they get in each other's way. */
const SHARED_ORDERS = 4;
/** The shortest hold that the service allows, so that holds end while clients still ask. */
export const HOLD_SECONDS = 10;

const WEIGHTS = {
  'put order': 10,
  'put order again': 6,
  'confirm order': 6,
  'cancel order': 5,
  'show whole order': 8,
  'show pair': 6,
  'goods of an order': 12,
  'goods again': 4,
};
const KINDS = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];

/** What one client asks about pairs, call after call, by chance alone. */
export class PairShopper {
  readonly #name: string;
  readonly #random: Random;
  readonly #recent: string[] = [];
  readonly #written: GoodsCall[] = [];
  #count = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  next(): PairCall | GoodsCall {
    const random = this.#random;
    const kind = random.weighted(KINDS, (kind) => WEIGHTS[kind]);
    const recent = this.#recent.slice(-5);
    const orderId = recent.length > 0 && random.chance(0.8) ? random.pick(recent) : this.#newOrder();
    switch (kind) {
      case 'put order':
        return this.#put(this.#newOrder());
      case 'put order again':
        return this.#put(orderId);
      case 'confirm order':
      case 'cancel order':
      case 'show whole order':
        return { ask: kind, orderId };
      case 'show pair':
        return { ask: kind, pair: random.pick(PAIRS) };
      case 'goods of an order': {
        const written = aboutGoodsOf(random, orderId);
        this.#written.push(written);
        return written;
      }
      case 'goods again':
        return this.#written.length > 0 ? random.pick(this.#written.slice(-4)) : this.next();
    }
  }

  #put(orderId: string): PairCall {
    const random = this.#random;
    const quantity = random.between(1, 6);
    const seconds = random.chance(0.6) ? HOLD_SECONDS : null;
    const how = { split: random.chance(0.5), seconds, reopen: random.chance(0.3) };
    return { ask: 'put order', orderId, pair: pairOf(orderId), quantity, ...how };
  }

  #newOrder(): string {
    const pair = this.#random.between(0, PAIRS.length - 1);
    const id = this.#random.chance(0.3)
      ? `pair-${pair}-shared-${this.#random.between(1, SHARED_ORDERS)}`
      : `pair-${pair}-${this.#name}-${++this.#count}`;
    this.#recent.push(id);
    return id;
  }
}

/** An order is about one pair all its life. */
export function pairOf(orderId: string): Pair {
  return PAIRS[Number(orderId.split('-')[1])]!;
}

export function requestAboutPair(call: PairCall): Request {
  switch (call.ask) {
    case 'put order': {
      const { orderId, pair, quantity, split, seconds, reopen } = call;
      const lines = pair.map((sku) => ({ sku, quantity, split }));
      const hold = seconds !== null && { expiresInSeconds: seconds };
      return { method: 'PUT', path: `/v1/orders/${orderId}`, body: { lines, reopen, ...hold } };
    }
    case 'confirm order':
      return { method: 'POST', path: `/v1/orders/${call.orderId}/confirm` };
    case 'cancel order':
      return { method: 'DELETE', path: `/v1/orders/${call.orderId}` };
    case 'show whole order':
      return { method: 'GET', path: `/v1/orders/${call.orderId}` };
    case 'show pair': {
      const items = call.pair.map((sku) => ({ sku, quantity: 3 }));
      return { method: 'POST', path: '/v1/availability', body: { items } };
    }
  }
}
