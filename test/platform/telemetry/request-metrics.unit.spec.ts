import { afterEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { SECONDS } from '../../../src/kernel/metrics/instruments.js';
import { Calls, callsOfProcess, measureRequests } from '../../../src/platform/telemetry/request-metrics.js';

describe('The calls of a route', () => {
  it('are counted by duration in buckets that include their upper bound, and are added up', () => {
    const calls = new Calls({ 'http.route': '/v1/batches' });
    for (const seconds of [0.0005, 0.001, 0.0015, 10, 10.5, 60]) calls.add(seconds);

    const inBuckets = Object.fromEntries([...SECONDS, Infinity].map((bound, i) => [bound, calls.buckets[i]]));
    expect(inBuckets).toMatchObject({ 0.001: 2, 0.0025: 1, 0.005: 0, 5: 0, 10: 1, Infinity: 2 });
    expect([...SECONDS].sort((a, b) => a - b)).toEqual(SECONDS);
    expect(calls.buckets).toHaveLength(SECONDS.length + 1);
    expect(calls.count).toBe(6);
    expect(calls.sum).toBeCloseTo(80.503);
  });
});

describe('The metrics of a call', () => {
  afterEach(() => {
    callsOfProcess.clear();
  });

  /** What Fastify passes to hooks at the end of an answer. */
  let answered: (request: object, reply: object, done: () => void) => void;
  measureRequests({
    addHook: (_: string, hook: typeof answered) => (answered = hook),
  } as unknown as FastifyInstance);

  function call(
    method: string,
    url: string | undefined,
    statusCode: number,
    elapsedTime = 3,
    config: object = {},
  ): void {
    let isDone = false;
    const request = { method, is404: url === undefined, routeOptions: { url: url ?? '/guessed', config } };
    answered(request, { statusCode, elapsedTime }, () => (isDone = true));
    expect(isDone).toBe(true);
  }

  it('are labelled with its method, its route and its status', () => {
    call('GET', '/v1/batches', 200, 500);
    call('GET', '/v1/batches', 200);
    call('POST', '/v1/batches', 200);
    call('GET', '/v1/batches', 503);
    call('GET', '/v1/products', 200);

    const [first, ...others] = callsOfProcess.values();
    expect(first).toMatchObject({
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v1/batches',
        'http.response.status_code': 200,
      },
      count: 2,
      sum: 0.503,
    });
    expect(others.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('leave out bulk calls, unless they are refused', () => {
    call('POST', '/v1/bulk/orders', 200, 600_000, { takesRows: true });
    call('POST', '/v1/bulk/orders', 415, 3, { takesRows: true });

    expect([...callsOfProcess.values()].map(({ attributes }) => attributes)).toMatchObject([
      { 'http.route': '/v1/bulk/orders', 'http.response.status_code': 415 },
    ]);
  });

  it('have no label that a stranger could choose', () => {
    call('GET', undefined, 404);
    call('BREW', undefined, 404);
    call('PROPFIND', '/v1/batches', 405);

    expect([...callsOfProcess.values()].map(({ attributes }) => attributes)).toEqual([
      { 'http.request.method': 'GET', 'http.response.status_code': 404 },
      { 'http.request.method': '_OTHER', 'http.response.status_code': 404 },
      { 'http.request.method': '_OTHER', 'http.route': '/v1/batches', 'http.response.status_code': 405 },
    ]);
  });
});
