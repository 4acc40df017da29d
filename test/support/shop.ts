import { earmarkAt, type Body, type Earmark } from '../../client/client.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { startService, type Answer, type RunningService } from './service.js';
import { expect } from '@jest/globals';

type Headers = Readonly<Record<string, string>>;

/** Where a list goes on, and how much of it is wanted. */
interface Part<Cursor> {
  readonly after?: Cursor;
  readonly limit?: number;
}

interface List<Item, Cursor> {
  items: Item[];
  next: Cursor | null;
}

/**
 * The service on a database of its own, and the calls of the API in the words of the business, sent by the client that
 * others use too. What no such client can say goes by `get`, `delete` and `send`.
 */
export class Shop {
  readonly #api: Earmark;

  private constructor(
    readonly service: RunningService,
    private readonly database: TestDatabase,
  ) {
    this.#api = earmarkAt(service.url);
  }

  static async open(): Promise<Shop> {
    const database = await freshDatabase();
    return new Shop(await startService(database.url), database);
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** Another instance of the service on the same database. */
  anotherInstance(): Promise<RunningService> {
    return startService(this.database.url);
  }

  get<B = unknown>(path: string, headers?: Headers): Promise<Answer<B>> {
    return this.service.request('GET', path, undefined, headers);
  }

  delete(path: string): Promise<Answer<unknown>> {
    return this.service.request('DELETE', path);
  }

  /** @param eta left out: on hand */
  buy(reference: string, sku: string, quantity: number, eta?: string | null) {
    const body = { reference, sku, quantity, ...(eta !== undefined && { eta }) };
    return answered(this.#api.POST('/v1/batches', { body }));
  }

  change(reference: string, body: Body<'ChangeBatchBody'>, ifMatch?: string) {
    const header = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    return answered(
      this.#api.PATCH('/v1/batches/{reference}', { params: { path: { reference }, header }, body }),
    );
  }

  batch(reference: string) {
    return answered(this.#api.GET('/v1/batches/{reference}', { params: { path: { reference } } }));
  }

  batches(query: Part<string> & { readonly sku?: string } = {}) {
    return answered(this.#api.GET('/v1/batches', { params: { query } }));
  }

  order(orderId: string, sku: string, quantity: number) {
    return answered(this.#api.POST('/v1/allocations', { body: { orderId, sku, quantity } }));
  }

  /** @param lines units by SKU, or lines as the API has them */
  putOrder(
    orderId: string,
    lines: Readonly<Record<string, number>> | Body<'PutOrderBody'>['lines'],
    terms: Omit<Body<'PutOrderBody'>, 'lines'> = {},
    header: { readonly 'If-Match'?: string; readonly 'If-None-Match'?: '*' } = {},
  ) {
    const wanted = Array.isArray(lines)
      ? lines
      : Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity }));
    const params = { path: { orderId }, header };
    return answered(this.#api.PUT('/v1/orders/{orderId}', { params, body: { lines: wanted, ...terms } }));
  }

  confirmOrder(orderId: string, ifMatch?: string) {
    const header = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    return answered(
      this.#api.POST('/v1/orders/{orderId}/confirm', { params: { path: { orderId }, header } }),
    );
  }

  cancelOrder(orderId: string, ifMatch?: string) {
    const header = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    return answered(this.#api.DELETE('/v1/orders/{orderId}', { params: { path: { orderId }, header } }));
  }

  findOrder(orderId: string) {
    return answered(this.#api.GET('/v1/orders/{orderId}', { params: { path: { orderId } } }));
  }

  listOrders(
    query: Part<string> & {
      readonly state?: Body<'OrderBody'>['state'];
      readonly sku?: string;
      readonly channel?: string;
    } = {},
  ) {
    return answered(this.#api.GET('/v1/orders', { params: { query } }));
  }

  /** @param by the last day that counts; left out: any */
  cartAvailability(items: Body<'CartBody'>['items'], by?: string) {
    return answered(this.#api.POST('/v1/availability', { body: { items, ...(by !== undefined && { by }) } }));
  }

  simulate(...steps: Body<'StepBody'>[]) {
    return answered(this.#api.POST('/v1/simulations', { body: { steps } }));
  }

  allocationsOf(orderId: string) {
    return answered(this.#api.GET('/v1/orders/{orderId}/allocations', { params: { path: { orderId } } }));
  }

  giveBack(orderId: string, sku: string) {
    const path = { orderId, sku };
    return answered(this.#api.DELETE('/v1/orders/{orderId}/allocations/{sku}', { params: { path } }));
  }

  giveBackAll(orderId: string) {
    return answered(this.#api.DELETE('/v1/orders/{orderId}/allocations', { params: { path: { orderId } } }));
  }

  product(sku: string) {
    return answered(this.#api.GET('/v1/products/{sku}', { params: { path: { sku } } }));
  }

  products(query: Part<string> = {}) {
    return answered(this.#api.GET('/v1/products', { params: { query } }));
  }

  /** @param quantity left out: nothing is to be promised */
  availability(sku: string, quantity?: number) {
    const query = quantity === undefined ? {} : { quantity };
    return answered(this.#api.GET('/v1/products/{sku}/availability', { params: { path: { sku }, query } }));
  }

  events(query: Part<number> = {}) {
    return answered(this.#api.GET('/v1/events', { params: { query } }));
  }

  subscriptions() {
    return answered(this.#api.GET('/v1/subscriptions'));
  }

  /** Sends a body as it is written, so that it can say what no JavaScript object can. */
  async send(
    method: string,
    path: string,
    body: string | Uint8Array,
    headers: Headers = JSON_BODY,
  ): Promise<Answer<unknown>> {
    const answer = await fetch(new URL(path, this.service.url), { method, headers, body: Buffer.from(body) });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  /** Every item of a list, page by page; checks that no page but the last is short. */
  async pages<Item, Cursor>(
    list: (part: Part<Cursor>) => Promise<Answer<List<Item, Cursor>>>,
    limit: number,
  ): Promise<Item[][]> {
    const pages: Item[][] = [];
    let after: Cursor | null = null;
    do {
      const { body }: Answer<List<Item, Cursor>> = await list({ limit, ...(after !== null && { after }) });
      pages.push(body.items);
      after = body.next;
      if (after !== null) expect(body.items).toHaveLength(limit);
    } while (after !== null);
    return pages;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.database.drop();
  }
}

/** As other answers look; the body of a refusal is the problem document. */
async function answered<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Answer<Data>> {
  const { data, error, response } = await call;
  return { status: response.status, headers: response.headers, body: (data ?? error) as Data };
}

const JSON_BODY = { 'content-type': 'application/json' };

interface Refusal {
  readonly status: number;
  /** The last part of its `type`. */
  readonly code: string;
  readonly title: string;
  /** A sentence. */
  readonly detail: string;
  /** The path of the request. */
  readonly instance: string;
  /** The facts. */
  readonly [fact: string]: unknown;
}

/** Expects exactly this problem document. */
export function expectRefusal(answer: Answer<unknown>, { code, ...rest }: Refusal): void {
  expect(answer.body).toEqual({ type: `urn:earmark:problem:${code}`, ...rest });
  expect(rest.detail).toMatch(/^.+\.$/);
  expect(answer.status).toBe(rest.status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
}

/** Expects a refusal because of one field, for this reason. */
export function expectInvalid(
  answer: Answer<unknown>,
  instance: string,
  field: string,
  message: string,
): void {
  expectRefusal(answer, {
    status: 400,
    code: 'validation-failed',
    title: 'Validation failed',
    detail: message,
    instance,
    errors: [{ field, message }],
  });
}
