import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RefusalThrottle } from '../../../../src/platform/http/problems/refusal-throttle.js';
import { startProbe } from '../probe.js';

describe('The refusal throttle', () => {
  const refuse = (crowd: RefusalThrottle, times: number, now: number) =>
    Array.from({ length: times }, () => crowd.delayFor(now, 1));

  it('delays none of the first 500 refusals in a second', () => {
    expect(new Set(refuse(new RefusalThrottle(), 500, 0))).toEqual(new Set([0]));
  });

  it('delays further ones for about their Retry-After', () => {
    const [, ...held] = refuse(new RefusalThrottle(), 1_500, 0).slice(499);
    expect(held).toHaveLength(1_000);
    for (const pause of held) {
      expect(pause).toBeGreaterThanOrEqual(500);
      expect(pause).toBeLessThan(1_500);
    }
  });

  it('delays by different times, so that callers do not come back together', () => {
    const crowd = new RefusalThrottle();
    refuse(crowd, 500, 0);
    expect(new Set(refuse(crowd, 100, 0)).size).toBeGreaterThan(90);
  });

  it('starts again in the next second', () => {
    const crowd = new RefusalThrottle();
    refuse(crowd, 1_000, 0);
    expect(crowd.delayFor(999, 1)).toBeGreaterThan(0);
    expect(crowd.delayFor(1_000, 1)).toBe(0);
  });
});

describe('Among many refusals', () => {
  let app: NestFastifyApplication;
  beforeEach(async () => {
    app = await startProbe();
  });
  afterEach(() => app.close());

  const payload = { reference: 'A-1', sku: 'BUSY', quantity: 1, eta: null };
  const call = () => app.inject({ method: 'POST', url: '/v1/shelves', payload });

  it('every call is answered, and a read before those that are delayed', async () => {
    const atOnce = await Promise.all(Array.from({ length: 500 }, call));
    let isAnswered = false;
    const held = call().finally(() => (isAnswered = true));
    expect((await app.inject('/v1/shelves')).statusCode).toBe(200);
    expect(isAnswered).toBe(false);
    for (const answer of [...atOnce, await held]) {
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:busy' });
    }
  });
});
