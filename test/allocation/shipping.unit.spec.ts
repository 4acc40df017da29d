import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnknownOrder } from '../../src/allocation/domain/errors.js';
import {
  AlreadyShipped,
  DuplicateSku,
  OrderCancelled,
  OrderFirm,
} from '../../src/allocation/domain/order-errors.js';
import { stateOfOrder } from '../../src/allocation/domain/order-state.js';
import {
  DocumentConflict,
  NotOnHand,
  OrderIncomplete,
  OrderNotFirm,
  OverReturned,
  OverShipped,
  ShipmentIsCancelled,
  UnknownShipment,
} from '../../src/allocation/domain/warehouse-errors.js';
import { Goods, restocked } from './warehouse.fixture.js';

let goods: Goods;
beforeEach(async () => {
  goods = new Goods();
  await goods.buy('CHAIR', 'c1', 10);
  await goods.buy('TABLE', 't1', 5);
  goods.told();
});

const stateOf = async (orderId: string) => stateOfOrder(await goods.find(orderId));

describe('A shipment', () => {
  it('takes the same number from what is on hand and what is claimed, and leaves what is available', async () => {
    await goods.put('o1', { CHAIR: 6 });
    goods.told();
    const { isNew, document } = await goods.ship('s1', 'o1', { CHAIR: 4 });
    expect(isNew).toBe(true);
    expect(document).toMatchObject({ orderId: 'o1', cancelledAt: null, createdAt: goods.now });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 2, available: 4 });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 6, shipped: 4, returned: 0 });
    expect(goods.facts()).toMatchObject([
      {
        type: 'LineShipped',
        data: {
          ...{ orderId: 'o1', sku: 'CHAIR', shipmentId: 's1', quantity: 4 },
          claims: [{ batchReference: 'c1', quantity: 4 }],
        },
      },
    ]);
  });

  it('keeps its order from being reopened as a hold: if it does not leave after all, its claims are firm', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1', { CHAIR: 4 });
    await goods.cancel('o1');
    const reopened = { reopen: true, expiresInSeconds: 600 };
    await expect(goods.put('o1', { CHAIR: 6 }, reopened)).rejects.toThrow(OrderFirm);
    await goods.put('o1', { CHAIR: 6 }, { reopen: true });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 2, available: 4 });
  });

  it('ships the last stock to the order that has claimed it', async () => {
    await goods.put('o1', { CHAIR: 10 });
    await goods.ship('s1', 'o1', { CHAIR: 10 });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 0, claimed: 0, available: 0 });
    expect([goods.claimsOf('o1'), await stateOf('o1')]).toEqual([{}, 'shipped']);
  });

  it('without lines takes all that is on hand, and what is still to come can leave later', async () => {
    await goods.buy('LAMP', 'l1', 8, '2027-01-01');
    await goods.put('o1', { CHAIR: 2, LAMP: 6, TABLE: 5 });
    await goods.receive('r1', ['LAMP', 'l1'], 4);
    await goods.ship('s1', 'o1');
    const shipped = async () => (await goods.find('o1')).lines.map((line) => [line.sku, line.shipped]);
    expect(await shipped()).toEqual([['CHAIR', 2], ['LAMP', 4], ['TABLE', 5]]); // prettier-ignore
    expect([goods.claimsOf('o1'), await stateOf('o1')]).toEqual([{ LAMP: ['2 of l1'] }, 'partly-shipped']);
    await goods.receive('r2', ['LAMP', 'l1'], 4);
    await goods.ship('s2', 'o1');
    expect(await stateOf('o1')).toBe('shipped');
  });

  it('takes the units of a split line from each of its batches, those that come first in front', async () => {
    await goods.buy('CHAIR', 'c2', 9, '2027-01-01');
    await goods.put('o1', { CHAIR: { quantity: 14, split: true } });
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['10 of c1', '4 of c2'] });
    await goods.receive('r1', ['CHAIR', 'c2'], 3);
    await goods.ship('s1', 'o1', { CHAIR: 12 });
    expect(goods.facts().at(-1)!.data).toMatchObject({
      claims: [
        { batchReference: 'c1', quantity: 10 },
        { batchReference: 'c2', quantity: 2 },
      ],
    });
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['2 of c2'] });
    expect(goods.figures('CHAIR', 'c2')).toEqual({ onHand: 1, claimed: 2, available: 5 });
  });

  it('ships loose lines, too', async () => {
    await goods.allocate('o1', 'CHAIR', 3);
    await goods.ship('s1', 'o1');
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 3, shipped: 3, returned: 0 });
  });

  it('again changes nothing, in whichever order its lines are written', async () => {
    await goods.put('o1', { CHAIR: 6, TABLE: 2 });
    const { document } = await goods.ship('s1', 'o1', { CHAIR: 1, TABLE: 2 });
    await goods.expectUnchanged(async () => {
      expect(await goods.ship('s1', 'o1', { TABLE: 2, CHAIR: 1 })).toEqual({ isNew: false, document });
    });
  });

  it('again without lines ships nothing that has come since', async () => {
    await goods.buy('LAMP', 'l1', 8, '2027-01-01');
    await goods.put('o1', { CHAIR: 1, LAMP: 6 });
    await goods.ship('s1', 'o1');
    await goods.receive('r1', ['LAMP', 'l1'], 8);
    expect((await goods.ship('s1', 'o1')).isNew).toBe(false);
    expect(goods.lineOf('o1', 'LAMP')).toMatchObject({ shipped: 0 });
  });

  it('under the name of another one is a conflict', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.put('o2', { CHAIR: 4 });
    await goods.ship('s1', 'o1', { CHAIR: 4 });
    for (const other of [
      () => goods.ship('s1', 'o1', { CHAIR: 2 }),
      () => goods.ship('s1', 'o1'),
      () => goods.ship('s1', 'o2', { CHAIR: 4 }),
    ])
      await expect(other()).rejects.toThrow(DocumentConflict);
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 6, available: 0 });
  });

  describe('is refused and changes nothing', () => {
    const expectRefused = (call: () => Promise<unknown>, error: new (...args: never[]) => Error) =>
      goods.expectUnchanged(() => expect(call()).rejects.toThrow(error));

    it('if the order is unknown', () => expectRefused(() => goods.ship('s1', 'o1'), UnknownOrder));

    it('if the order is cancelled', async () => {
      await goods.put('o1', { CHAIR: 6 });
      await goods.cancel('o1');
      await expectRefused(() => goods.ship('s1', 'o1'), OrderCancelled);
    });

    it('if the order is a hold, until it is confirmed', async () => {
      await goods.hold('o1', { CHAIR: 6 });
      await expectRefused(() => goods.ship('s1', 'o1'), OrderNotFirm);
      await goods.confirm('o1');
      expect((await goods.ship('s1', 'o1')).isNew).toBe(true);
    });

    it('if it has more units than the order claims, or a SKU that the order does not have', async () => {
      await goods.put('o1', { CHAIR: 6 });
      await goods.ship('s1', 'o1', { CHAIR: 4 });
      await expectRefused(() => goods.ship('s2', 'o1', { CHAIR: 3 }), OverShipped);
      await expectRefused(() => goods.ship('s2', 'o1', { CHAIR: 1, TABLE: 1 }), OverShipped);
      await expect(goods.ship('s2', 'o1', { CHAIR: 3 })).rejects.toMatchObject({
        facts: { orderId: 'o1', sku: 'CHAIR', requested: 3, claimed: 2 },
      });
    });

    it('if units of it are still to come, and names them with what is on hand', async () => {
      await goods.buy('LAMP', 'l1', 8, '2027-01-01');
      await goods.put('o1', { CHAIR: 2, LAMP: 6 });
      await goods.receive('r1', ['LAMP', 'l1'], 4);
      await expectRefused(() => goods.ship('s1', 'o1', { CHAIR: 2, LAMP: 5 }), NotOnHand);
      await expect(goods.ship('s1', 'o1', { CHAIR: 2, LAMP: 5 })).rejects.toMatchObject({
        facts: { orderId: 'o1', lines: [{ sku: 'LAMP', requested: 5, onHand: 4 }] },
      });
    });

    it('if nothing of the order is on hand', async () => {
      await goods.buy('LAMP', 'l1', 8, '2027-01-01');
      await goods.put('o1', { LAMP: 6 });
      await expectRefused(() => goods.ship('s1', 'o1'), NotOnHand);
      await expect(goods.ship('s1', 'o1')).rejects.toMatchObject({
        facts: { lines: [{ sku: 'LAMP', requested: 6, onHand: 0 }] },
      });
    });

    it('if all of the order has left already, and says so', async () => {
      await goods.put('o1', { CHAIR: 6 });
      await goods.ship('s1', 'o1');
      await expectRefused(() => goods.ship('s2', 'o1'), NotOnHand);
      await expect(goods.ship('s2', 'o1')).rejects.toThrow('Order o1 has nothing left to ship.');
    });

    it('if it names a SKU twice', async () => {
      await goods.put('o1', { CHAIR: 6 });
      const line = { sku: 'CHAIR', quantity: 1 };
      const need = { orderId: 'o1', lines: [], document: { kind: 'shipment', id: 's1' } as const };
      await expectRefused(
        () => goods.changeOrder(need, (order) => order.goods.ship('s1', [line, line])),
        DuplicateSku,
      );
    });

    it('if the order leaves as a whole only and something would stay behind', async () => {
      await goods.put('o1', { CHAIR: 6, TABLE: 2 }, { shipComplete: true });
      await expectRefused(() => goods.ship('s1', 'o1', { CHAIR: 6 }), OrderIncomplete);
      await expectRefused(() => goods.ship('s1', 'o1', { CHAIR: 5, TABLE: 2 }), OrderIncomplete);
      await expect(goods.ship('s1', 'o1', { CHAIR: 6 })).rejects.toMatchObject({
        facts: { skus: ['TABLE'] },
      });
      await goods.ship('s1', 'o1', { CHAIR: 6, TABLE: 2 });
      expect(await stateOf('o1')).toBe('shipped');
    });
  });
});

describe('An order of which a part has left', () => {
  beforeEach(async () => {
    await goods.put('o1', { CHAIR: 6, TABLE: 2 });
    await goods.ship('s1', 'o1', { CHAIR: 4 });
    goods.told();
  });

  it('releases only the rest when it is cancelled, and keeps what has left', async () => {
    await goods.cancel('o1');
    expect(goods.claimsOf('o1')).toEqual({});
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 0, available: 6 });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 4, shipped: 4, returned: 0 });
    expect([goods.lineOf('o1', 'TABLE'), await stateOf('o1')]).toEqual([undefined, 'cancelled']);
  });

  it('cannot be amended below what has left', async () => {
    await goods.expectUnchanged(() =>
      expect(goods.put('o1', { CHAIR: 3, TABLE: 2 })).rejects.toThrow(AlreadyShipped),
    );
    await goods.expectUnchanged(() => expect(goods.put('o1', { TABLE: 2 })).rejects.toThrow(AlreadyShipped));
  });

  it('gives its claim back when it is amended to what has left', async () => {
    await goods.put('o1', { CHAIR: 4, TABLE: 2 });
    expect(goods.claimsOf('o1')).toEqual({ TABLE: ['2 of t1'] });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 6, claimed: 0, available: 6 });
    expect(goods.told()).toEqual(['LineDeallocated CHAIR']);
  });

  it('claims the rest of what it is amended to, and knows where the units came from', async () => {
    await goods.put('o1', { CHAIR: 9, TABLE: 2 });
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['5 of c1'], TABLE: ['2 of t1'] });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 9, shipped: 4, returned: 0 });
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 4));
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 10, claimed: 5, available: 5 });
  });

  it('can have its shipment cancelled after it was amended', async () => {
    await goods.put('o1', { CHAIR: 9, TABLE: 2 });
    await goods.cancelShipment('s1', 'o1');
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['9 of c1'], TABLE: ['2 of t1'] });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 9, shipped: 0, returned: 0 });
  });
});

describe('A shipment that is cancelled', () => {
  it('brings stock and claim back on the same batch, and leaves what is available', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1', { CHAIR: 4 });
    goods.told();
    await goods.cancelShipment('s1', 'o1');
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['6 of c1'] });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 10, claimed: 6, available: 4 });
    expect(goods.lineOf('o1', 'CHAIR')).toEqual({ quantity: 6, shipped: 0, returned: 0 });
    expect(goods.facts()).toMatchObject([
      { type: 'ShipmentCancelled', data: { shipmentId: 's1', quantity: 4, isClaimed: true } },
    ]);
  });

  it('gives the line its old place in the order of allocation', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1');
    await goods.put('o2', { CHAIR: 4 });
    await goods.cancelShipment('s1', 'o1');
    await goods.changeQuantity('CHAIR', 'c1', 9);
    expect([goods.claimsOf('o1'), goods.claimsOf('o2')]).toEqual([{ CHAIR: ['6 of c1'] }, {}]);
  });

  it('brings back all claims of a line that was split', async () => {
    await goods.buy('CHAIR', 'c2', 9);
    await goods.put('o1', { CHAIR: { quantity: 14, split: true } });
    await goods.ship('s1', 'o1');
    expect(goods.claimsOf('o1')).toEqual({});
    await goods.cancelShipment('s1', 'o1');
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['10 of c1', '4 of c2'] });
  });

  it('brings its units back to a batch of which nothing was left', async () => {
    await goods.put('o1', { CHAIR: 10 });
    await goods.ship('s1', 'o1');
    await goods.cancelShipment('s1', 'o1');
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 10, claimed: 10, available: 0 });
  });

  it('can leave again under another name, not under its own', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1');
    await goods.cancelShipment('s1', 'o1');
    await expect(goods.ship('s1', 'o1')).rejects.toThrow(ShipmentIsCancelled);
    expect(goods.figures('CHAIR', 'c1').onHand).toBe(10);
    await goods.ship('s2', 'o1');
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 4, claimed: 0, available: 4 });
  });

  it('changes nothing when it is cancelled again', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1', { CHAIR: 1 });
    await goods.cancelShipment('s1', 'o1');
    await goods.expectUnchanged(() => goods.cancelShipment('s1', 'o1'));
  });

  it('of a cancelled order brings the stock back and claims nothing', async () => {
    await goods.put('o1', { CHAIR: 6, TABLE: 1 });
    await goods.ship('s1', 'o1', { CHAIR: 4 });
    await goods.cancel('o1');
    goods.told();
    await goods.cancelShipment('s1', 'o1');
    expect(goods.claimsOf('o1')).toEqual({});
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 10, claimed: 0, available: 10 });
    expect([goods.lineOf('o1', 'CHAIR'), await stateOf('o1')]).toEqual([undefined, 'cancelled']);
    expect(goods.facts()).toMatchObject([{ type: 'ShipmentCancelled', data: { isClaimed: false } }]);
  });

  it('is refused if some of its units came back already', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.ship('s1', 'o1');
    await goods.takeBack('r1', 'o1', restocked('CHAIR', 1));
    await goods.expectUnchanged(() => expect(goods.cancelShipment('s1', 'o1')).rejects.toThrow(OverReturned));
  });

  it('has to be one that was written, for this order', async () => {
    await goods.put('o1', { CHAIR: 6 });
    await goods.put('o2', { CHAIR: 1 });
    await goods.ship('s1', 'o2');
    await expect(goods.cancelShipment('s1', 'o1')).rejects.toThrow(UnknownShipment);
    await expect(goods.cancelShipment('s2', 'o1')).rejects.toThrow(UnknownShipment);
  });
});
