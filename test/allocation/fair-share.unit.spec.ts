import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { Orders } from './order.fixture.js';

describe('A queue in fair shares', () => {
  let orders: Orders;
  let batches = 0;

  beforeEach(async () => {
    orders = new Orders();
    await orders.buy('CHAIR', 'c0', 1);
    await orders.allocate('first', 'CHAIR', 1);
    await follow({ backorders: 'fair-share' });
  });

  const follow = (policy: Partial<Policy>) =>
    orders.changeProduct({ sku: 'CHAIR', frees: 0, changesPolicy: true }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, ...policy }),
    );
  /** Orders that wait, by their names: "web1" is of the channel "web", "-1" of none. */
  async function wait(orderIds: string, quantity = 1, rest: object = {}): Promise<void> {
    for (const orderId of orderIds.split(' ')) {
      const channel = orderId.startsWith('-') ? null : orderId.replace(/\d+$/, '');
      await orders.put(orderId, { CHAIR: quantity }, { whenShort: 'backorder', channel, ...rest });
    }
  }
  const come = (units: number) => orders.buy('CHAIR', `c${++batches}`, units);
  const queue = () => orders.queueOf('CHAIR');
  /** Who was served since it was last asked, in the order in which they were. */
  const served = () =>
    orders
      .facts()
      .flatMap(({ type, subject }) => (type === 'LineAllocated' ? subject : []))
      .join(' ');

  it('serves one line of each channel in turn, and lines of no channel as one of them', async () => {
    await wait('web1 web2 web3 shop1 -1 -2 shop2');
    orders.told();
    await come(5);
    expect([served(), queue()]).toEqual(['-1 shop1 web1 -2 shop2', ['web2 1', 'web3 1']]);
  });

  it('goes on behind the channel that was served last, whenever units come', async () => {
    await wait('web1 web2 web3 shop1 shop2 shop3 fair1 fair2');
    orders.told();
    const turns: string[] = [];
    for (let i = 0; i < 8; i++) {
      await come(1);
      turns.push(served());
    }
    expect(turns.join(' ')).toBe('fair1 shop1 web1 fair2 shop2 web2 shop3 web3');
  });

  it('serves a channel that comes later within one round', async () => {
    await wait('web1 web2 web3 web4 web5');
    await come(2);
    await wait('shop1 fair1');
    orders.told();
    await come(1);
    await come(1);
    await come(1);
    expect(served()).toBe('fair1 shop1 web3');
  });

  it('serves the lines of a channel by their priority and their age', async () => {
    await wait('web1 web2 shop1');
    await wait('web3', 1, { priority: 9 });
    orders.told();
    await come(4);
    expect(served()).toBe('shop1 web3 web1 web2');
  });

  it('passes over a head that needs 10 if 9 come, within its channel', async () => {
    await wait('web1', 10);
    await wait('web2', 6);
    await wait('web3 shop1', 3);
    orders.told();
    await come(9);
    expect([served(), queue()]).toEqual(['shop1 web2', ['web1 10', 'web3 3']]);
  });

  it('gives the turn of a channel of which no line can be met to the next', async () => {
    await wait('fair1 fair2', 10);
    await wait('web1 web2', 2);
    orders.told();
    await come(3);
    await come(3);
    expect([served(), queue()]).toEqual(['web1 web2', ['fair1 10', 'fair2 10']]);
  });

  it('leaves what is protected to its channel', async () => {
    await follow({
      backorders: 'fair-share',
      protections: [{ channel: 'web', quantity: 2, until: null }],
    });
    await wait('fair1 shop1 web1');
    orders.told();
    await come(2);
    expect([served(), queue()]).toEqual(['web1', ['fair1 1', 'shop1 1']]);
  });

  it('takes a line that a smaller batch leaves without units back into its channel', async () => {
    await come(2);
    await wait('web1', 2);
    await orders.changeQuantity('CHAIR', `c${batches}`, 0);
    await follow({
      backorders: 'fair-share',
      protections: [{ channel: 'web', quantity: 2, until: null }],
    });
    orders.told();
    await come(2);
    expect([served(), queue()]).toEqual(['web1', []]);
  });

  it('takes it back into the channel that its order was given in the same transaction', async () => {
    await come(2);
    await wait('web1', 2);
    await Promise.all([
      orders.put('web1', { CHAIR: 2 }, { whenShort: 'backorder', channel: 'shop' }),
      orders.changeQuantity('CHAIR', `c${batches}`, 0),
    ]);
    expect(orders.stock.stateOf('CHAIR').queue?.lines).toMatchObject([{ terms: { channel: 'shop' } }]);
  });

  it('lets a new line have units that no waiting line could have had', async () => {
    await wait('web1', 10);
    await come(9);
    expect(await orders.allocate('new', 'CHAIR', 4)).toMatchObject({ isNew: true, allocation: {} });
    expect(queue()).toEqual(['web1 10']);
  });

  it('serves at once if it becomes one', async () => {
    await follow({ backorders: 'strict' });
    await wait('web1', 10);
    await wait('web2', 5);
    await come(9);
    orders.told();
    await follow({ backorders: 'fair-share' });
    expect([served(), queue()]).toEqual(['web2', ['web1 10']]);
  });
});
