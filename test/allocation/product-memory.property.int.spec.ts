import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import type { Command, Group } from './product.commands.js';
import { playOn } from './product.stack.js';
import { turns, TwoInstances } from './two-instances.js';
import { assertUntilSeen } from '../support/until-seen.js';

const HISTORIES = 60;

const reference = fc.constantFrom('b1', 'b2', 'b3');
/** Nearly all are new. */
const newOrder = fc.integer({ min: 1, max: 2_000 }).map((n) => `o${n}`);
const oldOrder = fc.integer({ min: 1, max: 8 }).map((n) => `o${n}`);
const plain = {
  ...{ split: false, neededBy: null, expiresAt: null, priority: 5, mayWait: false },
  ...{ channel: null, locations: null },
};
const registered = { lot: PLAIN_LOT, registeredAt: 0 };
const allocate = fc.record({
  ask: fc.constant('allocate' as const),
  orderId: fc.oneof({ weight: 20, arbitrary: newOrder }, { weight: 1, arbitrary: oldOrder }),
  quantity: fc.integer({ min: 1, max: 3 }),
});
const eta = fc.constantFrom(null, '2027-01-09', '2027-01-11');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 160, arbitrary: allocate.map((each) => ({ ...plain, ...each })) },
  {
    weight: 2,
    arbitrary: allocate.map((each) => ({ ...plain, ...each, split: true, neededBy: '2027-01-09' })),
  },
  { weight: 1, arbitrary: allocate.map((each) => ({ ...plain, ...each, mayWait: true })) },
  { weight: 1, arbitrary: allocate.map((each) => ({ ...plain, ...each, expiresAt: 12 })) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('deallocate' as const), orderId: oldOrder }) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        ask: fc.constant('add' as const),
        reference,
        quantity: fc.integer({ min: 10, max: 60 }),
        eta,
      })
      .map((each) => ({ ...each, ...registered })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('change quantity' as const),
      reference: fc.constant('b1'),
      quantity: fc.integer({ min: 0, max: 300 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('reschedule' as const),
      reference: fc.constant('b1'),
      eta: fc.constantFrom(null, '2027-01-10'),
    }),
  },
);
const first: Command = { ask: 'add', reference: 'b1', quantity: 200, eta: null, ...registered };
const mixed: fc.Arbitrary<readonly Group[]> = fc
  .array(fc.array(command, { minLength: 1, maxLength: 2 }), { minLength: 20, maxLength: 40 })
  .map((groups) => [[first], ...groups]);

const newLine = fc.record({
  orderId: newOrder,
  quantity: fc.integer({ min: 1, max: 6 }),
  split: fc.boolean(),
  neededBy: fc.constantFrom(null, null, '2027-01-09'),
});
/** Small batches, often several of one date, and then nothing but new lines until nearly all is claimed. */
const untilSoldOut: fc.Arbitrary<readonly Group[]> = fc
  .record({
    batches: fc.array(fc.record({ quantity: fc.integer({ min: 3, max: 24 }), eta }), {
      maxLength: 6,
      minLength: 3,
    }),
    lines: fc.array(newLine, { minLength: 15, maxLength: 25 }),
  })
  .map(({ batches, lines }) => [
    ...batches.map((batch, n): Group => [{ ask: 'add', reference: `b${n}`, ...batch, ...registered }]),
    ...lines.map((line): Group => [{ ask: 'allocate', ...plain, ...line }]),
  ]);

interface Confirmations {
  readonly confirmed: number;
  readonly refuted: number;
}

describe('What two instances remember of products', () => {
  let kernel: KernelWithClock;
  beforeAll(async () => {
    kernel = await kernelWithClock();
  });
  afterAll(() => kernel.close());

  /** @returns how often what was remembered held, and how often not: more often than `least` each */
  async function play(
    histories: fc.Arbitrary<readonly Group[]>,
    turns: fc.Arbitrary<readonly (0 | 1)[]>,
    least: Confirmations,
  ): Promise<Confirmations> {
    const sum = { confirmed: 0, refuted: 0 };
    const property = fc.asyncProperty(fc.tuple(histories, histories), turns, async (two, order) => {
      const instances = new TwoInstances(kernel);
      await playOn(instances.taking(order), two);
      sum.confirmed += instances.sum('confirmed');
      sum.refuted += instances.sum('refuted');
    });
    await assertUntilSeen(
      property,
      { numRuns: HISTORIES / 2, endOnFailure: true },
      () => sum.confirmed > least.confirmed && sum.refuted > least.refuted,
    );
    return sum;
  }

  it(`never changes an answer, in ${HISTORIES} histories`, async () => {
    const { confirmed, refuted } = await play(mixed, turns, { confirmed: 20, refuted: 5 });
    expect(confirmed).toBeGreaterThan(20);
    expect(refuted).toBeGreaterThan(5);
  });

  it(`never puts a line on worse batches than those that were left out, in ${HISTORIES} histories`, async () => {
    const { confirmed } = await play(untilSoldOut, fc.constant([0 as const]), { confirmed: 20, refuted: -1 });
    expect(confirmed).toBeGreaterThan(20);
  });
});
