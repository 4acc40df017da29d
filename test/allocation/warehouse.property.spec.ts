import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { Batch } from '../../src/allocation/domain/batch.js';
import { unitsOn } from '../../src/allocation/domain/allocated-line.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import { Goods } from './warehouse.fixture.js';
import { assertUntilSeen } from '../support/until-seen.js';

const SKUS = ['A', 'B'] as const;
const ORDERS = ['o1', 'o2', 'o3'] as const;

/** Units of each batch that were bought: registered, and what came too much, less what did not come. */
type Bought = Map<string, number>;
type Step = (goods: Goods, bought: Bought) => Promise<unknown>;

const sku = fc.constantFrom(...SKUS);
const batch = fc
  .tuple(sku, fc.constantFrom('here', 'soon'))
  .map(([sku, name]): [string, string] => [sku, `${sku}-${name}`]);
const orderId = fc.constantFrom(...ORDERS);
const units = fc.integer({ min: 1, max: 4 });
/** Few names, so that documents are written again. */
const id = fc.integer({ min: 1, max: 12 }).map((number) => `d${number}`);
const unitsBySku = fc.dictionary(sku, units, { minKeys: 1, noNullPrototype: true });

const put = fc
  .record({
    orderId,
    lines: fc.dictionary(sku, fc.record({ quantity: units, split: fc.boolean() }), {
      minKeys: 1,
      noNullPrototype: true,
    }),
    rest: fc.record({
      whenShort: fc.constantFrom('refuse' as const, 'skip' as const),
      expiresInSeconds: fc.constantFrom(null, null, null, 600),
      shipComplete: fc.constantFrom(false, false, false, true),
      reopen: fc.boolean(),
    }),
  })
  .map(
    ({ orderId, lines, rest }): Step =>
      (goods) =>
        goods.put(orderId, lines, rest),
  );

const receive = fc
  .record({
    id,
    batch,
    quantity: fc.integer({ min: 0, max: 5 }),
    rejected: fc.constantFrom(0, 0, 1, 3),
    isFinal: fc.constantFrom(false, false, true),
  })
  .map(({ id, batch, quantity, rejected, isFinal }): Step => async (goods, bought) => {
    goods.told();
    await goods.receive(id, batch, quantity, { rejected, isFinal });
    for (const event of goods.facts() as readonly AllocationEvent[])
      if (event.type === 'BatchReceived')
        bought.set(batch[1], bought.get(batch[1])! + event.data.overReceived - event.data.missing);
  });

const takeBack = fc
  .record({
    id,
    orderId,
    lines: fc.array(
      fc.record({ sku, quantity: units, disposition: fc.constantFrom('restock' as const, 'scrap' as const) }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(
    ({ id, orderId, lines }): Step =>
      (goods) =>
        goods.takeBack(id, orderId, ...lines),
  );

const changeQuantity = fc
  .record({ batch, by: fc.integer({ min: -4, max: 3 }) })
  .map(({ batch: [sku, reference], by }): Step => async (goods, bought) => {
    const { quantity } = goods.batch(sku, reference);
    const after = Math.max(quantity + by, 0);
    await goods.changeQuantity(sku, reference, after);
    bought.set(reference, bought.get(reference)! + after - quantity);
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: put },
  { weight: 3, arbitrary: receive },
  {
    weight: 9,
    arbitrary: fc.record({ id, orderId, lines: fc.option(unitsBySku, { nil: undefined }) }).map(
      ({ id, orderId, lines }): Step =>
        (goods) =>
          goods.ship(id, orderId, lines),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ id, orderId }).map(
      ({ id, orderId }): Step =>
        (goods) =>
          goods.cancelShipment(id, orderId),
    ),
  },
  { weight: 2, arbitrary: takeBack },
  {
    weight: 2,
    arbitrary: fc.record({ id, batch, by: fc.integer({ min: -3, max: 3 }) }).map(
      ({ id, batch, by }): Step =>
        (goods) =>
          goods.adjust(id, batch, by),
    ),
  },
  { weight: 2, arbitrary: changeQuantity },
  {
    weight: 1,
    arbitrary: fc.record({ batch, eta: fc.constantFrom(null, '2027-03-01') }).map(
      ({ batch: [sku, reference], eta }): Step =>
        (goods) =>
          goods.reschedule(sku, reference, eta),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ orderId, sku, quantity: units }).map(
      ({ orderId, sku, quantity }): Step =>
        (goods) =>
          goods.allocate(orderId, sku, quantity),
    ),
  },
  {
    weight: 1,
    arbitrary: orderId.map(
      (orderId): Step =>
        (goods) =>
          goods.confirm(orderId),
    ),
  },
  {
    weight: 1,
    arbitrary: orderId.map(
      (orderId): Step =>
        (goods) =>
          goods.cancel(orderId),
    ),
  },
  {
    weight: 1,
    arbitrary: orderId.map(
      (orderId): Step =>
        (goods) =>
          goods.deallocate(orderId),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ orderId, sku }).map(
      ({ orderId, sku }): Step =>
        (goods) =>
          goods.deallocateLine(orderId, sku),
    ),
  },
);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** What must hold between transactions. */
function expectSound(goods: Goods, bought: Bought): void {
  const records = ORDERS.map((orderId) => goods.stock.orderOf(orderId));
  for (const sku of SKUS) {
    const { batches, lines } = goods.stock.stateOf(sku);
    for (const state of batches) {
      const { reference, quantity, allocated, onHand, goods: its } = new Batch(state);
      const { shipped, returned, writtenOff } = its;
      expect(quantity + shipped + writtenOff - returned).toBe(bought.get(reference));
      expect(allocated).toBe(sum(lines.map((line) => unitsOn(line, reference))));
      expect([allocated >= 0, allocated <= quantity, onHand >= 0, onHand <= quantity]).not.toContain(false);
      const away = records.flatMap(({ lines }) => lines.flatMap(({ shippedFrom = [] }) => shippedFrom));
      const awayOfIt = away.filter(({ batchReference }) => batchReference === reference);
      expect(shipped - returned).toBe(sum(awayOfIt.map(({ quantity }) => quantity)));
    }
  }
  for (const { version, orderId, lines, cancelledAt } of records.filter(({ version }) => version > 0)) {
    for (const { sku, quantity, shipped, returned, shippedFrom = [] } of lines) {
      expect(sum(shippedFrom.map(({ quantity }) => quantity))).toBe(shipped - returned);
      const claimed = goods.stock.linesOf(orderId).find((line) => line.sku === sku)?.line.quantity ?? 0;
      // A line has all of its units or, beside what has left, none.
      expect([0, quantity - shipped]).toContain(claimed);
      if (cancelledAt) expect(quantity).toBe(shipped);
    }
    expect(version).toBeGreaterThan(0);
  }
}

const unitsAway = (goods: Goods): number =>
  sum(SKUS.map((sku) => goods.batch(sku, `${sku}-here`).goods.shipped));

describe('The goods of random histories', () => {
  it('are all explained after each step: what was bought is here, has left, or was written off', async () => {
    let shipments = 0;
    await assertUntilSeen(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 45 }), async (steps) => {
        const goods = new Goods();
        const bought: Bought = new Map();
        for (const sku of SKUS)
          for (const [name, quantity, eta] of [
            ['here', 4, null],
            ['soon', 6, '2027-01-01'],
          ] as const) {
            await goods.buy(sku, `${sku}-${name}`, quantity, eta);
            bought.set(`${sku}-${name}`, quantity);
          }
        for (const step of steps) {
          const before = unitsAway(goods);
          await step(goods, bought).catch((error: unknown) => expect(error).toBeInstanceOf(DomainError));
          expectSound(goods, bought);
          if (unitsAway(goods) > before) shipments++;
        }
      }),
      { numRuns: 60 },
      () => shipments > 5,
    );
    // It would show nothing if hardly anything ever left.
    expect(shipments).toBeGreaterThan(5);
  });
});
