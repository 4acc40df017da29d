/**
 * Orders for products that lines wait for. What matters is who gets units and when, so that each order has one line, and its
 * name says its priority all its life.
 */
import type { Random } from '../../testing/random.js';
import { HOLD_SECONDS } from './pairs.js';
import type { Registration, Request } from './request.js';

const POLICIES = ['first-fit', 'strict', 'fair-share'] as const;
const CHANNELS = [null, 'web', 'fair'];

/** What a client can ask about such a product, beside changes of its batches. */
export type QueueCall =
  | {
      readonly ask: 'put queued order';
      readonly orderId: string;
      readonly quantity: number;
      readonly split: boolean;
      readonly mayWait: boolean;
      readonly channel: string | null;
      /** How long the hold lasts; null: the order is firm. */
      readonly seconds: number | null;
      readonly reopen: boolean;
    }
  | { readonly ask: 'confirm queued order'; readonly orderId: string }
  | { readonly ask: 'cancel queued order'; readonly orderId: string }
  | { readonly ask: 'show queued order'; readonly orderId: string }
  | { readonly ask: 'show queue'; readonly sku: string }
  | { readonly ask: 'set policy'; readonly sku: string; readonly backorders: (typeof POLICIES)[number] };

type BatchCall =
  | {
      readonly ask: 'change';
      readonly reference: string;
      readonly sku: string;
      readonly to: { readonly quantity: number };
    }
  | ({ readonly ask: 'register' } & Registration);

const ASKED: ReadonlySet<string> = new Set<QueueCall['ask']>([
  'put queued order',
  'confirm queued order',
  'cancel queued order',
  'show queued order',
  'show queue',
  'set policy',
]);

export const isAboutQueue = (call: { readonly ask: string }): call is QueueCall => ASKED.has(call.ask);

export const QUEUE_SKUS: readonly string[] = ['DESK', 'VASE'];

/** Little enough that most orders wait. */
export const QUEUE_STOCK: readonly Registration[] = QUEUE_SKUS.flatMap((sku) => [
  { reference: `${sku}-0`, sku, quantity: 9, eta: null },
  { reference: `${sku}-1`, sku, quantity: 5, eta: '2097-01-20' },
]);

/** How the queues begin; some clients change them later. */
export const OPENING_POLICIES: readonly QueueCall[] = [
  { ask: 'set policy', sku: 'DESK', backorders: 'strict' },
  { ask: 'set policy', sku: 'VASE', backorders: 'fair-share' },
];

/** Orders that all clients use, so that they get in each other's way. */
const SHARED_ORDERS = 6;
const MARK = 'queue-';

const WEIGHTS = {
  'put queued order': 18,
  'put queued order again': 8,
  'confirm queued order': 4,
  'cancel queued order': 12,
  'show queued order': 4,
  'show queue': 4,
  'set policy': 1,
  shrink: 4,
  grow: 4,
  register: 2,
};
const KINDS = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];

/** What one client asks about such products, call after call, by chance alone. */
export class QueueShopper {
  readonly #name: string;
  readonly #random: Random;
  readonly #recent: string[] = [];
  readonly #registered: Registration[] = [...QUEUE_STOCK];
  #count = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  next(): QueueCall | BatchCall {
    const random = this.#random;
    const kind = random.weighted(KINDS, (kind) => WEIGHTS[kind]);
    const sku = random.pick(QUEUE_SKUS);
    const recent = this.#recent.slice(-6);
    const orderId = recent.length > 0 && random.chance(0.8) ? random.pick(recent) : this.#newOrder(sku);
    switch (kind) {
      case 'put queued order':
        return this.#put(this.#newOrder(sku));
      case 'put queued order again':
        return this.#put(orderId);
      case 'confirm queued order':
      case 'cancel queued order':
      case 'show queued order':
        return { ask: kind, orderId };
      case 'show queue':
        return { ask: kind, sku };
      case 'set policy':
        return { ask: kind, sku, backorders: random.pick(POLICIES) };
      case 'shrink':
        return this.#change(random.between(0, 6));
      case 'grow':
        return this.#change(random.between(7, 14));
      case 'register': {
        const reference = `${sku}-${this.#name}-${++this.#count}`;
        const registration = { reference, sku, quantity: random.between(1, 4), eta: null };
        this.#registered.push(registration);
        return { ask: kind, ...registration };
      }
    }
  }

  #put(orderId: string): QueueCall {
    const random = this.#random;
    const how = { split: random.chance(0.3), mayWait: random.chance(0.8), reopen: random.chance(0.3) };
    const seconds = random.chance(0.2) ? HOLD_SECONDS : null;
    const channel = random.pick(CHANNELS);
    return { ask: 'put queued order', orderId, quantity: random.between(1, 6), ...how, seconds, channel };
  }

  #change(quantity: number): BatchCall {
    const { reference, sku } = this.#random.pick(this.#registered);
    return { ask: 'change', reference, sku, to: { quantity } };
  }

  #newOrder(sku: string): string {
    const random = this.#random;
    const priority = random.chance(0.7) ? 5 : random.pick([2, 8]);
    const whose = random.chance(0.3)
      ? `shared-${random.between(1, SHARED_ORDERS)}`
      : `${this.#name}-${++this.#count}`;
    const id = `${MARK}${sku}-${priority}-${whose}`;
    this.#recent.push(id);
    return id;
  }
}

const partsOf = (orderId: string) => orderId.slice(MARK.length).split('-') as [string, string];

/** The SKU of an order. */
export const skuOf = (orderId: string): string => partsOf(orderId)[0];

/** The priority of an order, all its life. */
export const priorityOf = (orderId: string): number => Number(partsOf(orderId)[1]);

export function requestAboutQueue(call: QueueCall): Request {
  switch (call.ask) {
    case 'put queued order': {
      const { orderId, quantity, split, mayWait, seconds, channel, reopen } = call;
      const body = {
        lines: [{ sku: skuOf(orderId), quantity, split }],
        whenShort: mayWait ? 'backorder' : 'refuse',
        priority: priorityOf(orderId),
        reopen,
        ...(channel !== null && { channel }),
        ...(seconds !== null && { expiresInSeconds: seconds }),
      };
      return { method: 'PUT', path: `/v1/orders/${orderId}`, body };
    }
    case 'confirm queued order':
      return { method: 'POST', path: `/v1/orders/${call.orderId}/confirm` };
    case 'cancel queued order':
      return { method: 'DELETE', path: `/v1/orders/${call.orderId}` };
    case 'show queued order':
      return { method: 'GET', path: `/v1/orders/${call.orderId}` };
    case 'show queue':
      return { method: 'GET', path: `/v1/products/${call.sku}/backorders?limit=500` };
    case 'set policy':
      return {
        method: 'PUT',
        path: `/v1/products/${call.sku}/policy`,
        body: { backorders: call.backorders },
      };
  }
}
