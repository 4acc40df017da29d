import { beforeEach, describe, expect, it } from '@jest/globals';
import { FailedAuthLimiter } from '../../../src/platform/access/failed-auth-limiter.js';
import { DEFAULT_LIMITS } from '../../../src/platform/config/limit-settings.js';
import { TooManyRequests, Unauthenticated } from '../../../src/platform/access/callers/refusals.js';

const MOST_FAILED_TRIES = DEFAULT_LIMITS.failedTries!;

const REFUSAL = new Unauthenticated('key');
const MINUTE_MS = 60_000;

let tries: FailedAuthLimiter;
beforeEach(() => {
  tries = new FailedAuthLimiter();
});
const tryTimes = (times: number, address: string, now: number) =>
  Array.from({ length: times }, () => tries.record(address, REFUSAL, now));

describe('An address whose credentials keep failing', () => {
  it('gets its 401 up to a number in a minute, and then 429 with the rest of the minute', () => {
    const now = 5 * MINUTE_MS + 17_500;

    expect(new Set(tryTimes(MOST_FAILED_TRIES, '10.0.0.7', now))).toEqual(new Set([REFUSAL]));
    for (const answer of tryTimes(10, '10.0.0.7', now)) {
      expect(answer).toBeInstanceOf(TooManyRequests);
      expect(answer).toMatchObject({
        status: 429,
        code: 'too-many-requests',
        headers: { 'retry-after': '43' },
      });
    }
  });

  it('gets its 401 again in the next minute', () => {
    tryTimes(MOST_FAILED_TRIES + 1, '10.0.0.7', MINUTE_MS - 1);

    expect(tries.record('10.0.0.7', REFUSAL, MINUTE_MS)).toBe(REFUSAL);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['10.0.0.7', '::ffff:10.0.0.7'],
  ])('counts as one with others of its IPv6 network: %s and %s', (one, other) => {
    tryTimes(MOST_FAILED_TRIES, one, 0);

    expect(tries.record(other, REFUSAL, 0)).toBeInstanceOf(TooManyRequests);
    expect(tries.record('2001:db8:1:3::1', REFUSAL, 0)).toBe(REFUSAL);
  });

  it('is counted apart from other addresses', () => {
    tryTimes(MOST_FAILED_TRIES + 1, '10.0.0.7', 0);

    expect(tries.record('10.0.0.8', REFUSAL, 0)).toBe(REFUSAL);
    expect(tries.record('10.0.0.7', REFUSAL, 0)).not.toBe(REFUSAL);
  });
});
