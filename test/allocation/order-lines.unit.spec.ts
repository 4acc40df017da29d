import { beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationConflict, UnknownAllocation, UnknownOrder } from '../../src/allocation/domain/errors.js';
import { OrderCancelled, OrderOutOfStock } from '../../src/allocation/domain/order-errors.js';
import { stateOfOrder } from '../../src/allocation/domain/order-state.js';
import { Orders } from './order.fixture.js';

let orders: Orders;
beforeEach(async () => {
  orders = new Orders();
  await orders.buy('CHAIR', 'c1', 3);
  await orders.buy('TABLE', 't1', 5);
  orders.told();
});

describe('Cancelling an order', () => {
  it('releases all of its lines', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 });
    orders.told();
    await orders.cancel('o1');
    expect(orders.claimsOf('o1')).toEqual({});
    expect(orders.told()).toEqual(['LineDeallocated CHAIR', 'LineDeallocated TABLE']);
    expect(stateOfOrder(await orders.find('o1'))).toBe('cancelled');
  });

  it('makes every late call fail: a put, a confirmation and a line', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    await orders.expectUnchanged(async () => {
      await expect(orders.put('o1', { CHAIR: 1 })).rejects.toThrow(OrderCancelled);
      await expect(orders.confirm('o1')).rejects.toThrow(OrderCancelled);
      await expect(orders.add('o1', { CHAIR: 1 })).rejects.toThrow(OrderCancelled);
    });
  });

  it('again changes nothing', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    await orders.expectUnchanged(() => orders.cancel('o1'));
  });

  it('of an order that nobody knows is refused', async () => {
    await expect(orders.cancel('o1')).rejects.toThrow(UnknownOrder);
  });

  it('keeps an order of loose lines cancelled as well', async () => {
    await orders.allocate('o1', 'CHAIR', 1);
    await orders.cancel('o1');
    expect(orders.claimsOf('o1')).toEqual({});
    await expect(orders.put('o1', { CHAIR: 1 })).rejects.toThrow(OrderCancelled);
  });

  it('can be taken back by putting the order with reopen', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    await orders.put('o1', { TABLE: 2 }, { reopen: true });
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of t1'] });
    expect(await orders.find('o1')).toMatchObject({ cancelledAt: null, version: 3 });
  });

  it('leaves the order cancelled if its lines no longer fit', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    expect(await orders.put('o1', { CHAIR: 9 }, { reopen: true })).toBeInstanceOf(OrderOutOfStock);
    expect(stateOfOrder(await orders.find('o1'))).toBe('cancelled');
  });

  it('lets an order that was firm be reopened as a hold', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    await orders.put('o1', { CHAIR: 1 }, { reopen: true, expiresInSeconds: 60 });
    expect(stateOfOrder(await orders.find('o1'))).toBe('held');
  });
});

describe('Deallocating the lines of an order', () => {
  it('gives all of them back, and it can be put as if it had never been', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 }, { priority: 8, channel: 'web' });
    await orders.deallocate('o1');
    expect(await orders.find('o1')).toMatchObject({ version: 0, priority: 5, channel: null, lines: [] });
    expect(await orders.put('o1', { CHAIR: 1 })).toMatchObject({ isNew: true });
  });

  it('is refused if no line claims anything', async () => {
    await expect(orders.deallocate('o1')).rejects.toThrow(UnknownOrder);
  });

  it('one by one deletes the record with the last of them', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 });
    await orders.deallocateLine('o1', 'CHAIR');
    expect((await orders.find('o1')).lines).toMatchObject([{ sku: 'TABLE' }]);
    await orders.deallocateLine('o1', 'TABLE');
    expect(await orders.find('o1')).toMatchObject({ version: 0, lines: [] });
  });

  it('is refused for a line that the order does not have', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.expectUnchanged(async () => {
      await expect(orders.deallocateLine('o1', 'TABLE')).rejects.toThrow(UnknownAllocation);
    });
  });

  it('leaves loose lines without a record', async () => {
    await orders.allocate('o1', 'CHAIR', 1);
    await orders.allocate('o1', 'TABLE', 1);
    await orders.deallocateLine('o1', 'CHAIR');
    expect(orders.versions('o1')).toEqual([0]);
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of t1'] });
  });
});

describe('One more line of an order that has a record', () => {
  beforeEach(() => orders.put('o1', { CHAIR: 1 }));

  it('becomes part of the order', async () => {
    expect(await orders.add('o1', { TABLE: 2 })).toMatchObject({
      isNew: true,
      allocation: { orderId: 'o1', sku: 'TABLE', quantity: 2, batchReference: 't1' },
    });
    expect((await orders.find('o1')).lines.map(({ sku }) => sku)).toEqual(['CHAIR', 'TABLE']);
    expect(orders.versions('o1')).toEqual([2]);
  });

  it('again returns the allocation that it has, and changes nothing', async () => {
    await orders.add('o1', { TABLE: 2 });
    await orders.expectUnchanged(async () =>
      expect(await orders.add('o1', { TABLE: 2 })).toMatchObject({ isNew: false }),
    );
  });

  it('with another quantity is a conflict', async () => {
    await orders.expectUnchanged(() =>
      expect(orders.add('o1', { CHAIR: 2 })).rejects.toThrow(AllocationConflict),
    );
  });

  it('that does not fit is refused, and the order stays as it is', async () => {
    await orders.expectUnchanged(async () =>
      expect(await orders.add('o1', { TABLE: 6 })).toMatchObject({ facts: { requested: 6, available: 5 } }),
    );
  });

  it('claims a line again that the order has lost', async () => {
    await orders.add('o1', { TABLE: 4 });
    await orders.changeQuantity('TABLE', 't1', 3);
    await orders.buy('TABLE', 't2', 4, '2027-01-01');
    expect(await orders.add('o1', { TABLE: 4 })).toMatchObject({
      isNew: true,
      allocation: { batchReference: 't2' },
    });
    expect((await orders.find('o1')).lines).toMatchObject([
      { sku: 'CHAIR' },
      { sku: 'TABLE', promisedDate: null },
    ]);
  });
});
