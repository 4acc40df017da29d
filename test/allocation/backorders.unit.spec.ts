import { beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationConflict, OutOfStock, UnknownAllocation } from '../../src/allocation/domain/errors.js';
import { stateOfLine, stateOfOrder } from '../../src/allocation/domain/order-state.js';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { Orders, type Lines } from './order.fixture.js';

describe('Lines that wait', () => {
  let orders: Orders;

  beforeEach(async () => {
    orders = new Orders();
    await orders.buy('CHAIR', 'c1', 5);
    await orders.allocate('first', 'CHAIR', 5);
    orders.told();
  });

  const wait = (orderId: string, quantity: number, terms: object = {}) =>
    orders.allocate(orderId, 'CHAIR', quantity, { mayWait: true, ...terms });
  const put = (orderId: string, lines: Lines, rest: object = {}) =>
    orders.put(orderId, lines, { whenShort: 'backorder', ...rest });
  const give = (orderId: string) =>
    orders.changeProduct({ sku: 'CHAIR', orderId, units: 0 }, (product) => product.deallocate(orderId));
  /** Who waits, in the order of the queue. */
  const queue = () => orders.queueOf('CHAIR');
  const statesOf = async (orderId: string) => {
    const order = await orders.find(orderId);
    return [stateOfOrder(order), ...order.lines.map((line) => `${line.sku} ${stateOfLine(line, order)}`)];
  };

  describe('come to the queue', () => {
    it('if they fit nowhere and may wait, which raises the version and is reported like a refusal', async () => {
      expect(await wait('o1', 2)).toMatchObject({ isNew: true, waiting: { orderId: 'o1', quantity: 2 } });
      expect(orders.facts()).toMatchObject([
        { type: 'LineBackordered', subject: 'o1', data: { quantity: 2, reason: 'short', productVersion: 3 } },
        { type: 'OutOfStock', data: { refusals: 1, units: 2, productVersion: 3 } },
      ]);
      expect(orders.stock.stateOf('CHAIR').version).toBe(3);
    });

    it('and are refused as before if they may not wait', async () => {
      expect(await orders.allocate('o1', 'CHAIR', 2)).toBeInstanceOf(OutOfStock);
      expect(queue()).toEqual([]);
    });

    it('once: the same line again waits as before, and another quantity is a conflict', async () => {
      await wait('o1', 2);
      orders.told();
      expect(await wait('o1', 2)).toMatchObject({ isNew: false, waiting: { quantity: 2 } });
      expect(await orders.allocate('o1', 'CHAIR', 2)).toMatchObject({ isNew: false, waiting: {} });
      await expect(wait('o1', 3)).rejects.toThrow(AllocationConflict);
      expect([orders.told(), queue()]).toEqual([[], ['o1 2']]);
    });

    it('higher priority before lower, then the oldest', async () => {
      await wait('o1', 2);
      await wait('o2', 2, { priority: 9 });
      await wait('o3', 2);
      await wait('o4', 2, { priority: 0 });
      await wait('o5', 2, { priority: 9 });
      expect(queue()).toEqual(['o2 2', 'o5 2', 'o1 2', 'o3 2', 'o4 2']);
    });

    it('if they would fit, but only later than they are needed', async () => {
      await orders.buy('CHAIR', 'c2', 9, '2027-02-01');
      await wait('o1', 2, { neededBy: '2027-01-31' });
      expect(queue()).toEqual(['o1 2']);
      await orders.reschedule('CHAIR', 'c2', '2027-01-31');
      expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c2'] });
    });
  });

  describe('get units that become free', () => {
    it('in the transaction that frees them, with the age that they have', async () => {
      await wait('o1', 2);
      await wait('o2', 3);
      orders.told();
      await give('first');
      expect(orders.facts()).toMatchObject([
        { type: 'LineDeallocated', data: { orderId: 'first', productVersion: 5 } },
        { type: 'LineAllocated', data: { orderId: 'o1', quantity: 2, from: 'backorder', productVersion: 5 } },
        { type: 'LineAllocated', data: { orderId: 'o2', quantity: 3, from: 'backorder', productVersion: 5 } },
      ]);
      expect(orders.stock.linesOf('o1')).toMatchObject([{ line: { sequence: 2 } }]);
      expect(queue()).toEqual([]);
    });

    it.each([
      ['a batch is registered', () => orders.buy('CHAIR', 'c2', 4)],
      ['an inbound batch is registered', () => orders.buy('CHAIR', 'c2', 4, '2027-03-01')],
      ['a batch grows', () => orders.changeQuantity('CHAIR', 'c1', 9)],
      ['an order is cancelled', () => orders.cancel('first')],
      ['an order is given back', () => orders.deallocate('first')],
      [
        'units are found',
        () =>
          orders.changeProduct(
            {
              sku: 'CHAIR',
              batchReference: 'c1',
              frees: 4,
              resize: { by: 4 },
              document: { kind: 'adjustment', id: 'a1' },
            },
            ({ warehouse }) => void warehouse.adjust('a1', 'c1', 4, 'found'),
          ),
      ],
      [
        'more comes than was bought',
        () =>
          orders.changeProduct(
            {
              sku: 'CHAIR',
              batchReference: 'c1',
              frees: 4,
              resize: { by: 0 },
              document: { kind: 'receipt', id: 'r1' },
            },
            ({ warehouse }) =>
              void warehouse.receive('r1', 'c1', { quantity: 4, rejected: 0, isFinal: false }),
          ),
      ],
    ])('when %s', async (_what, free) => {
      await wait('o1', 4);
      await free();
      expect([queue(), Object.keys(orders.claimsOf('o1'))]).toEqual([[], ['CHAIR']]);
    });

    it('when a hold expires, by the first change that looks', async () => {
      await give('first');
      await orders.hold('h1', { CHAIR: 5 }, 60);
      await wait('o1', 4);
      orders.later(60);
      orders.told();
      await orders.allocate('o2', 'CHAIR', 3);
      expect(orders.told()).toEqual(['LineReleased CHAIR', 'LineAllocated CHAIR', 'OutOfStock CHAIR']);
      expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['4 of c1'] });
    });

    it('when an order asks for less, or for nothing of the product', async () => {
      await give('first');
      await orders.put('big', { CHAIR: 5 });
      await wait('o1', 2);
      await wait('o2', 3);
      await orders.put('big', { CHAIR: 3 });
      expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c1'] });
      await orders.buy('TABLE', 't1', 1);
      await orders.put('big', { TABLE: 1 });
      expect([queue(), orders.claimsOf('o2')]).toEqual([[], { CHAIR: ['3 of c1'] }]);
    });

    it('when units come back', async () => {
      await give('first');
      await orders.put('gone', { CHAIR: 5 });
      const ship = { kind: 'shipment', id: 's1' } as const;
      await orders.changeOrder({ orderId: 'gone', lines: [], document: ship }, ({ goods }) =>
        goods.ship('s1', undefined),
      );
      await wait('o1', 2);
      await wait('o2', 3);
      const back = { kind: 'return', id: 'r1' } as const;
      await orders.changeOrder({ orderId: 'gone', lines: [], document: back }, ({ goods }) =>
        goods.takeBack('r1', [{ sku: 'CHAIR', quantity: 2, disposition: 'restock' }]),
      );
      expect([queue(), orders.claimsOf('o1')]).toEqual([['o2 3'], { CHAIR: ['2 of c1'] }]);
    });

    it('passing over the head of the queue if it needs 10 and 9 come', async () => {
      await wait('o1', 10);
      await wait('o2', 6);
      await wait('o3', 4);
      await wait('o4', 3);
      await orders.buy('CHAIR', 'c2', 9);
      expect(queue()).toEqual(['o1 10', 'o3 4']);
      expect([orders.claimsOf('o2'), orders.claimsOf('o4')]).toEqual([
        { CHAIR: ['6 of c2'] },
        { CHAIR: ['3 of c2'] },
      ]);
    });

    it('before a new customer, who never overtakes them', async () => {
      await wait('o1', 5);
      const outcomes = await Promise.all([give('first'), orders.allocate('new', 'CHAIR', 1)]);
      expect(outcomes[1]).toBeInstanceOf(OutOfStock);
      expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['5 of c1'] });
    });

    it('of several batches if they may be split', async () => {
      await orders.buy('CHAIR', 'c2', 2);
      await wait('o1', 4, { split: true });
      await orders.buy('CHAIR', 'c3', 2);
      expect(orders.claimsOf('o1')).toEqual({ CHAIR: ['2 of c2', '2 of c3'] });
    });
  });

  describe('leave the queue', () => {
    it('if their order gives them up', async () => {
      await wait('o1', 2);
      orders.told();
      await give('o1');
      expect(orders.facts()).toMatchObject([{ type: 'BackorderEnded', data: { reason: 'cancelled' } }]);
      expect(queue()).toEqual([]);
      await expect(give('o1')).rejects.toThrow(UnknownAllocation);
    });

    it('if all lines of their order are given up', async () => {
      await wait('o1', 2);
      await orders.deallocate('o1');
      expect(queue()).toEqual([]);
    });

    it('when they are held only, and their time is up', async () => {
      await put('o1', { CHAIR: 2 }, { expiresInSeconds: 60 });
      await wait('o2', 2);
      expect(await statesOf('o1')).toEqual(['held', 'CHAIR backordered']);
      orders.later(60);
      orders.told();
      await give('first');
      expect(orders.facts()).toMatchObject([
        { type: 'BackorderEnded', data: { orderId: 'o1', reason: 'expired' } },
        { type: 'LineDeallocated', data: { orderId: 'first' } },
        { type: 'LineAllocated', data: { orderId: 'o2', from: 'backorder' } },
      ]);
      expect(await statesOf('o1')).toEqual(['expired', 'CHAIR refused']);
    });
  });

  describe('of an order', () => {
    beforeEach(() => orders.buy('TABLE', 't1', 5));

    it('wait alone: the others are claimed', async () => {
      expect(await put('o1', { CHAIR: 2, TABLE: 2 })).toEqual({ isNew: true, refused: [] });
      expect(await statesOf('o1')).toEqual(['partly-allocated', 'CHAIR backordered', 'TABLE allocated']);
      await put('o2', { CHAIR: 2 });
      expect(await statesOf('o2')).toEqual(['backordered', 'CHAIR backordered']);
    });

    it('wait as before if it is put again', async () => {
      await put('o1', { CHAIR: 2, TABLE: 2 });
      await orders.expectUnchanged(() => put('o1', { CHAIR: 2, TABLE: 2 }));
    });

    it('keep their place when they ask for another quantity, and get what fits', async () => {
      await put('o1', { CHAIR: 7 });
      await wait('o2', 5);
      await put('o1', { CHAIR: 6 });
      expect(queue()).toEqual(['o1 6', 'o2 5']);
      await orders.buy('CHAIR', 'c2', 4);
      await put('o1', { CHAIR: 4 });
      expect([queue(), orders.claimsOf('o1')]).toEqual([['o2 5'], { CHAIR: ['4 of c2'] }]);
    });

    it('move in the queue when its priority changes while units come', async () => {
      await wait('o1', 4);
      await put('o2', { CHAIR: 4 });
      await Promise.all([put('o2', { CHAIR: 4 }, { priority: 9 }), orders.buy('CHAIR', 'c2', 4)]);
      expect([queue(), orders.claimsOf('o2')]).toEqual([['o1 4'], { CHAIR: ['4 of c2'] }]);
    });

    it('give back what they claim if they ask for more than fits, and are the first to get it again', async () => {
      await give('first');
      await put('o1', { CHAIR: 3 });
      await wait('o2', 4);
      orders.told();
      await put('o1', { CHAIR: 6 });
      expect(orders.facts()).toMatchObject([
        {
          type: 'LineBackordered',
          data: {
            orderId: 'o1',
            quantity: 6,
            reason: 'short',
            previousQuantity: 3,
            previousClaims: [{ batchReference: 'c1', quantity: 3 }],
          },
        },
        { type: 'OutOfStock' },
        { type: 'LineAllocated', data: { orderId: 'o2', from: 'backorder' } },
      ]);
      expect(queue()).toEqual(['o1 6']);
    });

    it('stay in the queue, on its new terms, if it is put again and lines that do not fit are skipped', async () => {
      await put('o1', { CHAIR: 2, TABLE: 1 });
      await wait('o2', 2);
      await orders.put('o1', { CHAIR: 9, TABLE: 1 }, { whenShort: 'skip', priority: 1 });
      expect(queue()).toEqual(['o2 2', 'o1 2']);
    });

    it('become firm with it, or wait if their hold has ended and they do not fit', async () => {
      await put('o1', { CHAIR: 2, TABLE: 2 }, { expiresInSeconds: 60 });
      await orders.confirm('o1');
      expect(await statesOf('o1')).toEqual(['partly-allocated', 'CHAIR backordered', 'TABLE allocated']);
      await put('o2', { CHAIR: 2, TABLE: 3 }, { expiresInSeconds: 60 });
      orders.later(3_600);
      await orders.allocate('o3', 'TABLE', 1);
      await orders.confirm('o2');
      expect(await statesOf('o2')).toEqual(['backordered', 'CHAIR backordered', 'TABLE backordered']);
    });

    it('are told their promised date when they get their units, and keep it', async () => {
      const promised = async () => {
        const [line] = (await orders.find('o1')).lines;
        return [line!.promisedDate, line!.isUnpromised ?? false];
      };
      await put('o1', { CHAIR: 2 });
      expect(await promised()).toEqual([null, true]);
      await orders.buy('CHAIR', 'c2', 2, '2027-03-01');
      expect(await promised()).toEqual(['2027-03-01', false]);
      await orders.reschedule('CHAIR', 'c2', '2027-04-01');
      await put('o1', { CHAIR: 2 });
      expect(await promised()).toEqual(['2027-03-01', false]);
    });

    it('are promised what they are told, though their batch has promised others of their age another day', async () => {
      await orders.buy('CHAIR', 'c2', 2, '2027-03-01');
      await orders.allocate('early', 'CHAIR', 2);
      await wait('o1', 2);
      await orders.reschedule('CHAIR', 'c2', '2027-05-01');
      await give('early');
      expect((await orders.find('o1')).lines).toMatchObject([{ promisedDate: '2027-05-01' }]);
    });

    it('keep the day that they were promised before they had to wait', async () => {
      await orders.buy('CHAIR', 'c2', 2, '2027-03-01');
      await wait('o1', 2);
      await orders.changeQuantity('CHAIR', 'c2', 1);
      expect((await orders.find('o1')).lines).toMatchObject([
        { isWaiting: true, promisedDate: '2027-03-01' },
      ]);
      await orders.buy('CHAIR', 'c3', 2, '2027-06-01');
      expect((await orders.find('o1')).lines).toMatchObject([
        { claims: [{ batchReference: 'c3' }], promisedDate: '2027-03-01' },
      ]);
    });

    it('keep the day that they were promised before they waited, if they wait again', async () => {
      await put('o1', { CHAIR: 4 });
      await orders.buy('CHAIR', 'c2', 4, '2027-03-01');
      await orders.changeQuantity('CHAIR', 'c2', 0);
      expect((await orders.find('o1')).lines).toMatchObject([
        { isWaiting: true, promisedDate: '2027-03-01' },
      ]);
      await orders.buy('CHAIR', 'c3', 2, '2027-05-01');
      await put('o1', { CHAIR: 2 });
      const [line] = (await orders.find('o1')).lines;
      expect(line).toMatchObject({ claims: [{ batchReference: 'c3' }], promisedDate: '2027-03-01' });
      expect(line).not.toHaveProperty('isUnpromised');
    });

    it('keep the day that they were promised before their hold ended', async () => {
      await orders.buy('CHAIR', 'c2', 2, '2027-03-01');
      await put('o1', { CHAIR: 2 }, { expiresInSeconds: 60 });
      orders.later(61);
      await orders.allocate('o2', 'CHAIR', 2);
      await put('o1', { CHAIR: 2 });
      await orders.buy('CHAIR', 'c3', 2, '2027-05-01');
      const promisedDate = '2027-03-01';
      expect((await orders.find('o1')).lines).toMatchObject([{ claims: [{}], promisedDate }]);
      expect(orders.stock.linesOf('o1')).toMatchObject([{ line: { batchReference: 'c3', promisedDate } }]);
    });

    it('are released with it', async () => {
      await put('o1', { CHAIR: 2, TABLE: 2 });
      await orders.cancel('o1');
      expect([queue(), await statesOf('o1')]).toEqual([[], ['cancelled']]);
    });

    it('can be added to it, and be given up alone', async () => {
      await orders.put('o1', { TABLE: 2 });
      expect(await orders.add('o1', { CHAIR: 2 }, true)).toMatchObject({ isNew: true, waiting: {} });
      expect(await orders.add('o1', { CHAIR: 2 }, true)).toMatchObject({ isNew: false, waiting: {} });
      expect(queue()).toEqual(['o1 2']);
      await orders.deallocateLine('o1', 'CHAIR');
      expect([queue(), await statesOf('o1')]).toEqual([[], ['allocated', 'TABLE allocated']]);
    });

    it('wait as a whole if a shipment is cancelled while the rest waits', async () => {
      await give('first');
      await put('o1', { CHAIR: 5 });
      const document = { kind: 'shipment', id: 's1' } as const;
      await orders.changeOrder({ orderId: 'o1', lines: [], document }, ({ goods }) =>
        goods.ship('s1', [{ sku: 'CHAIR', quantity: 2 }]),
      );
      await orders.changeQuantity('CHAIR', 'c1', 1);
      expect(queue()).toEqual(['o1 3']);
      await orders.changeOrder({ orderId: 'o1', lines: [], document }, ({ goods }) =>
        goods.cancelShipment('s1'),
      );
      expect([queue(), orders.claimsOf('o1')]).toEqual([['o1 5'], {}]);
      await orders.changeQuantity('CHAIR', 'c1', 5);
      expect([queue(), orders.claimsOf('o1')]).toEqual([[], { CHAIR: ['5 of c1'] }]);
    });
  });

  describe('that have to leave a batch that shrinks (rule 6b)', () => {
    it('wait at the place that their priority and their age give them, if they may', async () => {
      await give('first');
      await orders.allocate('old', 'CHAIR', 5, { ...PLAIN_TERMS, mayWait: true });
      await wait('o2', 6);
      await wait('o3', 6, { priority: 8 });
      orders.told();
      await orders.changeQuantity('CHAIR', 'c1', 4);
      expect(queue()).toEqual(['o3 6', 'old 5', 'o2 6']);
      expect(orders.facts()).toMatchObject([
        {
          type: 'LineBackordered',
          data: {
            orderId: 'old',
            reason: 'batch-shrunk',
            previousClaims: [{ batchReference: 'c1', quantity: 5 }],
          },
        },
        { type: 'OutOfStock' },
      ]);
    });

    it('are deallocated if they may not wait', async () => {
      await orders.changeQuantity('CHAIR', 'c1', 4);
      expect([queue(), orders.told()]).toEqual([[], ['LineDeallocated CHAIR', 'OutOfStock CHAIR']]);
    });

    it('leave units behind that go to those who wait already', async () => {
      await wait('o1', 2);
      await orders.changeQuantity('CHAIR', 'c1', 4);
      expect([queue(), orders.claimsOf('o1')]).toEqual([[], { CHAIR: ['2 of c1'] }]);
    });

    it('get their units back if the batch grows again', async () => {
      await orders.deallocate('first');
      await put('o1', { CHAIR: 5 });
      await orders.changeQuantity('CHAIR', 'c1', 4);
      expect(await statesOf('o1')).toEqual(['backordered', 'CHAIR backordered']);
      await orders.changeQuantity('CHAIR', 'c1', 5);
      expect(await statesOf('o1')).toEqual(['allocated', 'CHAIR allocated']);
    });
  });
});
