import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { reconnectDelay } from '../../../../src/platform/brokers/jetstream/reconnect-delay.js';

const DAY_MS = 86_400_000;

describe('The pause before NATS is tried again', () => {
  let calendar: number;
  let monotonic: number;
  beforeEach(() => {
    [calendar, monotonic] = [Date.parse('2026-11-30T12:00:00Z'), 5_000];
    jest.spyOn(Date, 'now').mockImplementation(() => calendar);
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const pass = (ms: number) => {
    calendar += ms;
    monotonic += ms;
  };
  /** Attempts at one server in so long, made as the client does it: by the calendar. */
  function attemptsIn(ms: number, delay: () => number, last: number): number {
    let count = 0;
    for (const end = monotonic + ms; monotonic < end; pass(1)) {
      if (last + delay() > calendar) continue;
      last = calendar;
      count++;
    }
    return count;
  }

  it('is a quarter of a second, and a little more', () => {
    const delay = reconnectDelay();
    for (let i = 0; i < 100; i++) {
      pass(300);
      expect(delay()).toBeGreaterThanOrEqual(250);
      expect(delay()).toBeLessThanOrEqual(350);
    }
  });

  it.each([-DAY_MS, -60_000, DAY_MS])('does not become longer if the clock jumps by %i ms', (jump) => {
    const delay = reconnectDelay();
    expect(attemptsIn(1_000, delay, calendar)).toBeGreaterThan(1);
    const last = calendar;
    calendar += jump;

    expect(attemptsIn(1_000, delay, last)).toBeGreaterThan(1);
  });

  it('is kept again soon after a jump', () => {
    const delay = reconnectDelay();
    const last = calendar;
    calendar -= DAY_MS;
    attemptsIn(1_000, delay, last);

    expect(attemptsIn(10_000, delay, calendar)).toBeLessThanOrEqual(40);
  });
});
