import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Lot } from '../../src/allocation/domain/lot.js';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import type { Lines } from './order.fixture.js';
import { Goods } from './warehouse.fixture.js';

const [SOON, FAR] = ['2027-01-05', '2027-01-10'];

describe('The batches that a line passes over', () => {
  let goods: Goods;
  beforeEach(() => {
    goods = new Goods();
  });

  const buy = (reference: string, quantity: number, eta: string | null = null, lot: Partial<Lot> = {}) =>
    goods.changeProduct({ sku: 'MILK', batchReference: reference, frees: quantity }, (product) =>
      product.supply.addBatch({ reference, quantity, eta, lot: { ...PLAIN_LOT, ...lot } }),
    );
  const put = (orderId: string, line: Lines['MILK'], rest: object = {}) =>
    goods.put(orderId, { MILK: line }, rest);
  /** What the last event of a line says: "b1 too-small". */
  const passed = () => {
    const { passedOver } = goods.facts().at(-1)!.data as {
      passedOver?: readonly { batchReference: string; reason: string }[];
    };
    return passedOver?.map(({ batchReference, reason }) => `${batchReference} ${reason}`);
  };

  it('are none if it gets the first', async () => {
    await buy('b1', 10);
    await buy('b2', 10);
    await put('o1', 10);
    expect(passed()).toBeUndefined();
  });

  it('are none of which nothing is left', async () => {
    await buy('b1', 10);
    await buy('b2', 10);
    await put('o1', 10);
    await put('o2', 1);
    expect(passed()).toBeUndefined();
  });

  it('are too small, blocked or do not keep for long enough', async () => {
    await buy('b1', 3);
    await buy('b2', 10, null, { blocked: true });
    await buy('b3', 10, null, { bestBefore: '2026-05-31' });
    await buy('b4', 10);
    await put('o1', 4);
    expect(passed()).toEqual(['b1 too-small', 'b2 blocked', 'b3 expired']);
  });

  it('come later if what has come of them is too little', async () => {
    await buy('b1', 10, FAR);
    await goods.receive('r1', ['MILK', 'b1'], 3);
    await buy('b2', 10, SOON);
    await put('o1', 4);
    expect(passed()).toEqual(['b1 later']);
    await put('o2', { quantity: 4, neededBy: '2027-01-07' });
    expect(passed()).toEqual(['b1 after-needed-by']);
  });

  it('are at places from which the line does not come', async () => {
    await buy('b1', 10);
    await buy('b2', 10, null, { location: 'rtm' });
    await buy('b3', 10, SOON, { location: 'ams' });
    await put('o1', 4, { locations: ['ams', 'rtm'] });
    expect(passed()).toEqual(['b1 other-location', 'b2 other-location']);
  });

  it('are named by holds, by lines that have waited and by lines that move, too', async () => {
    await buy('b1', 3);
    await buy('b2', 4, SOON);
    await put('o1', 4, { expiresInSeconds: 60 });
    expect(passed()).toEqual(['b1 too-small']);
    await put('o2', 5, { whenShort: 'backorder' });
    await buy('b3', 5, FAR);
    expect(passed()).toEqual(['b1 too-small']);
    await buy('b4', 5, FAR);
    await goods.changeQuantity('MILK', 'b3', 1);
    expect(passed()).toEqual(['b1 too-small', 'b3 too-small']);
  });

  it('are five at most', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await buy(name, 1);
    await buy('g', 2);
    await put('o1', 2);
    expect(passed()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} too-small`));
  });
});
