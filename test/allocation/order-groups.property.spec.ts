import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from '@nestjs/cqrs';
import fc from 'fast-check';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { CancelOrder } from '../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder } from '../../src/allocation/commands/confirm-order.js';
import { DeallocateLine } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { claimsOf, isHeld, termsOf, unitsOn } from '../../src/allocation/domain/allocated-line.js';
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
