import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from '@nestjs/cqrs';
import fc from 'fast-check';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { CancelOrder } from '../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder } from '../../src/allocation/commands/confirm-order.js';
import { DeallocateLine } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { claimsOf, isHeld, termsOf, unitsOn } from '../../src/allocation/domain/loaded-product.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import { CommandsInMemory } from './commands-in-memory.js';
import { wantedOrder, type Lines } from './order.fixture.js';

/** What a caller wants of an order: the SKUs and the order have the name of the run in front. */
type Call = (name: string) => Command<unknown>;

const units = fc.integer({ min: 1, max: 4 });
const sku = fc.constantFrom('A', 'B');
const split = fc.boolean();

const put: fc.Arbitrary<Call> = fc
  .record({
    lines: fc.dictionary(sku, fc.record({ quantity: units, split }), { minKeys: 1, noNullPrototype: true }),
    whenShort: fc.constantFrom('refuse' as const, 'skip' as const),
    expiresInSeconds: fc.constantFrom(null, 600, 900),
    priority: fc.constantFrom(3, 5),
    reopen: fc.boolean(),
  })
  .map(({ lines, ...rest }) => (name: string) => {
    const named: Lines = Object.fromEntries(
      Object.entries(lines).map(([sku, line]) => [`${name}-${sku}`, line] as const),
    );
    return new PutOrder(name, wantedOrder(named, rest));
  });

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: put },
  {
    weight: 4,
    arbitrary: fc
      .record({ sku, quantity: units, split })
      .map(
        (line) => (name: string) => new AllocateLine({ ...line, orderId: name, sku: `${name}-${line.sku}` }),
      ),
  },
  { weight: 2, arbitrary: sku.map((sku) => (name: string) => new DeallocateLine(name, `${name}-${sku}`)) },
  { weight: 1, arbitrary: fc.constant((name: string) => new DeallocateOrder(name)) },
  { weight: 1, arbitrary: fc.constant((name: string) => new CancelOrder(name)) },
  { weight: 1, arbitrary: fc.constant((name: string) => new ConfirmOrder(name)) },
);

describe('Calls about one order', () => {
  let allocation: CommandsInMemory;
  let runs = 0;

  beforeAll(async () => {
    allocation = await CommandsInMemory.open();
  });
  afterAll(() => allocation.close());

  /** What must hold between transactions. */
  function expectSound(name: string): void {
    const { stock } = allocation;
    const record = stock.orderOf(name);
    const lines = stock.linesOf(name);
    if (record.cancelledAt) expect(lines).toEqual([]);
    if (record.version > 0) {
      expect(record.lines.length > 0).toBe(record.cancelledAt === null);
      for (const { sku, line } of lines) {
        expect(record.lines.find((each) => each.sku === sku)).toMatchObject({ quantity: line.quantity });
        const { expiresAt, priority } = record;
        expect(termsOf(line)).toMatchObject({ expiresAt, priority });
      }
    }
    for (const sku of [`${name}-A`, `${name}-B`]) {
      const { batches, lines } = stock.stateOf(sku);
      for (const { reference, allocated, held = 0 } of batches) {
        const sum = (ofThese: typeof lines) =>
          ofThese.reduce((units, line) => units + unitsOn(line, reference), 0);
        expect([allocated, held]).toEqual([sum(lines), sum(lines.filter(isHeld))]);
      }
      for (const line of lines)
        expect(claimsOf(line).reduce((units, { quantity }) => units + quantity, 0)).toBe(line.quantity);
    }
  }

  it('leave no line that its record does not know and none on a cancelled order, however they share transactions', async () => {
    const bursts = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(bursts, async (bursts) => {
        const name = `order-${++runs}`;
        for (const sku of [`${name}-A`, `${name}-B`]) {
          await allocation.buy(sku, `${sku}-here`, 3);
          await allocation.buy(sku, `${sku}-soon`, 2, '2027-01-01');
        }
        for (const burst of bursts) {
          const outcomes = await Promise.allSettled(
            burst.map((call) => allocation.bus.execute<Command<unknown>, unknown>(call(name))),
          );
          for (const outcome of outcomes)
            if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DomainError);
          expectSound(name);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('Calls about one order in one transaction', () => {
  let allocation: CommandsInMemory;

  beforeAll(async () => {
    allocation = await CommandsInMemory.open();
    for (const sku of ['CHAIR', 'TABLE']) await allocation.buy(sku, `${sku}-1`, 9);
  });
  afterAll(() => allocation.close());

  const skusOf = (orderId: string) => allocation.stock.linesOf(orderId).map(({ sku }) => sku);

  it('add a loose line to the order that was put before it', async () => {
    await Promise.all([
      allocation.bus.execute(new PutOrder('o1', wantedOrder({ CHAIR: 1 }))),
      allocation.allocate('o1', 'TABLE', 1),
    ]);
    expect(allocation.stock.orderOf('o1').lines.map(({ sku }) => sku)).toEqual(['CHAIR', 'TABLE']);
  });

  it('leave no loose line on an order that is cancelled after it', async () => {
    const outcomes = await Promise.allSettled([
      allocation.bus.execute(new PutOrder('o2', wantedOrder({ CHAIR: 1 }))),
      allocation.allocate('o2', 'TABLE', 1),
      allocation.bus.execute(new CancelOrder('o2')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(skusOf('o2')).toEqual([]);
  });

  it('leave loose lines without a record if the order is not put', async () => {
    await allocation.allocate('o3', 'CHAIR', 1);
    await Promise.allSettled([
      allocation.bus.execute(new ConfirmOrder('o3')),
      allocation.allocate('o3', 'TABLE', 1),
    ]);
    expect(skusOf('o3')).toEqual(['CHAIR', 'TABLE']);
    expect(allocation.stock.orderOf('o3').version).toBe(0);
  });

  it('put an order anew that was deallocated before, as one of its own', async () => {
    await allocation.bus.execute(new PutOrder('o4', wantedOrder({ CHAIR: 1 }, { priority: 9 })));
    const [, put] = await Promise.all([
      allocation.bus.execute(new DeallocateOrder('o4')),
      allocation.bus.execute(new PutOrder('o4', wantedOrder({ TABLE: 1 }))),
    ]);
    expect(put).toMatchObject({ isNew: true, order: { priority: 5 } });
    expect(skusOf('o4')).toEqual(['TABLE']);
  });

  it('leave nothing of an order that is put and deallocated', async () => {
    await Promise.all([
      allocation.bus.execute(new PutOrder('o5', wantedOrder({ CHAIR: 1 }))),
      allocation.bus.execute(new DeallocateOrder('o5')),
    ]);
    expect(skusOf('o5')).toEqual([]);
    expect(allocation.stock.orderOf('o5').version).toBe(0);
  });
});
