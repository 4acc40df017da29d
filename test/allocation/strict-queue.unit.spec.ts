import { beforeEach, describe, expect, it } from '@jest/globals';
import { OutOfStock } from '../../src/allocation/domain/errors.js';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { Orders, type Lines } from './order.fixture.js';

describe('A strict queue', () => {
  let orders: Orders;

  beforeEach(async () => {
    orders = new Orders();
    await orders.buy('CHAIR', 'c1', 1);
    await orders.allocate('first', 'CHAIR', 1);
    await follow('strict');
  });

  const follow = (backorders: Policy['backorders']) =>
    orders.changeProduct({ sku: 'CHAIR', frees: 0, changesPolicy: true }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, backorders }),
    );
  const wait = (orderId: string, quantity: number, terms: object = {}) =>
    orders.allocate(orderId, 'CHAIR', quantity, { mayWait: true, ...terms });
  const put = (orderId: string, lines: Lines, rest: object = {}) =>
    orders.put(orderId, lines, { whenShort: 'backorder', ...rest });
  const give = (orderId: string) =>
    orders.changeProduct({ sku: 'CHAIR', orderId, units: 0 }, (product) => product.deallocate(orderId));
  const queue = () => orders.queueOf('CHAIR');
  const claims = (...orderIds: string[]) =>
    orderIds.map((orderId) => orders.claimsOf(orderId).CHAIR?.join() ?? null);

  it('serves nobody behind its head if that needs 10 and 9 come', async () => {
    await wait('o1', 10);
    await wait('o2', 6);
    await wait('o3', 3);
    await orders.buy('CHAIR', 'c2', 9);
    expect(queue()).toEqual(['o1 10', 'o2 6', 'o3 3']);
  });

  it('serves its lines one after the other, up to the first that is not met', async () => {
    await wait('o1', 4);
    await wait('o2', 6);
    await wait('o3', 3);
    await orders.buy('CHAIR', 'c2', 9);
    expect([queue(), ...claims('o1')]).toEqual([['o2 6', 'o3 3'], '4 of c2']);
    await orders.buy('CHAIR', 'c3', 6);
    expect([queue(), ...claims('o2', 'o3')]).toEqual([[], '6 of c3', '3 of c2']);
  });

  it('reserves what is free for its head: a new line waits behind it, or is refused', async () => {
    await wait('o1', 10);
    await orders.buy('CHAIR', 'c2', 9);
    orders.told();
    expect(await wait('o2', 2)).toMatchObject({ isNew: true, waiting: { orderId: 'o2' } });
    const refused = await orders.allocate('o3', 'CHAIR', 2);
    expect(refused).toBeInstanceOf(OutOfStock);
    expect(refused).toMatchObject({ facts: { requested: 2, available: 0 } });
    expect(await orders.put('o4', { CHAIR: 20 })).toMatchObject({
      facts: { lines: [{ sku: 'CHAIR', requested: 20, available: 0, earliest: null }] },
    });
    expect(queue()).toEqual(['o1 10', 'o2 2']);
    expect(orders.told()).toEqual([
      'LineBackordered CHAIR',
      'OutOfStock CHAIR',
      'OutOfStock CHAIR',
      'OutOfStock CHAIR',
    ]);
  });

  it('is no obstacle for a new line that would be its head', async () => {
    await wait('o1', 10);
    await orders.buy('CHAIR', 'c2', 9);
    await put('vip', { CHAIR: 4 }, { priority: 6 });
    expect(claims('vip')).toEqual(['4 of c2']);
    await put('vip2', { CHAIR: 6 }, { priority: 6 });
    await put('late', { CHAIR: 1 }, { priority: 6 });
    expect(queue()).toEqual(['vip2 6', 'late 1', 'o1 10']);
  });

  it('lets a line that is older than its head take more', async () => {
    await orders.buy('CHAIR', 'c2', 8);
    await put('old', { CHAIR: 1 });
    await wait('o1', 10);
    await put('old', { CHAIR: 3 });
    expect([queue(), ...claims('old')]).toEqual([['o1 10'], '3 of c2']);
  });

  it('gives a line no more units beside those that it has while others wait before it', async () => {
    await put('o1', { CHAIR: 10 }, { priority: 6 });
    await follow('first-fit');
    await orders.buy('CHAIR', 'c2', 8);
    await put('o2', { CHAIR: 3 });
    await follow('strict');
    expect(await orders.put('o2', { CHAIR: 5 })).toMatchObject({
      facts: { lines: [{ requested: 5, available: 3 }] },
    });
    await orders.put('o2', { CHAIR: 2 });
    expect([queue(), ...claims('o2')]).toEqual([['o1 10'], '2 of c2']);
  });

  describe('serves its next head in the same transaction', () => {
    beforeEach(async () => {
      await wait('o1', 10);
      await wait('o2', 5);
      await put('o3', { CHAIR: 4 });
      await wait('o4', 1);
      await orders.buy('CHAIR', 'c2', 9);
      expect(queue()).toEqual(['o1 10', 'o2 5', 'o3 4', 'o4 1']);
      orders.told();
    });

    it('if its head is cancelled', async () => {
      await give('o1');
      expect([queue(), ...claims('o2', 'o3')]).toEqual([['o4 1'], '5 of c2', '4 of c2']);
      expect(orders.told()).toEqual(['BackorderEnded CHAIR', 'LineAllocated CHAIR', 'LineAllocated CHAIR']);
    });

    it('if its head asks for less, and leaves units', async () => {
      await give('o2');
      await give('o1');
      expect([queue(), ...claims('o3', 'o4')]).toEqual([[], '4 of c2', '1 of c2']);
      await put('big', { CHAIR: 9 });
      await wait('o5', 2);
      await put('big', { CHAIR: 2 });
      expect([queue(), ...claims('big', 'o5')]).toEqual([[], '2 of c2', '2 of c2']);
    });

    it('if another line becomes its head', async () => {
      await put('o3', { CHAIR: 4 }, { priority: 9 });
      expect([queue(), ...claims('o3')]).toEqual([['o1 10', 'o2 5', 'o4 1'], '4 of c2']);
    });

    it('if it becomes first-fit', async () => {
      await follow('first-fit');
      expect([queue(), ...claims('o2', 'o3')]).toEqual([['o1 10', 'o4 1'], '5 of c2', '4 of c2']);
    });
  });

  it('serves those behind its head if that moves back', async () => {
    await put('o1', { CHAIR: 10 });
    await wait('o2', 5);
    await orders.buy('CHAIR', 'c2', 9);
    await put('o1', { CHAIR: 10 }, { priority: 0 });
    expect([queue(), ...claims('o2')]).toEqual([['o1 10'], '5 of c2']);
  });

  it('serves those behind a head that is only held, once its time is up', async () => {
    await put('o1', { CHAIR: 10 }, { expiresInSeconds: 60 });
    await wait('o2', 5);
    await orders.buy('CHAIR', 'c2', 9);
    orders.later(60);
    orders.told();
    expect(await orders.allocate('o3', 'CHAIR', 4)).toMatchObject({ isNew: true });
    expect(orders.told()).toEqual(['BackorderEnded CHAIR', 'LineAllocated CHAIR', 'LineAllocated CHAIR']);
    expect(claims('o2', 'o3')).toEqual(['5 of c2', '4 of c2']);
  });

  it('serves its new head when its priority changes while units come', async () => {
    await put('o1', { CHAIR: 10 });
    await put('o2', { CHAIR: 9 });
    await Promise.all([put('o2', { CHAIR: 9 }, { priority: 9 }), orders.buy('CHAIR', 'c2', 9)]);
    expect([queue(), ...claims('o2')]).toEqual([['o1 10'], '9 of c2']);
  });

  it('is not overtaken by a new customer who asks while units become free', async () => {
    await wait('o1', 2);
    await wait('o2', 1);
    const outcomes = await Promise.all([give('first'), orders.allocate('new', 'CHAIR', 1)]);
    expect(outcomes[1]).toBeInstanceOf(OutOfStock);
    expect([queue(), ...claims('o1', 'o2')]).toEqual([['o1 2', 'o2 1'], null, null]);
  });

  it('lets lines that were promised units before move to another batch when theirs shrinks', async () => {
    await put('o2', { CHAIR: 5 }, { priority: 3 });
    await orders.buy('CHAIR', 'c2', 5);
    await wait('o1', 10);
    await orders.buy('CHAIR', 'c3', 6);
    await orders.changeQuantity('CHAIR', 'c2', 2);
    expect([queue(), ...claims('o2')]).toEqual([['o1 10'], '5 of c3']);
  });
});
