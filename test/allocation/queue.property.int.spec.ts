import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { queueHistories } from './queue.commands.js';
import { queueStackInPostgres } from './queue-in-postgres.js';
import { playQueue } from './queue.stack.js';

const SEQUENCES = 60;

describe('The lines that wait for a product in PostgreSQL', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });

  afterAll(() => kernel.close());

  it(`are served as rule 12 says after every step, in ${SEQUENCES} histories of all policies`, async () => {
    const stack = queueStackInPostgres(kernel);
    let seen = 0;
    const property = fc.asyncProperty(queueHistories, async (history) => {
      seen += await playQueue(stack, history);
    });
    await fc.assert(property, { numRuns: SEQUENCES });
    expect(seen).toBeGreaterThan(SEQUENCES * 5);
  });
});
