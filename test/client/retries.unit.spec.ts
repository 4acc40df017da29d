import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  EarmarkConnectionError,
  EarmarkProblem,
  EarmarkTimeout,
  EarmarkUnexpectedAnswer,
  type Earmark,
  type Retry,
} from '../../client/src/index.js';
import {
  busy,
  failureOf,
  hangs,
  json,
  page,
  problem,
  refusedConnection,
  serviceAnswering,
} from './fake-service.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const line = { orderId: 'o-1', sku: 'TABLE', quantity: 10 };
const allocate = (earmark: Earmark) => earmark.allocations.allocate({ body: line });
const addWebhook = (earmark: Earmark) =>
  earmark.webhooks.create({ body: { url: 'https://shop.example/hook', types: ['*'] } });

/** Lets all waits pass, and returns what came of the call and how long it has waited, in milliseconds. */
async function settled<T>(
  call: Promise<T>,
): Promise<{ readonly result: T | Error; readonly waitedMs: number }> {
  const began = performance.now();
  const outcome = call.then(
    (result: T) => ({ result, waitedMs: performance.now() - began }),
    (error: Error) => ({ result: error, waitedMs: performance.now() - began }),
  );
  await jest.runAllTimersAsync();
  return outcome;
}

/** The answer broke off after its headers. */
const brokenOff = (): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"orderId":'));
        controller.error(new TypeError('terminated'));
      },
    }),
    { headers: { 'content-type': 'application/json' } },
  );

describe('A call of a service that is busy', () => {
  it('is repeated after Retry-After at the earliest, with the same body', async () => {
    const retries: Retry[] = [];
    const { earmark, asked } = serviceAnswering([busy(2), busy(3), json(line, 201)], {
      onRetry: (retry) => retries.push(retry),
    });

    const { result, waitedMs } = await settled(allocate(earmark));

    expect(result).toMatchObject({ data: line });
    expect(asked.map(({ body }) => JSON.parse(body as string) as unknown)).toEqual([line, line, line]);
    expect(waitedMs).toBeGreaterThanOrEqual(5_000);
    // A quarter of jitter at most.
    expect(waitedMs).toBeLessThan(6_300);
    expect(retries).toMatchObject([
      { call: 'POST /v1/allocations', attempts: 1, reason: 'It was answered with 503.' },
      { call: 'POST /v1/allocations', attempts: 2 },
    ]);
  });

  it('waits for a date in Retry-After', async () => {
    const at = new Date(Date.now() + 10_000).toUTCString();
    const { earmark } = serviceAnswering([
      problem('too-many-requests', 429, {}, { 'retry-after': at }),
      json({ items: [] }),
    ]);

    const { waitedMs } = await settled(earmark.products.list());

    // Such a date has no milliseconds.
    expect(waitedMs).toBeGreaterThanOrEqual(9_000);
  });

  it('ends with the refusal after so many repetitions', async () => {
    const { earmark, asked } = serviceAnswering([busy(1), busy(1), busy(1)], { maxRetries: 2 });

    const { result } = await settled(allocate(earmark));

    expect(result).toBeInstanceOf(EarmarkProblem);
    expect(result).toMatchObject({ code: 'busy', retryAfter: 1 });
    expect(asked).toHaveLength(3);
  });

  it('ends with the refusal at once if the wait is longer than the time that is left', async () => {
    const { earmark, asked } = serviceAnswering([busy(1), busy(30)], { timeoutMs: 20_000 });

    const { result, waitedMs } = await settled(allocate(earmark));

    expect(result).toMatchObject({ code: 'busy', retryAfter: 30 });
    expect(asked).toHaveLength(2);
    expect(waitedMs).toBeLessThan(2_000);
  });

  it('is not repeated if it does more each time, but for a rate limit, which has let nothing through', async () => {
    const limited = problem('too-many-requests', 429, {}, { 'retry-after': '1' });
    const { earmark, asked } = serviceAnswering([limited, busy(1)]);

    const { result } = await settled(addWebhook(earmark));

    expect(result).toMatchObject({ code: 'busy' });
    expect(asked).toHaveLength(2);
  });

  it('is not repeated if another time would not help', async () => {
    const { earmark, asked } = serviceAnswering([problem('waits-for-operator', 503)]);

    const { result } = await settled(allocate(earmark));

    expect(result).toMatchObject({ code: 'waits-for-operator' });
    expect(asked).toHaveLength(1);
  });

  it('is not repeated if it asks for the health of the service', async () => {
    const { earmark, asked } = serviceAnswering([busy(1)]);

    expect((await settled(earmark.health.ready())).result).toMatchObject({ code: 'busy' });
    expect(asked).toHaveLength(1);
  });
});

describe('A call without an answer', () => {
  it.each([
    ['nobody listens', refusedConnection()],
    ['the answer breaks off', brokenOff()],
    ['a proxy cannot reach the service', page(502)],
    ['a proxy has waited too long', page(504)],
  ])('is repeated if that is safe: %s', async (_why, lost) => {
    const { earmark, asked } = serviceAnswering([lost, json(line, 201)]);

    expect((await settled(allocate(earmark))).result).toMatchObject({ data: line });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['reads', (earmark: Earmark) => earmark.products.list()],
    ['puts', (earmark: Earmark) => earmark.policy.put({ path: { sku: 'TABLE' }, body: {} })],
    ['deletes', (earmark: Earmark) => earmark.orders.cancel({ path: { orderId: 'o-1' } })],
    ['simulates', (earmark: Earmark) => earmark.simulations.simulate({ body: { steps: [] } })],
  ])('is safe to repeat if it %s', async (_what, call) => {
    const { earmark, asked } = serviceAnswering([refusedConnection(), json({})]);

    await settled<unknown>(call(earmark));

    expect(asked).toHaveLength(2);
  });

  it.each([
    ['creates something that has no name yet', addWebhook],
    [
      'has a condition that its own effect makes untrue',
      (earmark: Earmark) =>
        earmark.batches.change({
          path: { reference: 'PO-1' },
          headers: { 'If-Match': '"1"' },
          body: { quantity: 3 },
        }),
    ],
    [
      'may only create',
      (earmark: Earmark) =>
        earmark.orders.put({
          path: { orderId: 'o-1' },
          headers: { 'If-None-Match': '*' },
          body: { lines: [{ sku: 'TABLE', quantity: 1 }] },
        }),
    ],
  ])('is not safe to repeat if it %s', async (_what, call) => {
    for (const lost of [refusedConnection(), page(502)]) {
      const { earmark, asked } = serviceAnswering([lost]);

      const { result } = await settled(call(earmark) as Promise<unknown>);

      expect(result).toBeInstanceOf(lost instanceof Error ? EarmarkConnectionError : EarmarkUnexpectedAnswer);
      expect(asked).toHaveLength(1);
    }
  });

  it('fails in the end with the reason, and how often it was tried', async () => {
    const { earmark } = serviceAnswering([refusedConnection(), refusedConnection(), refusedConnection()], {
      maxRetries: 2,
    });

    const { result } = await settled(allocate(earmark));

    expect(result).toBeInstanceOf(EarmarkConnectionError);
    expect(result).toMatchObject({
      name: 'EarmarkConnectionError',
      call: 'POST /v1/allocations',
      attempts: 3,
      message: 'POST /v1/allocations has no answer in 3 attempts: fetch failed (connect ECONNREFUSED)',
      cause: expect.any(TypeError),
    });
  });

  it('waits longer before each further attempt', async () => {
    const waits: number[] = [];
    const { earmark } = serviceAnswering(Array.from({ length: 5 }, refusedConnection), {
      maxRetries: 4,
      onRetry: ({ waitMs }) => waits.push(waitMs),
    });

    await settled(allocate(earmark));

    expect(waits).toHaveLength(4);
    for (const [at, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(100 * 2 ** at);
      expect(waitMs).toBeLessThanOrEqual(200 * 2 ** at);
    }
  });
});

describe('The time limit of a call', () => {
  it('ends an attempt that hangs, and begins another one', async () => {
    const { earmark, asked } = serviceAnswering([hangs, json(line, 201)], { attemptTimeoutMs: 3_000 });

    const { result, waitedMs } = await settled(allocate(earmark));

    expect(result).toMatchObject({ data: line });
    expect(asked).toHaveLength(2);
    expect(waitedMs).toBeGreaterThanOrEqual(3_000);
    expect(waitedMs).toBeLessThan(4_000);
  });

  it('ends an attempt of which the answer hangs in the middle', async () => {
    const half = ({ signal }: { signal: AbortSignal }) =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode('{'));
            signal.addEventListener('abort', () => controller.error(signal.reason));
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      );
    const { earmark, asked } = serviceAnswering([half, json(line, 201)], { attemptTimeoutMs: 3_000 });

    expect((await settled(allocate(earmark))).result).toMatchObject({ data: line });
    expect(asked).toHaveLength(2);
  });

  it('ends the call as a whole', async () => {
    const { earmark } = serviceAnswering([hangs, hangs, hangs, hangs], {
      attemptTimeoutMs: 3_000,
      timeoutMs: 7_000,
    });

    const { result, waitedMs } = await settled(allocate(earmark));

    expect(result).toBeInstanceOf(EarmarkTimeout);
    expect(waitedMs).toBeLessThanOrEqual(7_000);
  });

  it('says so for a call that is not repeated', async () => {
    const { earmark } = serviceAnswering([hangs], { attemptTimeoutMs: 3_000 });

    const { result } = await settled(addWebhook(earmark) as Promise<unknown>);

    expect(result).toBeInstanceOf(EarmarkTimeout);
    expect((result as Error).message).toBe('POST /v1/webhooks has no answer: no answer within 3000 ms');
  });
});

describe('A call that is aborted', () => {
  const reason = new Error('the customer has left');

  it('ends while it waits to be repeated', async () => {
    const controller = new AbortController();
    const { earmark, asked } = serviceAnswering([busy(10)]);
    const failure = failureOf(earmark.allocations.allocate({ body: line, signal: controller.signal }));

    await jest.advanceTimersByTimeAsync(5_000);
    controller.abort(reason);

    expect(await failure).toBe(reason);
    expect(asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends while it waits for the answer', async () => {
    const controller = new AbortController();
    const { earmark, asked } = serviceAnswering([hangs]);
    const failure = failureOf(earmark.allocations.allocate({ body: line, signal: controller.signal }));

    await jest.advanceTimersByTimeAsync(5_000);
    controller.abort(reason);

    expect(await failure).toBe(reason);
    expect(asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not sent if it was aborted before', async () => {
    const { earmark, asked } = serviceAnswering([]);

    const failure = await failureOf(earmark.products.list({ signal: AbortSignal.abort(reason) }));

    expect(failure).toBe(reason);
    expect(asked).toEqual([]);
  });

  it('fails as fetch does if no reason is given', async () => {
    const { earmark } = serviceAnswering([]);

    const failure = await failureOf(earmark.products.list({ signal: AbortSignal.abort() }));

    expect(failure.name).toBe('AbortError');
  });
});
