import { describe, expect, it } from '@jest/globals';
import { SECONDS } from '../../../src/shared/telemetry/instruments.js';
import { Calls } from '../../../src/shared/telemetry/request-metrics.js';

describe('The calls of a route', () => {
  it('are counted by how long they took, a bound belonging to what is below it, and added up', () => {
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
