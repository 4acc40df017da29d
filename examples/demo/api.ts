import { setTimeout as sleep } from 'node:timers/promises';
import { jsonRequest, type JsonResponse } from './json-request.js';
import type { LineEvent } from './line-history.js';
import type { Batch, Incident, OrderLine } from '../month.js';

/** What a customer is told about a line. `eta` null: it is on hand. */
export type Answer =
  | { readonly kind: 'allocated' | 'repeated'; readonly eta: string | null }
  | { readonly kind: 'out-of-stock' | 'allocation-conflict' | 'unknown-sku' };

export interface ProductStock {
  readonly sku: string;
  readonly batches: readonly { readonly eta: string | null; readonly available: number }[];
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

  async change({ reference, quantity, eta }: Incident): Promise<void> {
    const change = { ...(quantity !== null && { quantity }), ...(eta !== null && { eta }) };
    await this.#ask('PATCH', `/v1/batches/${encodeURIComponent(reference)}`, change);
  }

  async allocate(line: OrderLine): Promise<Answer> {
    const { status, body } = await this.#send('POST', '/v1/allocations', line);
    const { type, eta } = body as { type?: string; eta: string | null };
    if (status === 201) return { kind: 'allocated', eta };
    if (status === 200) return { kind: 'repeated', eta };
    const kind = type?.replace('urn:earmark:problem:', '');
    if (kind === 'out-of-stock' || kind === 'allocation-conflict' || kind === 'unknown-sku') return { kind };
    throw unexpected('POST', '/v1/allocations', status, body);
  }

  /** The dates that an order's allocations show, by SKU. */
  async datesOf(orderId: string): Promise<Map<string, string | null>> {
    const path = `/v1/orders/${encodeURIComponent(orderId)}/allocations`;
    const { items } = await this.#ask<{ items: { sku: string; eta: string | null }[] }>('GET', path);
    return new Map(items.map(({ sku, eta }) => [sku, eta]));
  }

  async *products(): AsyncGenerator<ProductStock> {
    for await (const { sku } of this.#pages<{ sku: string }>('/v1/products')) {
      yield await this.#ask<ProductStock>('GET', `/v1/products/${encodeURIComponent(sku)}`);
    }
  }

  events(): AsyncGenerator<LineEvent | { readonly type: string; readonly data: object }> {
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
