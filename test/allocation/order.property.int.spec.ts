import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { orderHistories } from './order.commands.js';
import { playOrders } from './order.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

const SEQUENCES = 100;

describe('Orders in PostgreSQL', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });

  afterAll(() => kernel.close());

  it(`answer, store, publish and count versions as the model does, in ${SEQUENCES} histories`, async () => {
    const stack = stackInPostgres(kernel);
    const commits = { together: 0, oneByOne: 0 };
    const property = fc.asyncProperty(orderHistories, async (history) => {
      const { together, oneByOne } = await playOrders(stack, history);
      commits.together += together;
      commits.oneByOne += oneByOne;
    });
    await fc.assert(property, { numRuns: SEQUENCES });
    expect(commits.together).toBeGreaterThan(commits.oneByOne);
  });
});
