import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simulateThenDo, type Seen } from './simulate-then-do.js';
import { stackInMemory } from '../../allocation/stack-in-memory.js';

const GAMES = 300;

describe('A simulation', () => {
  it(`answers and publishes what the calls do that are made then, in ${GAMES} games`, async () => {
    const seen: Seen = new Map();
    await fc.assert(simulateThenDo(stackInMemory, seen), { numRuns: GAMES });
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining([
        ...[
          'new',
          'known',
          'out-of-stock',
          'batch-conflict',
          'unknown-batch',
          'unknown-sku',
          'unknown-order',
        ],
        ...['not-on-hand', 'over-shipped', 'BatchRegistered', 'BatchQuantityChanged', 'BatchRescheduled'],
        ...[
          'BatchReceived',
          'LineAllocated',
          'LineHeld',
          'LineAmended',
          'LineReallocated',
          'LineDeallocated',
        ],
        ...['LineShipped', 'LineBackordered', 'OutOfStock', 'PolicyChanged'],
      ]),
    );
  }, 400_000);
});
