import { freshDatabase, type TestDatabase } from './database.js';
import { startService, type Answer, type RunningService } from './service.js';
import { expect } from '@jest/globals';

type Headers = Readonly<Record<string, string>>;

/** The service on a database of its own, and the calls of the API in the words of the business. */
export class Shop {
  private constructor(
    readonly service: RunningService,
    private readonly database: TestDatabase,
  ) {}

  static async open(): Promise<Shop> {
    const database = await freshDatabase();
    return new Shop(await startService(database.url), database);
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
  buy(reference: string, sku: string, quantity: number, eta?: string | null): Promise<Answer<unknown>> {
    return this.service.request('POST', '/v1/batches', { reference, sku, quantity, eta });
  }

  change(reference: string, change: object, headers?: Headers): Promise<Answer<unknown>> {
    return this.service.request('PATCH', `/v1/batches/${encodeURIComponent(reference)}`, change, headers);
  }

  order(orderId: string, sku: string, quantity: number): Promise<Answer<unknown>> {
    return this.service.request('POST', '/v1/allocations', { orderId, sku, quantity });
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
  async pages<Item>(path: string, limit: number): Promise<Item[][]> {
    const pages: Item[][] = [];
    let after: string | number | null = null;
    do {
      const url = new URL(path, this.service.url);
      url.searchParams.set('limit', String(limit));
      if (after !== null) url.searchParams.set('after', String(after));
      const { body } = await this.get<{ items: Item[]; next: string | number | null }>(
        url.pathname + url.search,
      );
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
