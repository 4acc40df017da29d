import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { SKUS, type Asked, type Moment, type OrderCommand } from './order.commands.js';
import { playOrders } from './order.stack.js';
import type { Command } from './product.commands.js';
import { turns, TwoInstances } from './two-instances.js';
import { assertUntilSeen } from '../support/until-seen.js';

const HISTORIES = 30;

const sku = fc.constantFrom(...SKUS);
const newOrder = fc.integer({ min: 20, max: 2_000 }).map((n) => `o${n}`);
/** One that others of the history are likely to be about, too. */
const oldOrder = fc.integer({ min: 1, max: 16 }).map((n) => `o${n}`);
const quantity = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 90 }) },
);
const terms = {
  split: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  neededBy: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constant('2027-01-09')),
};
const plainOrder: fc.Arbitrary<WantedOrder> = fc.record({
  lines: fc.uniqueArray(fc.record({ sku, quantity, ...terms }), {
    selector: (line) => line.sku,
    minLength: 1,
    maxLength: 2,
  }),
  whenShort: fc.oneof(
    { weight: 12, arbitrary: fc.constant('refuse' as const) },
    fc.constantFrom('skip' as const, 'backorder' as const),
  ),
  expiresInSeconds: fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, fc.constant(60)),
  priority: fc.constantFrom(5, 5, 9),
  channel: fc.constantFrom(null, null, 'web'),
  locations: fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, fc.constant(['main'])),
  shipComplete: fc.boolean(),
  reopen: fc.boolean(),
});
const put = fc.record({
  ask: fc.constant('put' as const),
  orderId: fc.oneof({ weight: 5, arbitrary: newOrder }, oldOrder),
  wanted: plainOrder,
});
const ofOldOrder: fc.Arbitrary<OrderCommand> = fc.oneof(
  fc.record({ ask: fc.constantFrom('confirm' as const, 'cancel' as const), orderId: oldOrder }),
  fc.record({ ask: fc.constant('deallocate line' as const), orderId: oldOrder, sku }),
);
const looseLine: fc.Arbitrary<Command> = fc.record({
  ask: fc.constant('allocate' as const),
  orderId: fc.oneof({ weight: 2, arbitrary: newOrder }, oldOrder),
  quantity,
  ...terms,
  expiresAt: fc.constant(null),
  priority: fc.constant(5),
  mayWait: fc.constant(false),
  channel: fc.constant(null),
  locations: fc.constant(null),
});
const registered = { lot: PLAIN_LOT, registeredAt: 0 };
const batch: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({
      ask: fc.constant('add' as const),
      reference: fc.constantFrom('b2', 'b3'),
      quantity: fc.integer({ min: 10, max: 60 }),
      eta: fc.constantFrom(null, '2027-01-09', '2027-01-11'),
    })
    .map((each) => ({ ...each, ...registered })),
  fc.record({
    ask: fc.constant('change quantity' as const),
    reference: fc.constant('b1'),
    quantity: fc.integer({ min: 0, max: 300 }),
  }),
);
const ofProduct = (command: fc.Arbitrary<Command>): fc.Arbitrary<Asked> =>
  fc.record({ ask: fc.constant('of product' as const), sku, command });
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 60, arbitrary: put },
  { weight: 20, arbitrary: ofProduct(looseLine) },
  { weight: 3, arbitrary: ofOldOrder },
  { weight: 2, arbitrary: ofProduct(batch) },
);
const opening: Moment = {
  wait: 0,
  asked: SKUS.map((sku) => ({
    ask: 'of product',
    sku,
    command: { ask: 'add', reference: 'b1', quantity: 150, eta: null, ...registered },
  })),
};
const history: fc.Arbitrary<readonly Moment[]> = fc
  .array(fc.record({ wait: fc.constant(1), asked: fc.array(asked, { minLength: 1, maxLength: 3 }) }), {
    minLength: 20,
    maxLength: 40,
  })
  .map((moments) => [opening, ...moments]);

describe('What two instances remember of products', () => {
  let kernel: KernelWithClock;
  beforeAll(async () => {
    kernel = await kernelWithClock();
  });
  afterAll(() => kernel.close());

  it(`never changes what becomes of orders, in ${HISTORIES} histories`, async () => {
    const sums = { confirmedOrders: 0, refuted: 0 };
    const property = fc.asyncProperty(history, turns, async (moments, order) => {
      const instances = new TwoInstances(kernel);
      await playOrders(instances.taking(order), moments, ordersOf(moments));
      sums.confirmedOrders += instances.sum('confirmedOrders');
      sums.refuted += instances.sum('refuted');
    });
    const hasSeenEnough = () => sums.confirmedOrders > 100 && sums.refuted > 40;
    await assertUntilSeen(property, { numRuns: HISTORIES, endOnFailure: true }, hasSeenEnough);
    expect(hasSeenEnough()).toBe(true);
  });
});

function ordersOf(history: readonly Moment[]): string[] {
  const all = history.flatMap(({ asked }) => asked);
  const named = all.flatMap((each) => {
    if (each.ask !== 'of product') return each.orderId;
    return 'orderId' in each.command ? each.command.orderId : [];
  });
  return [...new Set(named)];
}
