import { beforeEach, describe, expect, it } from '@jest/globals';
import { Orders } from './order.fixture.js';

let orders: Orders;
beforeEach(async () => {
  orders = new Orders();
  await orders.buy('CHAIR', 'c1', 3);
  await orders.buy('TABLE', 't1', 5);
  orders.told();
});

describe('A line that is split over several batches', () => {
  const split = (quantity: number) => ({ CHAIR: { quantity, split: true } });
  beforeEach(() => orders.buy('CHAIR', 'c2', 4, '2027-01-01'));

  it('is published with its claims, and the batch that comes last', async () => {
    await orders.put('o1', split(5));
    expect(orders.facts()).toMatchObject([
      {
        type: 'LineAllocated',
        data: {
          quantity: 5,
          batchReference: 'c2',
          eta: '2027-01-01',
          claims: [
            { batchReference: 'c1', quantity: 3, eta: null },
            { batchReference: 'c2', quantity: 2, eta: '2027-01-01' },
          ],
        },
      },
    ]);
  });

  it('gives units of the last batch back first when it shrinks', async () => {
    await orders.put('o1', split(5));
    await orders.put('o1', split(4));
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1', '1 of c2'] });
    await orders.put('o1', split(3));
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1'] });
  });

  it('grows by the difference alone', async () => {
    await orders.put('o1', split(5));
    await orders.put('o1', split(7));
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1', '4 of c2'] });
  });

  it('moves into one batch if it may be split no longer', async () => {
    await orders.put('o1', split(4));
    await orders.put('o1', { CHAIR: 4 });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['4 of c2'] });
  });

  it('leaves all of its batches when one of them shrinks, and is placed again in the same transaction', async () => {
    await orders.put('o1', split(5));
    orders.told();
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c1', '3 of c2'] });
    expect(orders.facts()).toMatchObject([
      {
        type: 'LineReallocated',
        data: {
          reason: 'batch-shrunk',
          claims: [
            { batchReference: 'c1', quantity: 2 },
            { batchReference: 'c2', quantity: 3 },
          ],
          previousClaims: [
            { batchReference: 'c1', quantity: 3 },
            { batchReference: 'c2', quantity: 2 },
          ],
        },
      },
    ]);
  });

  it('that fits nowhere any more is deallocated with all of its claims', async () => {
    await orders.put('o1', split(7));
    orders.told();
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(orders.claimsOf('o1')).toEqual({});
    expect(orders.told()).toEqual(['LineDeallocated CHAIR', 'OutOfStock CHAIR']);
    expect(orders.stock.stateOf('CHAIR').batches.map(({ allocated }) => allocated)).toEqual([0, 0]);
  });

  it('comes whole from one batch after a shrink if that is as early', async () => {
    await orders.put('o1', split(4));
    await orders.changeQuantity('CHAIR', 'c1', 0);
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['4 of c2'] });
  });
});
