import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kernelWithClock, type KernelWithClock } from '../../allocation/kernel-with-clock.js';
import { assertUntilSeen } from '../../support/until-seen.js';
import { simulateThenDo, type Seen } from './simulate-then-do.js';
import { stackInPostgres } from '../../allocation/stack-in-postgres.js';

const GAMES = 40;
const WANTED = ['new', 'LineAllocated', 'BatchRegistered', 'BatchQuantityChanged'];

describe('A simulation on PostgreSQL', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });

  afterAll(() => kernel.close());

  it(`answers and publishes what the calls do that are made then, in ${GAMES} games`, async () => {
    const stack = stackInPostgres(kernel);
    const seen: Seen = new Map();
    const unseen = () => WANTED.filter((each) => !seen.has(each));
    await assertUntilSeen(
      simulateThenDo(() => stack, seen),
      { numRuns: GAMES },
      () => unseen().length === 0,
    );
    expect(unseen()).toEqual([]);
  });
});
