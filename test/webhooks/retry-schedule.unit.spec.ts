import { describe, expect, it } from '@jest/globals';
import { delayAfter, STANDARD_SCHEDULE } from '../../src/webhooks/domain/retry-schedule.js';
import { retryAfterMs } from '../../src/webhooks/sending/webhook-client.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];

describe('The next attempt', () => {
  it('comes when Standard Webhooks says, and there are ten', () => {
    const delays = Array.from({ length: 10 }, (_, i) => delayAfter(STANDARD_SCHEDULE, i + 1, 0));
    expect(delays).toEqual([
      5_000,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
      null,
    ]);
  });

  it('comes up to a tenth later by chance, never sooner', () => {
    expect(delayAfter(STANDARD_SCHEDULE, 2, 0.5)).toBe(5.25 * MINUTE);
    expect(delayAfter(STANDARD_SCHEDULE, 2, 1)).toBe(5.5 * MINUTE);
  });

  it('comes no sooner than the receiver asks for, and within a day', () => {
    expect(delayAfter(STANDARD_SCHEDULE, 1, 0, HOUR)).toBe(HOUR);
    expect(delayAfter(STANDARD_SCHEDULE, 4, 0, HOUR)).toBe(2 * HOUR);
    expect(delayAfter(STANDARD_SCHEDULE, 1, 0, 1_000 * HOUR)).toBe(24 * HOUR);
    expect(delayAfter(STANDARD_SCHEDULE, 10, 0, HOUR)).toBeNull();
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-08-01T09:30:00Z');

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sat, 01 Aug 2026 09:31:00 GMT', MINUTE],
    ['Sat, 01 Aug 2026 09:29:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    [undefined, 0],
  ])('%s stands for %s ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
