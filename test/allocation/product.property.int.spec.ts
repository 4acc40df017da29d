import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { histories } from './product.histories.js';
import { playOn } from './product.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

/** Two of them at a time. */
const SEQUENCES = 200;

describe('Products in PostgreSQL', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });

  afterAll(() => kernel.close());

  it(`answer, store, publish and count versions as the model does, in ${SEQUENCES} histories`, async () => {
    const stack = stackInPostgres(kernel);
    const commits = { together: 0, oneByOne: 0 };
    const property = fc.asyncProperty(fc.tuple(histories, histories), async (two) => {
      const { together, oneByOne } = await playOn(stack, two);
      commits.together += together;
      commits.oneByOne += oneByOne;
    });
    await fc.assert(property, { numRuns: SEQUENCES / 2 });
    expect(commits.together).toBeGreaterThan(commits.oneByOne);
  });
});
