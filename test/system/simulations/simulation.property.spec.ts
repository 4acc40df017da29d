import { describe, expect, it } from '@jest/globals';
import { assertUntilSeen } from '../../support/until-seen.js';
import { simulateThenDo, type Seen } from './simulate-then-do.js';
import { stackInMemory } from '../../allocation/stack-in-memory.js';

const GAMES = 300;
/** Answers and events: it would show nothing of those that never happen. */
const WANTED = [
  ...['new', 'known', 'out-of-stock', 'batch-conflict', 'unknown-batch', 'unknown-sku', 'unknown-order'],
  ...['not-on-hand', 'over-shipped', 'BatchRegistered', 'BatchQuantityChanged', 'BatchRescheduled'],
  ...['BatchReceived', 'LineAllocated', 'LineHeld', 'LineAmended', 'LineReallocated', 'LineDeallocated'],
  ...['LineShipped', 'LineBackordered', 'OutOfStock', 'PolicyChanged'],
];

describe('A simulation', () => {
  it(`answers and publishes what the calls do that are made then, in ${GAMES} games`, async () => {
    const seen: Seen = new Map();
    const unseen = () => WANTED.filter((each) => !seen.has(each));
    await assertUntilSeen(
      simulateThenDo(stackInMemory, seen),
      { numRuns: GAMES },
      () => unseen().length === 0,
    );
    expect(unseen()).toEqual([]);
  }, 400_000);
});
