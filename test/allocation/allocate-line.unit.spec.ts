import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AllocateLines } from '../../src/allocation/commands/allocate-lines.js';
import {
  AllocationConflict,
  OutOfStock,
  RepeatedLine,
  UnknownSku,
} from '../../src/allocation/domain/errors.js';
import { due } from '../support/now.js';
import { CommandsInMemory } from './commands-in-memory.js';

describe('AllocateLine', () => {
  let allocation: CommandsInMemory;

  beforeEach(async () => {
    allocation = await CommandsInMemory.open();
    await allocation.buy('TABLE', 'b1', 10, '2027-01-01');
  });

  afterEach(() => allocation.close());

  const promised = { orderId: 'order-1', sku: 'TABLE', quantity: 4, batchReference: 'b1', eta: '2027-01-01' };
  const answer = (isNew: boolean) => ({
    isNew,
    allocation: { ...promised, ...due('2027-01-01') },
    version: expect.stringMatching(/^1-[0-9a-f]{16}$/),
  });

  it('answers with the allocation, says that it is new, and publishes it', async () => {
    expect(await allocation.allocate('order-1', 'TABLE', 4)).toEqual(answer(true));
    expect(allocation.log.events).toEqual([
      {
        type: 'LineAllocated',
        version: 1,
        key: 'TABLE',
        subject: 'order-1',
        data: { ...promised, productVersion: 2 },
      },
    ]);
  });

  it('answers a repeated call with the same allocation, says that it is not new, and publishes nothing', async () => {
    await allocation.allocate('order-1', 'TABLE', 4);
    expect(await allocation.allocate('order-1', 'TABLE', 4)).toEqual(answer(false));
    expect(allocation.told()).toEqual(['LineAllocated']);
    expect(allocation.stock.stateOf('TABLE').version).toBe(2);
  });

  it('recognises a repeated call in the same group as the first', async () => {
    const answers = await Promise.all([
      allocation.allocate('order-1', 'TABLE', 4),
      allocation.allocate('order-1', 'TABLE', 4),
    ]);
    expect(answers).toEqual([answer(true), answer(false)]);
  });

  it('throws OutOfStock if no batch can hold the line, and publishes it', async () => {
    const asked = allocation.allocate('order-1', 'TABLE', 11);
    await expect(asked).rejects.toThrow(OutOfStock);
    await expect(asked).rejects.toMatchObject({ facts: { sku: 'TABLE', requested: 11, available: 10 } });
    expect(allocation.log.events).toMatchObject([
      { type: 'OutOfStock', data: { refusals: 1, units: 11, available: 10, productVersion: 1 } },
    ]);
    expect(allocation.stock.stateOf('TABLE').version).toBe(1);
  });

  it('publishes the refusals of one transaction in one event', async () => {
    await Promise.allSettled([7, 8, 9].map((units, i) => allocation.allocate(`order-${i}`, 'TABLE', units)));
    expect(allocation.log.events).toMatchObject([
      { type: 'LineAllocated', data: { orderId: 'order-0' } },
      { type: 'OutOfStock', data: { refusals: 2, units: 17, available: 3 } },
    ]);
  });

  it('rejects another quantity as a conflict', async () => {
    await allocation.allocate('order-1', 'TABLE', 4);
    await expect(allocation.allocate('order-1', 'TABLE', 5)).rejects.toThrow(AllocationConflict);
    expect(allocation.told()).toEqual(['LineAllocated']);
  });

  it('rejects a SKU that was never registered', async () => {
    await expect(allocation.allocate('order-1', 'SOFA', 1)).rejects.toThrow(UnknownSku);
    expect(allocation.told()).toEqual([]);
  });

  it('allocates no unit twice to callers of one group, and a refusal fails no other call', async () => {
    const calls = Array.from({ length: 12 }, (_, i) => allocation.allocate(`order-${i}`, 'TABLE', 1));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(allocation.stock.stateOf('TABLE')).toMatchObject({
      version: 2,
      batches: [{ quantity: 10, allocated: 10 }],
    });
  });
});

describe('AllocateLines', () => {
  let allocation: CommandsInMemory;

  beforeEach(async () => {
    allocation = await CommandsInMemory.open();
    for (const sku of ['TABLE', 'LAMP']) await allocation.buy(sku, `${sku}-1`, 10);
  });

  afterEach(() => allocation.close());

  it('rejects only the second line of the same order and SKU, even with the same quantity', async () => {
    const lines = [
      { orderId: 'order-1', sku: 'TABLE', quantity: 2 },
      { orderId: 'order-1', sku: 'LAMP', quantity: 2 },
      { orderId: 'order-1', sku: 'TABLE', quantity: 2 },
      { orderId: 'order-1', sku: 'TABLE', quantity: 3 },
      { orderId: 'order-2', sku: 'TABLE', quantity: 2 },
    ];
    const results = await allocation.bus.execute(new AllocateLines(lines));
    expect(results).toEqual([
      expect.objectContaining({ isNew: true }),
      expect.objectContaining({ isNew: true }),
      expect.any(RepeatedLine),
      expect.any(RepeatedLine),
      expect.objectContaining({ isNew: true }),
    ]);
    expect(results[3]).toMatchObject({ facts: { orderId: 'order-1', sku: 'TABLE', requested: 3 } });
    expect(allocation.stock.stateOf('TABLE')).toMatchObject({ batches: [{ allocated: 4 }] });
  });

  it('recognises a repeated call', async () => {
    const call = new AllocateLines([{ orderId: 'order-1', sku: 'TABLE', quantity: 2 }]);
    await allocation.bus.execute(call);
    expect(await allocation.bus.execute(call)).toMatchObject([{ isNew: false }]);
  });
});
