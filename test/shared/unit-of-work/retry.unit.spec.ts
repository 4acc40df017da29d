import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Busy } from '../../../src/shared/domain/busy.js';
import { ConcurrentChange } from '../../../src/shared/domain/store.js';
import { backOff, isTransient, retryTransient } from '../../../src/shared/unit-of-work/retry.js';

let now: number;

beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('what may well succeed when it is run again', () => {
  it('is run again until it does', async () => {
    let attempts = 0;
    const work = () =>
      ++attempts < 3 ? Promise.reject(new ConcurrentChange(['a'])) : Promise.resolve(attempts);
    expect(await retryTransient(work)).toBe(3);
  });

  it('is given up as busy after five seconds', async () => {
    let attempts = 0;
    const work = () => {
      attempts++;
      now += 1_000;
      return Promise.reject(new ConcurrentChange(['a']));
    };
    const busy = await retryTransient(work).catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(Busy);
    expect(attempts).toBe(5);
    expect(String((busy as Busy).cause)).toBe(
      'ConcurrentChange: Changed by somebody else in the meantime, one of: a',
    );
  });

  it.each([
    ['a lost race', new ConcurrentChange(['a'])],
    ['a serialization failure', { code: '40001' }],
    ['a deadlock', { code: '40P01' }],
    ['a lock that was not to be had', { code: '55P03' }],
    ['too many connections', { code: '53300' }],
    ['a disk that is full', { code: '53100' }],
    ['a server that is short of memory', { code: '53200' }],
    ['a disk that fails', { code: '58030' }],
    ['a server that shuts down', { code: '57P01' }],
    ['a connection failure', { code: '08006' }],
    ['a connection that nobody accepts', { code: 'ECONNREFUSED' }],
    ['a connection that was cut', new Error('Connection terminated unexpectedly')],
  ])('is %s', (_what, error) => {
    expect(isTransient(error)).toBe(true);
  });
});

describe('what would fail again', () => {
  it('is not run again', async () => {
    let attempts = 0;
    const work = () => {
      attempts++;
      return Promise.reject(new TypeError('undefined is not a counter'));
    };
    await expect(retryTransient(work)).rejects.toThrow(TypeError);
    expect(attempts).toBe(1);
  });

  it.each([
    ['a mistake', new TypeError('undefined is not a counter')],
    ['a broken constraint', { code: '23514' }],
    ['being busy already', new Busy('Later.')],
    ['nothing at all', undefined],
  ])('is %s', (_what, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('the pause before another attempt', () => {
  it('doubles from 5 ms up to a second, and is cut by up to a half by chance', () => {
    for (const [attempt, ceiling] of [5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000].entries()) {
      const pauses = Array.from({ length: 100 }, () => backOff(attempt));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(ceiling / 2);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(ceiling);
      expect(new Set(pauses).size).toBeGreaterThan(1);
    }
  });
});
