import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelOrder } from '../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder } from '../../src/allocation/commands/confirm-order.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { CommandsInMemory } from './commands-in-memory.js';
import { wantedOrder } from './order.fixture.js';

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
