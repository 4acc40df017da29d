import { beforeEach, describe, expect, it } from '@jest/globals';
import { HoldExpired, OrderFirm, OrderOutOfStock } from '../../src/allocation/domain/order-errors.js';
import { stateOfOrder } from '../../src/allocation/domain/order-state.js';
import { Orders } from './order.fixture.js';

const HOUR = 3_600;

let orders: Orders;
beforeEach(async () => {
  orders = new Orders();
  await orders.buy('CHAIR', 'c1', 3);
  await orders.buy('TABLE', 't1', 5);
  orders.told();
});

const stateOf = async (orderId: string) => stateOfOrder(await orders.find(orderId));
const inSeconds = (seconds: number) => new Date(orders.now.getTime() + seconds * 1_000);

describe('A hold', () => {
  it('claims its units like an allocation, and is published with its end', async () => {
    const expiresAt = inSeconds(600);
    await orders.hold('o1', { CHAIR: 2 }, 600);
    expect(await stateOf('o1')).toBe('held');
    expect(orders.facts()).toMatchObject([
      { type: 'LineHeld', data: { orderId: 'o1', quantity: 2, expiresAt: expiresAt.toISOString() } },
    ]);
    expect(await orders.put('o2', { CHAIR: 2 })).toMatchObject({ lines: [{ available: 1 }] });
  });

  it('counts until the instant before its end', async () => {
    await orders.hold('o1', { CHAIR: 3 }, 600);
    orders.later(599.999);
    expect(await orders.put('o2', { CHAIR: 1 })).toBeInstanceOf(OrderOutOfStock);
  });

  it('gives its units to others from the instant of its end, though nobody has swept it up', async () => {
    await orders.hold('o1', { CHAIR: 3 }, 600);
    orders.told();
    orders.later(600);
    await orders.put('o2', { CHAIR: 3 });
    expect(orders.claimsOf('o2')).toEqual({ CHAIR: ['3 of c1'] });
    expect(orders.facts()).toMatchObject([
      { type: 'LineReleased', data: { orderId: 'o1', quantity: 3, reason: 'expired' } },
      { type: 'LineAllocated', data: { orderId: 'o2', quantity: 3 } },
    ]);
    expect(await stateOf('o1')).toBe('expired');
  });

  it('that is put again lasts longer, and keeps its claims', async () => {
    await orders.hold('o1', { CHAIR: 3 }, 600);
    orders.told();
    orders.later(500);
    const expiresAt = inSeconds(600);
    await orders.hold('o1', { CHAIR: 3 }, 600);
    expect(orders.stock.orderOf('o1')).toMatchObject({ expiresAt, version: 2 });
    expect(orders.facts()).toMatchObject([
      { type: 'LineHeld', data: { from: 'hold', expiresAt: expiresAt.toISOString() } },
    ]);
    orders.later(599);
    expect(await stateOf('o1')).toBe('held');
  });

  it('never lasts longer than the longest hold from its first creation', async () => {
    orders.longestHoldSeconds = 700;
    const latest = inSeconds(700);
    await orders.hold('o1', { CHAIR: 1 }, 600);
    orders.later(300);
    await orders.hold('o1', { CHAIR: 1 }, 600);
    expect(orders.stock.orderOf('o1').expiresAt).toEqual(latest);
    orders.later(300);
    await orders.hold('o1', { CHAIR: 2 }, 600);
    expect(orders.stock.orderOf('o1').expiresAt).toEqual(latest);
  });

  it('can be put again after its end until its longest life is over', async () => {
    orders.longestHoldSeconds = 700;
    await orders.hold('o1', { CHAIR: 1 }, 60);
    orders.later(699);
    await orders.hold('o1', { CHAIR: 1 }, 60);
    expect(orders.stock.orderOf('o1').expiresAt).toEqual(inSeconds(1));
    orders.later(1);
    await expect(orders.hold('o1', { CHAIR: 1 }, 60)).rejects.toThrow(HoldExpired);
    expect(orders.claimsOf('o1')).toEqual({});
  });

  it('begins a new life when the order was cancelled and is reopened', async () => {
    orders.longestHoldSeconds = 700;
    await orders.hold('o1', { CHAIR: 1 }, 600);
    await orders.cancel('o1');
    orders.later(10 * HOUR);
    await orders.put('o1', { CHAIR: 1 }, { reopen: true, expiresInSeconds: 600 });
    expect(orders.stock.orderOf('o1').expiresAt).toEqual(inSeconds(600));
  });

  it('cannot be made of a firm order', async () => {
    await orders.put('o1', { CHAIR: 1 });
    await orders.expectUnchanged(() => expect(orders.hold('o1', { CHAIR: 1 })).rejects.toThrow(OrderFirm));
  });

  it('cannot be made of loose lines', async () => {
    await orders.allocate('o1', 'CHAIR', 1);
    await expect(orders.hold('o1', { CHAIR: 1 })).rejects.toThrow(OrderFirm);
  });

  it('becomes firm when its order is put without an end', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    orders.told();
    await orders.put('o1', { CHAIR: 1 });
    orders.later(61);
    expect(await stateOf('o1')).toBe('allocated');
    expect(orders.facts()).toMatchObject([{ type: 'LineAllocated', data: { from: 'hold' } }]);
  });

  it('is published as released if its order is cancelled, and as replaced if a put leaves it out', async () => {
    await orders.hold('o1', { CHAIR: 1, TABLE: 1 });
    orders.told();
    await orders.hold('o1', { CHAIR: 1 });
    await orders.cancel('o1');
    expect(orders.facts().filter(({ type }) => type === 'LineReleased')).toMatchObject([
      { key: 'TABLE', data: { reason: 'replaced' } },
      { key: 'CHAIR', data: { reason: 'released' } },
    ]);
  });

  it('gives a line that is added to its order the same end', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    await orders.add('o1', { TABLE: 1 });
    orders.later(60);
    await orders.put('o2', { TABLE: 5 });
    expect(orders.claimsOf('o2')).toEqual({ TABLE: ['5 of t1'] });
  });

  it('that has ended takes no further line', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    orders.later(60);
    await expect(orders.add('o1', { TABLE: 1 })).rejects.toThrow(HoldExpired);
  });

  it('that has ended can be cancelled, and then stays cancelled', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    orders.later(60);
    await orders.cancel('o1');
    expect(await stateOf('o1')).toBe('cancelled');
  });
});

describe('Confirming a hold', () => {
  it('makes it firm, and keeps its claims', async () => {
    await orders.hold('o1', { CHAIR: 1, TABLE: 2 }, 60);
    orders.told();
    expect(await orders.confirm('o1')).toBeUndefined();
    orders.later(24 * HOUR);
    expect(await stateOf('o1')).toBe('allocated');
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'], TABLE: ['2 of t1'] });
    expect(orders.facts()).toMatchObject([
      { type: 'LineAllocated', key: 'CHAIR', data: { from: 'hold' } },
      { type: 'LineAllocated', key: 'TABLE', data: { from: 'hold' } },
    ]);
  });

  it('of the last units succeeds, since its own hold does not stand in its way', async () => {
    await orders.hold('o1', { CHAIR: 3 });
    expect(await orders.confirm('o1')).toBeUndefined();
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1'] });
  });

  it('again changes nothing', async () => {
    await orders.hold('o1', { CHAIR: 1 });
    await orders.confirm('o1');
    await orders.expectUnchanged(() => orders.confirm('o1'));
  });

  it('less than 24 hours after its end claims its lines again if they still fit', async () => {
    await orders.hold('o1', { CHAIR: 3, TABLE: 1 }, 60);
    orders.later(60 + 24 * HOUR - 0.001);
    expect(await orders.confirm('o1')).toBeUndefined();
    expect(await stateOf('o1')).toBe('allocated');
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c1'], TABLE: ['1 of t1'] });
  });

  it('after its end is refused with the short lines, and claims none of them', async () => {
    await orders.hold('o1', { CHAIR: 3, TABLE: 1 }, 60);
    orders.later(60);
    await orders.put('o2', { CHAIR: 1 });
    const refused = await orders.confirm('o1');
    expect(refused).toBeInstanceOf(HoldExpired);
    expect(refused).toMatchObject({
      facts: { lines: [{ sku: 'CHAIR', requested: 3, available: 2, earliest: null }] },
    });
    expect(orders.claimsOf('o1')).toEqual({});
    expect(await stateOf('o1')).toBe('expired');
  });

  it('24 hours after its end is refused, though its lines would fit', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    orders.later(60 + 24 * HOUR);
    await expect(orders.confirm('o1')).rejects.toThrow(HoldExpired);
    expect(await stateOf('o1')).toBe('expired');
  });

  it('claims a line again that the hold has lost', async () => {
    await orders.hold('o1', { CHAIR: 3 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    await orders.buy('CHAIR', 'c2', 3, '2027-01-01');
    expect(await orders.confirm('o1')).toBeUndefined();
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c2'] });
  });

  it('is refused as out of stock if the hold has lost a line that fits no more, and stays a hold', async () => {
    await orders.hold('o1', { CHAIR: 3, TABLE: 1 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(await orders.confirm('o1')).toBeInstanceOf(OrderOutOfStock);
    expect(await stateOf('o1')).toBe('held');
    expect(orders.claimsOf('o1')).toEqual({ TABLE: ['1 of t1'] });
  });
});

describe('When a batch shrinks, lines leave it (rule 6)', () => {
  /** The orders that still claim chairs. */
  const standing = () => ['o1', 'o2', 'o3'].filter((orderId) => 'CHAIR' in orders.claimsOf(orderId));

  it('holds before firm lines, though the hold is older', async () => {
    await orders.hold('o1', { CHAIR: 1 });
    await orders.put('o2', { CHAIR: 1 });
    await orders.put('o3', { CHAIR: 1 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(standing()).toEqual(['o2', 'o3']);
  });

  it('holds of a high priority before firm lines of a low one', async () => {
    await orders.put('o1', { CHAIR: 1 }, { priority: 9, expiresInSeconds: 60 });
    await orders.put('o2', { CHAIR: 2 }, { priority: 0 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(standing()).toEqual(['o2']);
  });

  it('lower priority before higher, though it is older', async () => {
    await orders.put('o1', { CHAIR: 1 }, { priority: 4 });
    await orders.put('o2', { CHAIR: 1 }, { priority: 6 });
    await orders.put('o3', { CHAIR: 1 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(standing()).toEqual(['o2', 'o3']);
    await orders.changeQuantity('CHAIR', 'c1', 1);
    expect(standing()).toEqual(['o2']);
  });

  it('the newest first among holds of one priority', async () => {
    for (const orderId of ['o1', 'o2', 'o3']) await orders.hold(orderId, { CHAIR: 1 });
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(standing()).toEqual(['o1', 'o2']);
  });

  it('none if the end of a hold has made room enough', async () => {
    await orders.hold('o1', { CHAIR: 1 }, 60);
    await orders.put('o2', { CHAIR: 1 });
    await orders.put('o3', { CHAIR: 1 });
    orders.told();
    orders.later(60);
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(standing()).toEqual(['o2', 'o3']);
    expect(orders.facts()).toMatchObject([
      { type: 'LineReleased', data: { orderId: 'o1', reason: 'expired' } },
    ]);
  });

  it('and a hold that fits nowhere is published as released', async () => {
    await orders.hold('o1', { CHAIR: 3 });
    orders.told();
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(orders.facts()).toMatchObject([
      { type: 'LineReleased', data: { orderId: 'o1', reason: 'batch-shrunk' } },
      { type: 'OutOfStock' },
    ]);
  });

  it('and a hold that moves stays a hold with the same end', async () => {
    await orders.buy('CHAIR', 'c2', 3, '2027-01-01');
    await orders.hold('o1', { CHAIR: 3 }, 60);
    await orders.changeQuantity('CHAIR', 'c1', 2);
    expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['3 of c2'] });
    orders.later(60);
    await orders.find('o1');
    expect(orders.claimsOf('o1')).toEqual({});
    expect(orders.stock.stateOf('CHAIR').batches).toMatchObject([{ allocated: 0 }, { allocated: 0 }]);
  });
});
