import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelWithClock, type KernelWithClock } from '../../allocation/kernel-with-clock.js';
import { simulateThenDo, type Seen } from './simulate-then-do.js';
import { stackInPostgres } from '../../allocation/stack-in-postgres.js';

const GAMES = 40;

describe('A simulation on PostgreSQL', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });

  afterAll(() => kernel.close());

  it(`answers and publishes what the calls do that are made then, in ${GAMES} games`, async () => {
    const stack = stackInPostgres(kernel);
    const seen: Seen = new Map();
    await fc.assert(
      simulateThenDo(() => stack, seen),
      { numRuns: GAMES },
    );
    // Each of these comes ten times or more in so many games: a rarer one would be missing now and then.
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining(['new', 'LineAllocated', 'BatchRegistered', 'BatchQuantityChanged']),
    );
  });
});
