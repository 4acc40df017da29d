import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { ConcurrentChange } from '../../../src/kernel/domain/store.js';
import { isTransient, retryTransient } from '../../../src/kernel/postgres/retry.js';

let now: number;

beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a transient failure', () => {
  it('is retried until the work succeeds', async () => {
    let attempts = 0;
    const work = () =>
      ++attempts < 3 ? Promise.reject(new ConcurrentChange(['a'])) : Promise.resolve(attempts);
    expect(await retryTransient(work)).toBe(3);
  });

  it('is given up with Busy after five seconds', async () => {
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
      'ConcurrentChange: Changed by another transaction in the meantime, one of: a',
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
    ['a server that takes no writes', { code: '25006' }],
    ['a database that is missing', { code: '3D000' }],
    ['a role that may not come in', { code: '28000' }],
    ['a password that was changed', { code: '28P01' }],
    ['a table that is missing', { code: '42P01' }],
    ['a column that is missing', { code: '42703' }],
    ['a right that was revoked', { code: '42501' }],
    ['a fault inside the server', { code: 'XX000' }],
    ['a session that a pooler has changed', { code: '26000' }],
    ['a connection failure', { code: '08006' }],
    ['a connection that nobody accepts', { code: 'ECONNREFUSED' }],
    ['a socket that is not there', { code: 'ENOENT', syscall: 'connect' }],
    ['a socket that takes no more callers', { code: 'EAGAIN', syscall: 'connect' }],
    ['a statement that took too long', { code: '57014' }],
    ['a connection that took too long', new Error('timeout expired')],
    ['a connection that was cut', new Error('Connection terminated unexpectedly')],
  ])('is %s', (_what, error) => {
    expect(isTransient(error)).toBe(true);
  });
});

describe('the refusal as busy', () => {
  it.each([
    ['Too much contention; retry shortly.', new ConcurrentChange(['a'])],
    ['The database cannot be reached; retry shortly.', { code: 'ECONNREFUSED' }],
    ['The service cannot use its database; retry shortly.', { code: '42P01' }],
  ])('says why: %s', async (words, cause) => {
    await expect(retryTransient(() => Promise.reject(cause as Error), 0)).rejects.toThrow(words);
  });
});

describe('a permanent failure', () => {
  it('is not retried', async () => {
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

describe('the pause before a retry', () => {
  it('passes before the work is run again', async () => {
    let attempts = 0;
    const work = () =>
      ++attempts < 2 ? Promise.reject(new ConcurrentChange(['a'])) : Promise.resolve(attempts);
    const result = retryTransient(work);
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts).toBe(1);
    expect(await result).toBe(2);
  });

  it('is at its shortest before the second attempt', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    // Enough for a pause of 5 ms, not for one of 10.
    let attempts = 0;
    const work = () =>
      ++attempts < 2 ? Promise.reject(new ConcurrentChange(['a'])) : Promise.resolve(attempts);
    expect(await retryTransient(work, 5)).toBe(2);
  });
});
