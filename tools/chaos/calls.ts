import type { Random } from '../../testing/random.js';
import {
  aboutGoodsIn,
  aboutGoodsOf,
  isAboutGoods,
  requestAboutGoods,
  subjectOf,
  type GoodsCall,
} from './goods.js';
import { PAIR_SKUS, pairOf, PairShopper, requestAboutPair, type PairCall } from './pairs.js';
import { QUEUE_SKUS, QueueShopper, requestAboutQueue, type QueueCall } from './queues.js';
import type { Registration, Request } from './request.js';

/** What a client can ask of the service. */
export type Call =
  | PairCall
  | GoodsCall
  | QueueCall
  | {
      readonly ask: 'allocate';
      readonly orderId: string;
      readonly sku: string;
      readonly quantity: number;
      readonly split: boolean;
    }
  | { readonly ask: 'deallocate'; readonly orderId: string; readonly sku: string }
  | { readonly ask: 'give back'; readonly orderId: string }
  | ({ readonly ask: 'register' } & Registration)
  | { readonly ask: 'change'; readonly reference: string; readonly sku: string; readonly to: Change }
  | { readonly ask: 'show product'; readonly sku: string }
  | { readonly ask: 'show availability'; readonly sku: string; readonly quantity: number | null }
  | { readonly ask: 'show order'; readonly orderId: string }
  | { readonly ask: 'show batch'; readonly reference: string };

interface Change {
  readonly quantity?: number;
  readonly eta?: string | null;
}

/** The last one is unknown until somebody registers a batch of it. */
export const SKUS = ['CHAIR', 'LAMP', 'SOFA', 'TABLE'] as const;
const ETAS = [null, '2097-01-10', '2097-01-20', '2097-02-01'];
/** Orders that all clients use, so that they get in each other's way. */
const SHARED_ORDERS = 12;
/** The same, of each product, that are shipped. */
const SHARED_SHIPPED = 3;

/** What is there before the clients come: little enough that lines are refused, and moved when a batch shrinks. */
export const OPENING_STOCK: readonly Registration[] = SKUS.slice(0, 3).flatMap((sku) => [
  { reference: `${sku}-0`, sku, quantity: 20, eta: null },
  { reference: `${sku}-1`, sku, quantity: 12, eta: '2097-01-20' },
]);

const WEIGHTS = {
  allocate: 34,
  'allocate again': 8,
  deallocate: 14,
  'give back': 4,
  register: 3,
  'register again': 2,
  shrink: 5,
  grow: 5,
  reschedule: 4,
  'change both': 1,
  'show product': 8,
  'show availability': 5,
  'show order': 5,
  'show batch': 3,
  'goods of an order': 24,
  'goods of a batch': 13,
  'goods again': 8,
  'about a pair': 50,
  'about a queue': 60,
};
const KINDS = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];

/**
 * What one client asks, call after call. It depends on the seed alone and not on what was answered: a schedule that is
 * played again asks the same.
 */
export class Shopper {
  readonly #name: string;
  readonly #random: Random;
  readonly #allocated: Extract<Call, { ask: 'allocate' }>[] = [];
  readonly #registered: Registration[] = [...OPENING_STOCK];
  readonly #written: GoodsCall[] = [];
  readonly #pairs: PairShopper;
  readonly #queues: QueueShopper;
  #count = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
    this.#pairs = new PairShopper(name, random);
    this.#queues = new QueueShopper(name, random);
  }

  next(): Call {
    const random = this.#random;
    const sku = random.pick(SKUS);
    const kind = random.weighted(KINDS, (kind) => WEIGHTS[kind]);
    switch (kind) {
      case 'allocate':
        return this.#allocate(sku);
      case 'allocate again':
        return this.#allocatedBefore() ?? this.next();
      case 'deallocate': {
        const before = random.chance(0.8) ? this.#allocatedBefore() : undefined;
        const { orderId, sku: ofSku } = before ?? { orderId: this.#orderId(sku), sku };
        return { ask: 'deallocate', orderId, sku: ofSku };
      }
      case 'give back':
        return { ask: 'give back', orderId: this.#anyOrderId(sku) };
      case 'register':
        return this.#register({ sku, quantity: random.between(1, 6), eta: random.pick(ETAS) });
      case 'register again': {
        const { reference, ...before } = random.pick(this.#registered);
        const quantity = random.chance(0.3) ? before.quantity + 1 : before.quantity;
        return { ask: 'register', reference, ...before, quantity };
      }
      case 'shrink':
        return this.#change({ quantity: random.chance(0.3) ? random.between(0, 3) : random.between(4, 12) });
      case 'grow':
        return this.#change({ quantity: random.between(13, 30) });
      case 'reschedule':
        return this.#change({ eta: random.pick(ETAS) });
      case 'change both':
        return this.#change({ quantity: random.between(0, 12), eta: random.pick(ETAS) });
      case 'show product':
        return { ask: kind, sku };
      case 'show availability':
        return { ask: kind, sku, quantity: random.chance(0.7) ? this.#units() : null };
      case 'show order':
        return { ask: kind, orderId: this.#anyOrderId(sku) };
      case 'show batch':
        return { ask: kind, reference: random.pick(this.#registered).reference };
      case 'goods of an order':
        return this.#write(aboutGoodsOf(random, this.#shippedOrder(sku)));
      case 'goods of a batch':
        return this.#write(aboutGoodsIn(random, random.pick(this.#registered).reference));
      case 'goods again':
        return this.#written.length > 0 ? random.pick(this.#written.slice(-8)) : this.next();
      case 'about a pair':
        return this.#pairs.next();
      case 'about a queue':
        return this.#queues.next();
    }
  }

  #units(): number {
    return this.#random.between(1, 4);
  }

  #orderId(sku: string): string {
    if (this.#random.chance(0.2)) return `shared-${this.#random.between(1, SHARED_ORDERS)}`;
    if (this.#random.chance(0.2)) return `${ONE_LINE}${sku}-${this.#random.between(1, SHARED_SHIPPED)}`;
    return `${ONE_LINE}${sku}-${this.#name}-${++this.#count}`;
  }

  #anyOrderId(sku: string): string {
    return this.#allocatedBefore()?.orderId ?? this.#orderId(sku);
  }

  /** One of which units may leave: those of several products are ordered as pairs. */
  #shippedOrder(sku: string): string {
    // One of the last, which is likely to have its units still.
    const orderId = this.#allocated.slice(-3).at(this.#random.between(0, 2))?.orderId ?? '';
    return orderId.startsWith(ONE_LINE)
      ? orderId
      : `${ONE_LINE}${sku}-${this.#random.between(1, SHARED_SHIPPED)}`;
  }

  #allocate(sku: string): Call {
    const split = this.#random.chance(0.35);
    // One that is split is worth it if no batch holds it.
    const quantity = split ? this.#random.between(2, 9) : this.#units();
    const call = { ask: 'allocate', orderId: this.#orderId(sku), sku, quantity, split } as const;
    this.#allocated.push(call);
    return call;
  }

  #write(call: GoodsCall): GoodsCall {
    this.#written.push(call);
    return call;
  }

  /** One of the last few, which may well be under way still at another instance. */
  #allocatedBefore() {
    const recent = this.#allocated.slice(-15);
    return recent.length > 0 ? this.#random.pick(recent) : undefined;
  }

  #register(what: Omit<Registration, 'reference'>): Call {
    const registration = { reference: `${what.sku}-${this.#name}-${++this.#count}`, ...what };
    this.#registered.push(registration);
    return { ask: 'register', ...registration };
  }

  #change(to: Change): Call {
    const { reference, sku } = this.#random.pick(this.#registered);
    return { ask: 'change', reference, sku, to };
  }
}

/** How the name of an order begins that has one line all its life, of the product that is named next. */
const ONE_LINE = 'only-';

/** The products that an order or a batch can be about. */
export function skusOf(subject: string): readonly string[] {
  if (subject.startsWith('pair-')) return pairOf(subject);
  const [sku, ofOrder] = subject.split('-');
  if (subject.startsWith(ONE_LINE)) return [ofOrder!];
  return [...SKUS, ...PAIR_SKUS, ...QUEUE_SKUS].includes(sku!) ? [sku!] : SKUS;
}

export function requestFor(call: Call): Request {
  if (isAboutGoods(call)) return requestAboutGoods(call, skusOf(subjectOf(call.id)));
  switch (call.ask) {
    case 'allocate': {
      const { ask: _, ...body } = call;
      return { method: 'POST', path: '/v1/allocations', body };
    }
    case 'register': {
      const { ask: _, ...body } = call;
      return { method: 'POST', path: '/v1/batches', body };
    }
    case 'change':
      return { method: 'PATCH', path: `/v1/batches/${call.reference}`, body: call.to };
    case 'deallocate':
      return { method: 'DELETE', path: `/v1/orders/${call.orderId}/allocations/${call.sku}` };
    case 'give back':
      return { method: 'DELETE', path: `/v1/orders/${call.orderId}/allocations` };
    case 'show product':
      return { method: 'GET', path: `/v1/products/${call.sku}` };
    case 'show availability': {
      const query = call.quantity === null ? '' : `?quantity=${call.quantity}`;
      return { method: 'GET', path: `/v1/products/${call.sku}/availability${query}` };
    }
    case 'show order':
      return { method: 'GET', path: `/v1/orders/${call.orderId}/allocations` };
    case 'show batch':
      return { method: 'GET', path: `/v1/batches/${call.reference}` };
    case 'put queued order':
    case 'confirm queued order':
    case 'cancel queued order':
    case 'show queued order':
    case 'show queue':
    case 'set policy':
      return requestAboutQueue(call);
    case 'put order':
    case 'confirm order':
    case 'cancel order':
    case 'show whole order':
    case 'show pair':
      return requestAboutPair(call);
  }
}
