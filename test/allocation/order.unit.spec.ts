import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnknownSku } from '../../src/allocation/domain/errors.js';
import { DuplicateSku, OrderOutOfStock } from '../../src/allocation/domain/order-errors.js';
import { stateOfLine, stateOfOrder } from '../../src/allocation/domain/order-state.js';
import { Orders, wantedLines, wantedOrder } from './order.fixture.js';

let orders: Orders;
beforeEach(async () => {
  orders = new Orders();
  await orders.buy('CHAIR', 'c1', 3);
  await orders.buy('TABLE', 't1', 5);
  orders.told();
});

describe('Putting an order', () => {
  it('claims all of its lines and says that it is new', async () => {
    expect(await orders.put('o1', { TABLE: 2, CHAIR: 1 })).toEqual({ isNew: true, refused: [] });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'], TABLE: ['2 of t1'] });
    expect(stateOfOrder(await orders.find('o1'))).toBe('allocated');
    expect(orders.told()).toEqual(['LineAllocated CHAIR', 'LineAllocated TABLE']);
  });

  it('raises its version and those of its products by one', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 });
    expect(orders.versions('o1', 'CHAIR', 'TABLE')).toEqual([1, 2, 2]);
  });

  it('again with the same content changes nothing and raises no version', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 });
    await orders.expectUnchanged(async () =>
      expect(await orders.put('o1', { TABLE: 2, CHAIR: 1 })).toEqual({ isNew: false, refused: [] }),
    );
  });

  it('raises its version if only the channel, the priority or the way it ships is another', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.put('o1', { CHAIR: 1 }, { channel: 'web' });
    expect(orders.versions('o1', 'CHAIR')).toEqual([2, 2]);
    await orders.put('o1', { CHAIR: 1 }, { channel: 'web', shipComplete: true });
    expect(orders.versions('o1', 'CHAIR')).toEqual([3, 2]);
    await orders.put('o1', { CHAIR: 1 }, { channel: 'web', shipComplete: true, priority: 7 });
    expect(orders.versions('o1', 'CHAIR')).toEqual([4, 3]);
    expect(orders.stock.linesOf('o1')[0]!.line.terms).toMatchObject({ priority: 7 });
  });

  it('amends a line from 2 to 3 by the one unit that is left, and keeps its batch', async () => {
    await orders.buy('CHAIR', 'c2', 9, '2027-01-01');
    await orders.put('o1', { CHAIR: 2 });
    orders.told();
    await orders.put('o1', { CHAIR: 3 });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1'] });
    expect(orders.facts()).toMatchObject([
      {
        type: 'LineAmended',
        data: {
          quantity: 3,
          previousQuantity: 2,
          claims: [{ batchReference: 'c1', quantity: 3 }],
          previousClaims: [{ batchReference: 'c1', quantity: 2 }],
        },
      },
    ]);
  });

  it('amends a line from 3 to 2, keeps its batch and frees the unit for others', async () => {
    await orders.put('o1', { CHAIR: 3 });
    await orders.put('o1', { CHAIR: 2 });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c1'] });
    await orders.put('o2', { CHAIR: 1 });
    expect(orders.claimsOf('o2')).toEqual({ CHAIR: ['1 of c1'] });
  });

  it('moves a line that grows to a batch that holds all of it if its own does not', async () => {
    await orders.buy('CHAIR', 'c2', 9, '2027-01-01');
    await orders.put('o1', { CHAIR: 2 });
    await orders.put('o1', { CHAIR: 4 });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['4 of c2'] });
  });

  it('splits a line that grows only if it may be split', async () => {
    await orders.buy('CHAIR', 'c2', 2, '2027-01-01');
    await orders.put('o1', { CHAIR: 2 });
    expect(await orders.put('o1', { CHAIR: 4 })).toMatchObject({
      lines: [{ sku: 'CHAIR', requested: 4, available: 3, earliest: null }],
    });
    await orders.put('o1', { CHAIR: { quantity: 4, split: true } });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c1', '2 of c2'] });
  });

  it('releases the lines that are missing from it', async () => {
    await orders.put('o1', { CHAIR: 1, TABLE: 2 });
    orders.told();
    await orders.put('o1', { TABLE: 2 });
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['2 of t1'] });
    expect(orders.facts()).toMatchObject([
      { type: 'LineDeallocated', key: 'CHAIR', data: { orderId: 'o1', quantity: 1, reason: 'cancelled' } },
    ]);
  });

  it('keeps the place of a line in the order of allocation', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.put('o2', { CHAIR: 1 });
    await orders.put('o1', { CHAIR: 2 });
    expect((await orders.find('o1')).lines).toMatchObject([{ sequence: 1 }]);
    expect((await orders.find('o2')).lines).toMatchObject([{ sequence: 2 }]);
  });

  it('keeps the promised date of a line, though its batch slips and it moves', async () => {
    await orders.buy('SOFA', 's1', 5, '2027-01-01');
    await orders.buy('SOFA', 's2', 9, '2027-03-01');
    await orders.put('o1', { SOFA: 2 });
    await orders.reschedule('SOFA', 's1', '2027-02-01');
    await orders.put('o1', { SOFA: 3 });
    await orders.put('o1', { SOFA: 7 });
    expect((await orders.find('o1')).lines).toMatchObject([
      { promisedDate: '2027-01-01', claims: [{ batchReference: 's2', quantity: 7, eta: '2027-03-01' }] },
    ]);
  });

  it('with the same SKU twice is refused and changes nothing', async () => {
    const twice = {
      ...wantedOrder({}),
      lines: [...wantedLines({ CHAIR: 1, TABLE: 1 }), ...wantedLines({ CHAIR: 1 })],
    };
    await orders.expectUnchanged(() =>
      expect(
        orders.changeOrder({ orderId: 'o1', lines: twice.lines }, (order) => order.put(twice, 60)),
      ).rejects.toThrow(DuplicateSku),
    );
  });

  it('with an unknown SKU in its last line changes nothing', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.expectUnchanged(() =>
      expect(orders.put('o1', { CHAIR: 2, TABLE: 1, ZEBRA: 1 })).rejects.toThrow(UnknownSku),
    );
  });

  it('with one short line is refused, and only the short product is published as out of stock', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.expectUnchanged(async () => {
      const refused = await orders.put('o1', { CHAIR: 2, TABLE: 6 });
      expect(refused).toBeInstanceOf(OrderOutOfStock);
      expect(refused).toMatchObject({
        lines: [{ sku: 'TABLE', requested: 6, available: 5, earliest: null }],
      });
      expect(orders.facts()).toMatchObject([
        { type: 'OutOfStock', key: 'TABLE', data: { refusals: 1, units: 6, productVersion: 1 } },
      ]);
    });
  });

  it('names every short line of a refusal', async () => {
    expect(await orders.put('o1', { CHAIR: 4, TABLE: 6 })).toMatchObject({
      lines: [{ sku: 'CHAIR' }, { sku: 'TABLE' }],
    });
    expect(await orders.find('o1')).toMatchObject({ version: 0, lines: [] });
  });

  it('takes over the loose lines that the order has', async () => {
    await orders.allocate('o1', 'CHAIR', 1);
    expect(await orders.put('o1', { CHAIR: 1, TABLE: 1 })).toMatchObject({ isNew: false });
    expect(orders.versions('o1', 'CHAIR', 'TABLE')).toEqual([1, 2, 2]);
    await orders.put('o1', { TABLE: 1 });
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of t1'] });
  });
});

describe('Putting an order that skips short lines', () => {
  const skip = { whenShort: 'skip' } as const;

  it('leaves a short line out and claims the others', async () => {
    expect(await orders.put('o1', { CHAIR: 4, TABLE: 1 }, skip)).toEqual({
      isNew: true,
      refused: [{ sku: 'CHAIR', requested: 4, available: 3, earliest: null }],
    });
    expect((await orders.find('o1')).lines.map(({ sku }) => sku)).toEqual(['TABLE']);
    expect(orders.told().sort()).toEqual(['LineAllocated TABLE', 'OutOfStock CHAIR']);
  });

  it('leaves a short line that it has already as it was', async () => {
    await orders.put('o1', { CHAIR: 2 });
    expect(await orders.put('o1', { CHAIR: 4, TABLE: 1 }, skip)).toMatchObject({
      refused: [{ sku: 'CHAIR', requested: 4, available: 3 }],
    });
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c1'], TABLE: ['1 of t1'] });
    expect((await orders.find('o1')).lines).toMatchObject([{ sku: 'CHAIR', quantity: 2 }, { sku: 'TABLE' }]);
  });

  it('is refused as a whole if every line is short', async () => {
    await orders.expectUnchanged(async () =>
      expect(await orders.put('o1', { CHAIR: 4, TABLE: 6 }, skip)).toBeInstanceOf(OrderOutOfStock),
    );
  });

  it('makes a line firm that it leaves as it was, so that it does not end with the hold', async () => {
    await orders.hold('o1', { CHAIR: 2 }, 60);
    await orders.put('o1', { CHAIR: 4, TABLE: 1 }, skip);
    orders.later(61);
    expect(stateOfOrder(await orders.find('o1'))).toBe('allocated');
    expect((await orders.put('o2', { CHAIR: 3 })) instanceof OrderOutOfStock).toBe(true);
  });

  it('gives a line that it leaves as it was the longer hold and the priority of the order', async () => {
    await orders.hold('o1', { CHAIR: 2 }, 60);
    await orders.put('o1', { CHAIR: 4, TABLE: 1 }, { ...skip, expiresInSeconds: 600, priority: 9 });
    const { expiresAt } = orders.stock.orderOf('o1');
    expect(orders.stock.linesOf('o1').map(({ line }) => line.terms)).toMatchObject([
      { expiresAt, priority: 9 },
      { expiresAt, priority: 9 },
    ]);
  });

  it('makes a line firm that it leaves as it was, although its batch now comes too late', async () => {
    await orders.buy('SOFA', 's1', 5, '2027-01-01');
    const sofa = { quantity: 2, neededBy: '2027-01-15' };
    await orders.hold('o1', { SOFA: sofa }, 60);
    await orders.reschedule('SOFA', 's1', '2027-02-01');
    await orders.put('o1', { SOFA: sofa, TABLE: 1 }, skip);
    orders.later(61);
    await orders.find('o1');
    expect(orders.claimsOf('o1')).toEqual({ SOFA: ['2 of s1'], TABLE: ['1 of t1'] });
    expect((await orders.find('o1')).lines).toMatchObject([{ neededBy: '2027-01-15' }, { sku: 'TABLE' }]);
  });

  it('leaves a line without claims as it was', async () => {
    await orders.put('o1', { CHAIR: 3, TABLE: 1 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    await orders.put('o1', { CHAIR: 3, TABLE: 2 }, skip);
    const order = await orders.find('o1');
    expect(order.lines.map((line) => [line.sku, stateOfLine(line, order)])).toEqual([
      ['CHAIR', 'refused'],
      ['TABLE', 'allocated'],
    ]);
  });
});

describe('A line that is needed by a date', () => {
  beforeEach(() => orders.buy('SOFA', 's1', 5, '2027-02-01'));

  it('is short if its units come later, and the refusal says when it could have them', async () => {
    expect(await orders.put('o1', { SOFA: { quantity: 2, neededBy: '2027-01-31' } })).toMatchObject({
      lines: [{ sku: 'SOFA', requested: 2, available: 0, earliest: '2027-02-01' }],
    });
  });

  it('is claimed if its units come on that day', async () => {
    await orders.put('o1', { SOFA: { quantity: 2, neededBy: '2027-02-01' } });
    expect(orders.claimsOf('o1')).toEqual({ SOFA: ['2 of s1'] });
  });

  it('leaves its batch for one that comes in time when it is put again after its batch has slipped', async () => {
    const sofa = { quantity: 2, neededBy: '2027-02-01' };
    await orders.put('o1', { SOFA: sofa });
    await orders.reschedule('SOFA', 's1', '2027-03-01');
    await orders.buy('SOFA', 's2', 5, '2027-01-15');
    await orders.put('o1', { SOFA: sofa });
    expect(orders.claimsOf('o1')).toEqual({ SOFA: ['2 of s2'] });
  });
});
