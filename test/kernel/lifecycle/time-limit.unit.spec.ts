import { describe, expect, it } from '@jest/globals';
import { withTimeLimit } from '../../../src/kernel/lifecycle/time-limit.js';

describe('a time limit', () => {
  it('passes on what the work resolves with', async () => {
    expect(await withTimeLimit(Promise.resolve(7), 60_000)).toBe(7);
  });

  it('passes on what the work rejects with', async () => {
    await expect(withTimeLimit(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken');
  });

  it('rejects when the time is up, and ignores how the work ends after that', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<void>((_, reject) => (fail = reject));
    await expect(withTimeLimit(work, 1)).rejects.toThrow('no answer within 1 ms');
    fail(new Error('nobody waits'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('rejects with the error that it is given', async () => {
    const never = new Promise<void>(() => undefined);
    await expect(withTimeLimit(never, 1, () => new RangeError('too late'))).rejects.toThrow(RangeError);
  });
});
