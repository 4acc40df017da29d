import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import {
  Earmark,
  EarmarkNotModified,
  EarmarkProblem,
  EarmarkUnexpectedAnswer,
  isProblem,
} from '../../client/src/index.js';
import { failureOf, json, page, problem, refusedConnection, serviceAnswering } from './fake-service.js';

const KEY = 'earmark_secret-of-the-shop';
const line = { orderId: 'o-1', sku: 'TABLE', quantity: 10 };
const withoutContent = () => new Response(null, { status: 204 });

describe('A call of the client', () => {
  it('percent-encodes its path and its query, and returns the answer', async () => {
    const { earmark, asked } = serviceAnswering([json({ sku: '50% TABLE/OAK' }), json({ items: [] })]);

    const { data, response } = await earmark.products.find({ path: { sku: '50% TABLE/OAK' } });
    await earmark.batches.list({ query: { sku: 'A&B', limit: 5 } });

    expect([data.sku, response.status]).toEqual(['50% TABLE/OAK', 200]);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET http://earmark.example/v1/products/50%25%20TABLE%2FOAK',
      'GET http://earmark.example/v1/batches?sku=A%26B&limit=5',
    ]);
  });

  it('sends its body as JSON, and its headers', async () => {
    const { earmark, asked } = serviceAnswering([json({ orderId: 'o-1' }, 200, { etag: '"3-0c"' })]);

    const { response } = await earmark.orders.put({
      path: { orderId: 'o-1' },
      headers: { 'If-Match': '"2-9b"' },
      body: { lines: [{ sku: 'TABLE', quantity: 2 }] },
    });

    expect(JSON.parse(asked[0]!.body as string)).toEqual({ lines: [{ sku: 'TABLE', quantity: 2 }] });
    expect(asked[0]!.headers.get('content-type')).toBe('application/json');
    expect(asked[0]!.headers.get('if-match')).toBe('"2-9b"');
    expect(response.headers.get('etag')).toBe('"3-0c"');
  });

  it('goes to a service beneath a path', async () => {
    const { earmark, asked } = serviceAnswering([json({ items: [] })], {
      url: new URL('https://shop.example/earmark/'),
    });

    await earmark.products.list();

    expect(asked[0]!.url).toBe('https://shop.example/earmark/v1/products');
  });

  it('sends the key, which may change from call to call', async () => {
    const keys = ['first', 'second'];
    const { earmark, asked } = serviceAnswering([json({}), json({})], {
      key: () => Promise.resolve(keys.shift()!),
    });

    await earmark.products.list();
    await earmark.products.list();

    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it('sends no key if there is none', async () => {
    const { earmark, asked } = serviceAnswering([json({})]);

    await earmark.products.list();

    expect(asked[0]!.headers.has('authorization')).toBe(false);
  });

  it('has no data if the answer has no content', async () => {
    const { earmark } = serviceAnswering([withoutContent()]);

    const { data, response } = await earmark.orders.cancel({ path: { orderId: 'o-1' } });

    expect(data).toBeFalsy();
    expect(response.status).toBe(204);
  });

  it.each(['.', '..', '', undefined])(
    'is not sent with %j in its path, which would be another call',
    async (sku) => {
      const { earmark, asked } = serviceAnswering([]);
      const path = { orderId: 'o-1', sku: sku! };

      const failure = await failureOf(earmark.allocations.deallocateLine({ path }));

      expect(failure).toBeInstanceOf(TypeError);
      expect(failure.message).toContain('sku cannot be');
      expect(asked).toEqual([]);
    },
  );

  it('takes a number in its path', async () => {
    const { earmark, asked } = serviceAnswering([json({ id: 17 })]);

    await earmark.deadLetters.find({ path: { id: 17 } });

    expect(asked[0]!.url).toBe('http://earmark.example/v1/dead-letters/17');
  });

  it('returns text if the call answers with text', async () => {
    const metrics = new Response('up 1\n', { headers: { 'content-type': 'text/plain; version=0.0.4' } });
    const { earmark } = serviceAnswering([metrics]);

    expect((await earmark.metrics.scrape()).data).toBe('up 1\n');
  });
});

describe('A refusal', () => {
  const outOfStock = () => problem('out-of-stock', 409, { sku: 'TABLE', requested: 10, available: 3 });

  it('is thrown with its code, its facts and its message', async () => {
    const { earmark } = serviceAnswering([outOfStock()]);

    const error = await failureOf(earmark.allocations.allocate({ body: line }));

    expect(error).toBeInstanceOf(EarmarkProblem);
    expect(error).toMatchObject({ name: 'EarmarkProblem', message: 'It is out-of-stock.', status: 409 });
    if (!isProblem(error, 'out-of-stock')) throw error;
    // The compiler knows the facts of this code.
    const available: number | undefined = error.problem.available;
    expect(available).toBe(3);
    expect(error.retryAfter).toBeUndefined();
  });

  it('is told apart by its code', async () => {
    const { earmark } = serviceAnswering([outOfStock()]);

    const error: unknown = await failureOf(earmark.allocations.allocate({ body: line }));

    const told = (): string => {
      if (!(error instanceof EarmarkProblem)) return 'something else';
      if (error.code === 'unknown-sku') return `no ${error.problem.sku.toLowerCase()}`;
      if (error.code === 'out-of-stock') return `only ${error.problem.available} of ${error.problem.sku}`;
      return error.message;
    };
    expect(told()).toBe('only 3 of TABLE');
    expect(isProblem(error, 'unknown-sku', 'allocation-conflict')).toBe(false);
    expect(isProblem(new Error('out-of-stock'), 'out-of-stock')).toBe(false);
  });

  it('keeps the headers, which have the version that stands now', async () => {
    const stale = problem('version-mismatch', 412, { seen: ['1'], version: '2' }, { etag: '"2"' });
    const { earmark } = serviceAnswering([stale]);

    const error = await failureOf(
      earmark.batches.change({ path: { reference: 'PO-1' }, headers: { 'If-Match': '"1"' }, body: {} }),
    );

    expect((error as EarmarkProblem).headers.get('etag')).toBe('"2"');
  });

  it('is returned as its document instead, if the call asks for that', async () => {
    const { earmark } = serviceAnswering([outOfStock()]);

    const { data, error, response } = await earmark.allocations.allocate({ body: line, throwOnError: false });

    expect([data, response?.status]).toEqual([undefined, 409]);
    if (error?.type !== 'urn:earmark:problem:out-of-stock') throw new Error(`It is ${error?.type}.`);
    expect(error.available).toBe(3);
  });

  it('with a code that this version does not know is a refusal as well', async () => {
    const { earmark } = serviceAnswering([problem('moon-in-the-way', 409)]);

    const error = await failureOf(earmark.allocations.allocate({ body: line }));

    expect(error).toBeInstanceOf(EarmarkProblem);
    expect((error as EarmarkProblem).code).toBe('moon-in-the-way');
  });

  it('is something else than what has not changed', async () => {
    const notModified = new Response(null, { status: 304, headers: { etag: '"7"' } });
    const { earmark } = serviceAnswering([notModified]);

    const error = await failureOf(
      earmark.products.find({ path: { sku: 'TABLE' }, headers: { 'If-None-Match': '"7"' } }),
    );

    expect(error).toBeInstanceOf(EarmarkNotModified);
    expect((error as EarmarkNotModified).headers.get('etag')).toBe('"7"');
  });
});

describe('An answer that is not one of the service', () => {
  const text = (body: string, type: string, status = 200) =>
    new Response(body, { status, headers: { 'content-type': type } });

  it.each([
    ['a page of a proxy', page(200), 'text/html'],
    ['JSON that breaks off', text('{"items":[', 'application/json'), 'not JSON'],
    ['a page for something that is not there', page(404), 'no problem document'],
    ['JSON of something else', json({ error: 'no' }, 404), 'no problem document'],
    ['null', json(null, 400), 'no problem document'],
    ['nothing at all', new Response(null, { status: 500 }), 'no type'],
    ['text where the call answers JSON', text('ok', 'text/plain'), 'text/plain'],
    [
      'a redirect',
      new Response(null, { status: 308, headers: { location: 'https://evil.example' } }),
      'redirects',
    ],
  ])('is an error of its own: %s', async (_what, response, message) => {
    const { earmark, asked } = serviceAnswering([response], { key: KEY });

    const error = await failureOf(earmark.products.list({ throwOnError: false }));

    expect(error).toBeInstanceOf(EarmarkUnexpectedAnswer);
    expect(error).toMatchObject({ status: response.status, call: 'GET /v1/products' });
    expect(error.message).toContain(message);
    expect(asked).toHaveLength(1);
  });

  it('is not followed if it is a redirect, so that the key goes nowhere else', async () => {
    let redirect: string | undefined;
    const earmark = new Earmark({
      url: 'http://earmark.example',
      key: KEY,
      fetch: (_url, init) => {
        redirect = init?.redirect;
        return Promise.resolve(json({}));
      },
    });

    await earmark.products.list();

    expect(redirect).toBe('manual');
  });
});

describe('The key', () => {
  const seen = (value: unknown) => inspect(value, { depth: 12, showHidden: true });

  it('is in no error, no answer and no picture of the client', async () => {
    const replies = [problem('unauthenticated', 401), page(404), json({ items: [] }), refusedConnection()];
    const { earmark } = serviceAnswering(replies, { key: KEY, maxRetries: 0 });

    const results = [
      await failureOf(earmark.products.list()),
      await failureOf(earmark.products.list()),
      await earmark.products.list(),
      await failureOf(earmark.products.list()),
      earmark,
    ];

    for (const result of results) {
      expect(seen(result)).not.toContain('secret-of-the-shop');
      expect(JSON.stringify(result)).not.toContain('secret-of-the-shop');
    }
  });

  it.each(['earmark_secret\n', 'earmark secret', '', 'earmark_sécret'])(
    'that no header can hold is refused without being quoted: %j',
    (key) => {
      const create = () => new Earmark({ url: 'http://earmark.example', key });

      expect(create).toThrow(TypeError);
      expect(create).not.toThrow(/s.cret/);
    },
  );

  it('that a function returns is checked as well', async () => {
    const { earmark, asked } = serviceAnswering([], { key: () => 'earmark_secret\r\n' });

    const failure = await failureOf(earmark.products.list());

    expect(failure.message).not.toContain('secret');
    expect(asked).toEqual([]);
  });

  it('that its source does not return fails the call as it is, and nothing is sent', async () => {
    const { earmark, asked } = serviceAnswering([], {
      key: () => Promise.reject(new Error('the vault is closed')),
    });

    expect((await failureOf(earmark.products.list())).message).toBe('the vault is closed');
    expect(asked).toEqual([]);
  });
});

describe('The URL of the service', () => {
  it.each([
    ['ftp://earmark.example', 'http'],
    ['http://user:pass@earmark.example', 'user or a password'],
    ['http://earmark.example?key=pass', 'no query'],
    ['earmark.example', 'Invalid URL'],
  ])('is refused if it is none: %s', (url, message) => {
    const create = () => new Earmark({ url });

    expect(create).toThrow(message);
    expect(create).not.toThrow(/:pass@/);
  });
});
