import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnknownOrder } from '../../src/allocation/domain/errors.js';
import { DocumentConflict, OverReturned } from '../../src/allocation/domain/warehouse-errors.js';
import { Goods, restocked, scrapped } from './warehouse.fixture.js';

let goods: Goods;
beforeEach(async () => {
  goods = new Goods();
  await goods.buy('CHAIR', 'c1', 6);
  await goods.buy('TABLE', 't1', 5);
  await goods.put('o1', { CHAIR: 6, TABLE: 2 });
  await goods.ship('s1', 'o1', { CHAIR: 6 });
  goods.told();
});

describe('A return', () => {
  it('of units to restock makes them available on the batch that they came from', async () => {
    expect(goods.batch('CHAIR', 'c1').quantity).toBe(0);
    const { isNew } = await goods.takeBack('r1', 'o1', restocked('CHAIR', 2));
    expect(isNew).toBe(true);
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 2, claimed: 0, available: 2 });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 6, shipped: 6, returned: 2 });
    expect(goods.facts()).toMatchObject([
      {
        type: 'LineReturned',
        data: {
          returnId: 'r1',
          quantity: 2,
          disposition: 'restock',
          claims: [{ batchReference: 'c1', quantity: 2 }],
        },
      },
    ]);
    await goods.put('o2', { CHAIR: 2 });
    expect(goods.claimsOf('o2')).toEqual({ CHAIR: ['2 of c1'] });
  });

  it('of scrap leaves what is on hand, and says why', async () => {
    await goods.takeBack('r1', 'o1', scrapped('CHAIR', 2, 'wet'));
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 0, claimed: 0, available: 0 });
    expect(goods.batch('CHAIR', 'c1').goods).toMatchObject({ shipped: 6, returned: 2, writtenOff: 2 });
    expect(goods.facts()).toMatchObject([{ data: { disposition: 'scrap', reason: 'wet' } }]);
  });

  it('can restock some units of a line and scrap others', async () => {
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 2), scrapped('CHAIR', 1));
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 2, claimed: 0, available: 2 });
    expect(goods.lineOf('o1', 'CHAIR')).toMatchObject({ returned: 3 });
    expect(goods.told()).toEqual(['LineReturned CHAIR', 'LineReturned CHAIR']);
  });

  it('of more than has left is refused and changes nothing, counted over all of its lines', async () => {
    const refused = (...lines: Parameters<Goods['takeBack']>[2][]) =>
      goods.expectUnchanged(() => expect(goods.takeBack('r1', 'o1', ...lines)).rejects.toThrow(OverReturned));
    await refused(restocked('CHAIR', 7));
    await refused(restocked('CHAIR', 4), scrapped('CHAIR', 3));
    await refused(restocked('CHAIR', 1), restocked('TABLE', 1));
    await refused(restocked('LAMP', 1));
    expect(goods.figures('CHAIR', 'c1').onHand).toBe(0);
  });

  it('of what came back before is refused, and says what can still come', async () => {
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 4));
    await expect(goods.takeBack('r2', 'o1', restocked('CHAIR', 3))).rejects.toMatchObject({
      facts: { orderId: 'o1', sku: 'CHAIR', requested: 3, returnable: 2 },
    });
    await goods.takeBack('r2', 'o1', restocked('CHAIR', 2));
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 0, available: 6 });
  });

  it('again changes nothing, in whichever order its lines are written', async () => {
    const { document } = await goods.takeBack('r1', 'o1', restocked('CHAIR', 2), scrapped('CHAIR', 1));
    await goods.expectUnchanged(async () => {
      const again = await goods.takeBack('r1', 'o1', scrapped('CHAIR', 1), restocked('CHAIR', 2));
      expect(again).toEqual({ isNew: false, document });
    });
    expect(goods.figures('CHAIR', 'c1').onHand).toBe(2);
  });

  it('under the name of another one is a conflict', async () => {
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 2));
    for (const line of [
      restocked('CHAIR', 1),
      scrapped('CHAIR', 2),
      { ...restocked('CHAIR', 2), reason: 'wet' },
    ])
      await expect(goods.takeBack('r1', 'o1', line)).rejects.toThrow(DocumentConflict);
    await expect(goods.takeBack('r1', 'o1', scrapped('CHAIR', 2))).rejects.toMatchObject({
      code: 'return-conflict',
      facts: { returnId: 'r1' },
    });
  });

  it('of an unknown order is refused', () =>
    expect(goods.takeBack('r1', 'o9', restocked('CHAIR', 1))).rejects.toThrow(UnknownOrder));

  it('can come from a cancelled order', async () => {
    await goods.cancel('o1');
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 6));
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 0, available: 6 });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 6, shipped: 6, returned: 6 });
  });

  it('goes first to the batch from which units have left last', async () => {
    await goods.buy('LAMP', 'l1', 3);
    await goods.buy('LAMP', 'l2', 3);
    await goods.put('o2', { LAMP: { quantity: 5, split: true } });
    await goods.ship('s2', 'o2');
    await goods.takeBack('r1', 'o2', restocked('LAMP', 3));
    expect([goods.figures('LAMP', 'l1').onHand, goods.figures('LAMP', 'l2').onHand]).toEqual([1, 3]);
    await goods.takeBack('r2', 'o2', restocked('LAMP', 2));
    expect([goods.figures('LAMP', 'l1').onHand, goods.figures('LAMP', 'l2').onHand]).toEqual([3, 3]);
  });

  it('to a batch that is still to come is on hand at once', async () => {
    await goods.buy('LAMP', 'l1', 5, '2027-01-01');
    await goods.put('o2', { LAMP: 2 });
    await goods.receive('g1', ['LAMP', 'l1'], 2);
    await goods.ship('s2', 'o2');
    await goods.takeBack('r1', 'o2', restocked('LAMP', 1));
    expect(goods.batch('LAMP', 'l1')).toMatchObject({ quantity: 4, onHand: 1, outstanding: 3 });
  });

  it('to a batch whose last units have come makes it no longer on its way', async () => {
    await goods.buy('LAMP', 'l1', 5, '2027-01-01');
    await goods.put('o2', { LAMP: 2 });
    await goods.receive('g1', ['LAMP', 'l1'], 2);
    await goods.ship('s2', 'o2');
    await goods.receive('g2', ['LAMP', 'l1'], 3);
    await goods.takeBack('r1', 'o2', restocked('LAMP', 2));
    expect(goods.batch('LAMP', 'l1')).toMatchObject({ eta: null, quantity: 5, onHand: 5, outstanding: 0 });
  });
});
