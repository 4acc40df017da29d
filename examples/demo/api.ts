import { setTimeout as sleep } from 'node:timers/promises';
import { jsonRequest, type JsonResponse } from './json-request.js';
import type { ClaimEvent } from './claim-history.js';
import type { Batch, Incident } from '../month.js';
import type { Arrival, PlannedOrder } from '../plan.js';

/** An order as the service answers it. */
export interface Order {
  readonly orderId: string;
  readonly state: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly state: string;
    readonly expectedDate: string | null;
    readonly claims: readonly { readonly batchReference: string; readonly eta: string | null }[];
  }[];
}

/** What a customer is told about an order. */
export type OrderOutcome =
  | { readonly kind: 'accepted'; readonly isNew: boolean; readonly order: Order }
  | {
      readonly kind: Refused;
      readonly short: readonly { readonly sku: string; readonly requested: number }[];
    };

const REFUSED = ['out-of-stock', 'unknown-sku', 'already-shipped', 'order-firm'] as const;
type Refused = (typeof REFUSED)[number];

export interface Shipment {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** An order of one line that waits for its units if there are none. */
export interface CampaignOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly channel: string;
}

interface Placed {
  readonly quantity: number;
  readonly batchReference: string;
  readonly eta: string | null;
}

/** A line that a reallocation run has changed. */
export interface ReallocatedLine {
  readonly orderId: string;
  readonly outcome: string;
  readonly before: Placed | null;
  readonly after: Placed | null;
}

/** How long a forgotten hold lasts: the shortest that the service takes. */
const FORGOTTEN_SECONDS = 10;
const HOLD_SECONDS = 600;

export interface ProductStock {
  readonly sku: string;
  readonly onHand: number;
  readonly inbound: number;
}

interface Page<Item, Cursor = string> {
  readonly items: readonly Item[];
  readonly next: Cursor | null;
}

interface Subscription {
  readonly name: string;
  readonly lag: { readonly events: number };
  readonly parked: number;
}

/** How often a busy service is asked again before the demo gives up. */
const PATIENCE = 10;

/** The part of the REST API that the demo uses, as any client of the service would write it. */
export class Api {
  constructor(readonly url: string) {}

  async register({ reference, sku, quantity, eta }: Batch): Promise<void> {
    await this.#ask('POST', '/v1/batches', { reference, sku, quantity, ...(eta !== null && { eta }) });
  }

  async change({ reference, quantity, eta }: Omit<Incident, 'afterLine'>): Promise<void> {
    const change = { ...(quantity !== null && { quantity }), ...(eta !== null && { eta }) };
    await this.#ask('PATCH', `/v1/batches/${encodeURIComponent(reference)}`, change);
  }

  /** Orders all lines at once; a hold ends by itself unless it is confirmed. */
  async put({ orderId, lines, whenShort, kind }: PlannedOrder): Promise<OrderOutcome> {
    const path = `/v1/orders/${encodeURIComponent(orderId)}`;
    const { status, body } = await this.#send('PUT', path, {
      lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      whenShort,
      ...(kind === 'confirmed' && { expiresInSeconds: HOLD_SECONDS }),
      ...(kind === 'forgotten' && { expiresInSeconds: FORGOTTEN_SECONDS }),
    });
    if (status < 300) return { kind: 'accepted', isNew: status === 201, order: body as Order };
    const problem = body as { type?: string; lines?: { sku: string; requested: number }[] };
    const refused = REFUSED.find((word) => problem.type === `urn:earmark:problem:${word}`);
    if (!refused) throw unexpected('PUT', path, status, body);
    return { kind: refused, short: problem.lines ?? [] };
  }

  confirm(orderId: string): Promise<Order> {
    return this.#ask('POST', `/v1/orders/${encodeURIComponent(orderId)}/confirm`);
  }

  order(orderId: string): Promise<Order> {
    return this.#ask('GET', `/v1/orders/${encodeURIComponent(orderId)}`);
  }

  /** Whether there is a hold that has not ended. */
  async hasHolds(): Promise<boolean> {
    return (await this.#ask<Page<Order>>('GET', '/v1/orders?state=held&limit=1')).items.length > 0;
  }

  receive({ receiptId, reference, quantity, rejected, isFinal }: Arrival): Promise<{ overReceived: number }> {
    const receipt = { batchReference: reference, quantity, rejected, final: isFinal };
    return this.#ask('PUT', `/v1/receipts/${encodeURIComponent(receiptId)}`, receipt);
  }

  /** Ships all of an order that is on hand; undefined if nothing is. */
  async ship(shipmentId: string, orderId: string): Promise<Shipment | undefined> {
    const path = `/v1/shipments/${encodeURIComponent(shipmentId)}`;
    const { status, body } = await this.#send('PUT', path, { orderId });
    if (status < 300) return body as Shipment;
    if ((body as { type?: string }).type === 'urn:earmark:problem:not-on-hand') return undefined;
    throw unexpected('PUT', path, status, body);
  }

  async cancelShipment(shipmentId: string): Promise<void> {
    const path = `/v1/shipments/${encodeURIComponent(shipmentId)}`;
    const { status, body } = await this.#send('DELETE', path);
    if (status !== 204) throw unexpected('DELETE', path, status, body);
  }

  async takeBack(returnId: string, orderId: string, line: object): Promise<void> {
    await this.#ask('PUT', `/v1/returns/${encodeURIComponent(returnId)}`, { orderId, lines: [line] });
  }

  async orderOrWait({ orderId, sku, quantity, channel }: CampaignOrder): Promise<void> {
    const order = { lines: [{ sku, quantity }], channel, whenShort: 'backorder' };
    await this.#ask('PUT', `/v1/orders/${encodeURIComponent(orderId)}`, order);
  }

  async countWaiting(sku: string): Promise<number> {
    const path = `/v1/products/${encodeURIComponent(sku)}/backorders?limit=500`;
    return (await this.#ask<Page<object, number>>('GET', path)).items.length;
  }

  /** Reassigns the units of a product, or says what that would do. */
  async reallocate(
    sku: string,
    segments: readonly object[],
    simulate: boolean,
  ): Promise<readonly ReallocatedLine[]> {
    const path = `/v1/products/${encodeURIComponent(sku)}/reallocations`;
    const { lines } = await this.#ask<{ lines: readonly ReallocatedLine[] }>('POST', path, {
      segments,
      simulate,
    });
    return lines;
  }

  /** Why the line of the order has changed last, as its history tells. */
  async reasonOf(orderId: string): Promise<string> {
    const path = `/v1/orders/${encodeURIComponent(orderId)}/history`;
    const { items } = await this.#ask<Page<{ reason: string | null; data: { strategy?: string } }>>(
      'GET',
      path,
    );
    const { reason, data } = items.at(-1)!;
    return [reason, data.strategy].filter((word) => typeof word === 'string').join(': ');
  }

  products(): AsyncGenerator<ProductStock> {
    return this.#pages('/v1/products');
  }

  events(): AsyncGenerator<ClaimEvent | { readonly type: string; readonly data: object }> {
    return this.#pages('/v1/events');
  }

  notifications(): AsyncGenerator<{ readonly state: string }> {
    return this.#pages('/v1/notifications');
  }

  async subscriptions(): Promise<readonly Subscription[]> {
    return (await this.#ask<Page<Subscription>>('GET', '/v1/subscriptions')).items;
  }

  async *#pages<Item>(path: string): AsyncGenerator<Item> {
    for (let after = ''; ;) {
      const page = await this.#ask<Page<Item, string | number>>('GET', `${path}?limit=500${after}`);
      yield* page.items;
      if (page.next === null) return;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  async #ask<Body>(method: string, path: string, content?: object): Promise<Body> {
    const { status, body } = await this.#send(method, path, content);
    if (status >= 300) throw unexpected(method, path, status, body);
    return body as Body;
  }

  async #send(method: string, path: string, content?: object): Promise<JsonResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await jsonRequest(method, `${this.url}${path}`, content);
      if (response.status !== 503 || attempt === PATIENCE) return response;
      await sleep(1_000 * Number(response.headers['retry-after'] ?? 1));
    }
  }
}

function unexpected(method: string, path: string, status: number, body: unknown): Error {
  return new Error(`${method} ${path} answered ${status}, which nobody expected: ${JSON.stringify(body)}`);
}
