import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeallocateLine } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { UnknownAllocation, UnknownOrder } from '../../src/allocation/domain/errors.js';
import { CommandsInMemory } from './commands-in-memory.js';

let allocation: CommandsInMemory;

beforeEach(async () => {
  allocation = await CommandsInMemory.open();
  await allocation.buy('TABLE', 'b1', 10);
  await allocation.buy('CHAIR', 'b2', 10);
  await allocation.allocate('order-1', 'TABLE', 4);
  await allocation.allocate('order-1', 'CHAIR', 8);
  await allocation.allocate('order-2', 'TABLE', 1);
});

afterEach(() => allocation.close());

/** Units that are claimed of the product. */
const claimed = (sku: string) => allocation.stock.stateOf(sku).batches.map(({ allocated }) => allocated);

describe('DeallocateLine', () => {
  it('gives one line back and publishes it', async () => {
    await allocation.bus.execute(new DeallocateLine('order-1', 'TABLE'));
    expect(allocation.log.events.slice(3)).toEqual([
      {
        type: 'LineDeallocated',
        version: 1,
        key: 'TABLE',
        subject: 'order-1',
        data: {
          orderId: 'order-1',
          sku: 'TABLE',
          quantity: 4,
          batchReference: 'b1',
          reason: 'cancelled',
          productVersion: 4,
        },
      },
    ]);
    expect([claimed('TABLE'), claimed('CHAIR')]).toEqual([[1], [8]]);
  });

  it.each([
    ['an order', new DeallocateLine('order-9', 'TABLE')],
    ['a SKU', new DeallocateLine('order-1', 'SOFA')],
    ['a line of the order', new DeallocateLine('order-2', 'CHAIR')],
  ])('rejects %s that does not exist', async (_what, command) => {
    await expect(allocation.bus.execute(command)).rejects.toThrow(UnknownAllocation);
    expect(allocation.told(3)).toEqual([]);
  });
});

describe('DeallocateOrder', () => {
  it('gives every line of the order back, and no other', async () => {
    await allocation.bus.execute(new DeallocateOrder('order-1'));
    expect([claimed('TABLE'), claimed('CHAIR')]).toEqual([[1], [0]]);
    expect(allocation.log.events.slice(3).map(({ type, key }) => [type, key])).toEqual([
      ['LineDeallocated', 'CHAIR'],
      ['LineDeallocated', 'TABLE'],
    ]);
  });

  it('rejects an order that has no line, also after all were given back', async () => {
    await expect(allocation.bus.execute(new DeallocateOrder('order-9'))).rejects.toThrow(UnknownOrder);
    await allocation.bus.execute(new DeallocateOrder('order-1'));
    await expect(allocation.bus.execute(new DeallocateOrder('order-1'))).rejects.toThrow(UnknownOrder);
  });

  it('succeeds if another call gives a line back at the same time', async () => {
    await Promise.all([
      allocation.bus.execute(new DeallocateLine('order-1', 'TABLE')),
      allocation.bus.execute(new DeallocateOrder('order-1')),
    ]);
    expect(allocation.told(3)).toEqual(['LineDeallocated', 'LineDeallocated']);
  });
});
