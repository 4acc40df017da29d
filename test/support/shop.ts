import {
  Earmark,
  EarmarkProblem,
  type CartBody,
  type ChangeBatchBody,
  type FollowOptions,
  type OrderBody,
  type PutOrderBody,
  type StepBody,
} from '../../client/src/index.js';
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
    // A test sees every answer, also that of a busy service.
    this.#api = new Earmark({ url: service.url, maxRetries: 0 });
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
    return answered(this.#api.batches.register({ body }));
  }

  change(reference: string, body: ChangeBatchBody, ifMatch?: string) {
    return answered(this.#api.batches.change({ path: { reference }, headers: matching(ifMatch), body }));
  }

  batch(reference: string) {
    return answered(this.#api.batches.find({ path: { reference } }));
  }

  batches(query: Part<string> & { readonly sku?: string } = {}) {
    return answered(this.#api.batches.list({ query }));
  }

  order(orderId: string, sku: string, quantity: number) {
    return answered(this.#api.allocations.allocate({ body: { orderId, sku, quantity } }));
  }

  /** @param lines units by SKU, or lines as the API has them */
  putOrder(
    orderId: string,
    lines: Readonly<Record<string, number>> | PutOrderBody['lines'],
    terms: Omit<PutOrderBody, 'lines'> = {},
    headers: { readonly 'If-Match'?: string; readonly 'If-None-Match'?: '*' } = {},
  ) {
    const wanted = Array.isArray(lines)
      ? lines
      : Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity }));
    return answered(this.#api.orders.put({ path: { orderId }, headers, body: { lines: wanted, ...terms } }));
  }

  confirmOrder(orderId: string, ifMatch?: string) {
    return answered(this.#api.orders.confirm({ path: { orderId }, headers: matching(ifMatch) }));
  }

  cancelOrder(orderId: string, ifMatch?: string) {
    return answered(this.#api.orders.cancel({ path: { orderId }, headers: matching(ifMatch) }));
  }

  findOrder(orderId: string) {
    return answered(this.#api.orders.find({ path: { orderId } }));
  }

  listOrders(
    query: Part<string> & {
      readonly state?: OrderBody['state'];
      readonly sku?: string;
      readonly channel?: string;
    } = {},
  ) {
    return answered(this.#api.orders.list({ query }));
  }

  /** @param by the last day that counts; left out: any */
  cartAvailability(items: CartBody['items'], by?: string) {
    return answered(this.#api.availability.find({ body: { items, ...(by !== undefined && { by }) } }));
  }

  simulate(...steps: StepBody[]) {
    return answered(this.#api.simulations.simulate({ body: { steps } }));
  }

  allocationsOf(orderId: string) {
    return answered(this.#api.allocations.find({ path: { orderId } }));
  }

  giveBack(orderId: string, sku: string) {
    return answered(this.#api.allocations.deallocateLine({ path: { orderId, sku } }));
  }

  giveBackAll(orderId: string) {
    return answered(this.#api.allocations.deallocateOrder({ path: { orderId } }));
  }

  product(sku: string) {
    return answered(this.#api.products.find({ path: { sku } }));
  }

  products(query: Part<string> = {}) {
    return answered(this.#api.products.list({ query }));
  }

  /** @param quantity left out: nothing is to be promised */
  availability(sku: string, quantity?: number) {
    const query = quantity === undefined ? {} : { quantity };
    return answered(this.#api.products.availability({ path: { sku }, query }));
  }

  events(query: Omit<FollowOptions, 'signal' | 'idleTimeoutMs' | 'onReconnect'> & Part<number> = {}) {
    return answered(this.#api.events.list({ query }));
  }

  subscriptions() {
    return answered(this.#api.subscriptions.list());
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

const matching = (ifMatch: string | undefined) => (ifMatch === undefined ? {} : { 'If-Match': ifMatch });

/** As other answers look; the body of a refusal is the problem document. */
async function answered<Data>(call: Promise<{ data: Data; response: Response }>): Promise<Answer<Data>> {
  try {
    const { data, response } = await call;
    return { status: response.status, headers: response.headers, body: data };
  } catch (error) {
    if (!(error instanceof EarmarkProblem)) throw error;
    return { status: error.status, headers: error.headers, body: error.problem as Data };
  }
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
  expect(answer.body).toEqual({ type: `urn:earmark:problem:${code}`, help: `/problems/${code}`, ...rest });
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
