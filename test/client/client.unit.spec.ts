import { describe, expect, it } from '@jest/globals';
import { answerOf, earmarkAt, Refused } from '../../client/client.js';

/** A client whose every call is answered so; `asked` is what it has sent. */
function answeredBy(body: string, init: ResponseInit, key?: string) {
  const asked: Request[] = [];
  const fetch = (request: Request) => {
    asked.push(request);
    return Promise.resolve(new Response(body, init));
  };
  return { earmark: earmarkAt('http://earmark.example', { key, fetch }), asked };
}

const json = (status: number, headers: Record<string, string> = {}): ResponseInit => ({
  status,
  headers: { 'content-type': status < 300 ? 'application/json' : 'application/problem+json', ...headers },
});

const problem = (code: string, status: number, facts: object = {}) =>
  JSON.stringify({
    type: `urn:earmark:problem:${code}`,
    title: code,
    status,
    detail: `It is ${code}.`,
    ...facts,
  });

const line = { orderId: 'o-1', sku: 'TABLE', quantity: 10 };

const refusal = (call: Promise<unknown>): Promise<Refused> =>
  call.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => error as Refused,
  );

describe('the client', () => {
  it('percent-encodes the path, and returns the answer', async () => {
    const { earmark, asked } = answeredBy('{"sku":"50% TABLE/OAK"}', json(200));

    const product = await answerOf(
      earmark.GET('/v1/products/{sku}', { params: { path: { sku: '50% TABLE/OAK' } } }),
    );

    expect(product.sku).toBe('50% TABLE/OAK');
    expect(asked[0]!.url).toBe('http://earmark.example/v1/products/50%25%20TABLE%2FOAK');
    expect(asked[0]!.headers.get('authorization')).toBeNull();
  });

  it('sends the key with every call', async () => {
    const { earmark, asked } = answeredBy('{"items":[]}', json(200), 'earmark_k');

    await earmark.GET('/v1/products');
    await earmark.GET('/v1/batches');

    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer earmark_k',
      'Bearer earmark_k',
    ]);
  });

  it('throws a refusal with its code, its facts and its message', async () => {
    const facts = { sku: 'TABLE', requested: 10, available: 3 };
    const { earmark } = answeredBy(problem('out-of-stock', 409, facts), json(409));

    const refused = await refusal(answerOf(earmark.POST('/v1/allocations', { body: line })));

    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ code: 'out-of-stock', status: 409, message: 'It is out-of-stock.' });
    expect(refused.problem).toMatchObject(facts);
    expect(refused.retryAfter).toBeUndefined();
  });

  it('says when to retry', async () => {
    const { earmark } = answeredBy(problem('busy', 503), json(503, { 'retry-after': '2' }));

    const refused = await refusal(answerOf(earmark.POST('/v1/allocations', { body: line })));

    expect(refused).toMatchObject({ code: 'busy', retryAfter: 2 });
  });

  it.each([
    ['<h1>Bad gateway</h1>', {}],
    ['{"error":"no"}', {}],
    ['null', {}],
    ['', {}],
    ['', { 'content-length': '0' }],
  ])('does not take the answer of a proxy for one of the service: %j %j', async (body, headers) => {
    const { earmark } = answeredBy(body, { status: 502, statusText: 'Bad Gateway', headers });

    const refused = await refusal(answerOf(earmark.GET('/v1/products')));

    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 502, message: '502 Bad Gateway' });
    expect([refused.code, refused.problem]).toEqual([undefined, undefined]);
  });

  it('returns nothing for an answer without content', async () => {
    const earmark = earmarkAt('http://earmark.example', {
      fetch: () => Promise.resolve(new Response(null, { status: 204 })),
    });
    const path = { orderId: 'o-1' };

    expect(
      await answerOf(earmark.DELETE('/v1/orders/{orderId}/allocations', { params: { path } })),
    ).toBeUndefined();
  });
});
