import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Customer } from './support/customer';
import type { Variant } from './support/shop';
import { eventually } from './support/eventually';
import { INVOICE } from './support/shop-server';
import { World } from './support/world';

describe('What happens to an order after it is placed', () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  after(async () => {
    await world?.stop();
  });

  async function placed(variant: Variant, quantity: number): Promise<Customer> {
    const customer = await world.customer().fillsCart(variant, quantity);
    assert.deepEqual(await customer.checksOut(), { state: 'PaymentSettled' });
    return customer;
  }

  const figures = async ({ sku }: Variant) => {
    const { onHand, claimed, available, shipped } = await world.earmark.product(sku);
    return { onHand, claimed, available, shipped };
  };

  it('units of a cancelled order can be sold again', async () => {
    const chair = await world.product('Chair', 1);
    const customer = await placed(chair, 1);
    await world.shop.cancel(await customer.order());
    await world.inEarmark(customer, 'cancelled', ({ state }) => state === 'cancelled');
    assert.deepEqual(await figures(chair), { onHand: 1, claimed: 0, available: 1, shipped: 0 });
    assert.equal(await world.shop.allocated(chair), 0);
    await placed(chair, 1);
  });

  it('the other units of a line stay with the order if some are cancelled', async () => {
    const bowl = await world.product('Bowl', 3);
    const customer = await placed(bowl, 3);
    await world.shop.cancel(await customer.order(), 2);
    await world.inEarmark(customer, 'of one unit', ({ lines }) => lines[0]?.quantity === 1);
    assert.deepEqual(await figures(bowl), { onHand: 3, claimed: 1, available: 2, shipped: 0 });
  });

  it('units of an order on invoice are firm before it is paid', async () => {
    const stool = await world.product('Stool', 2);
    const customer = await world.customer().fillsCart(stool);
    await customer.goesToPayment();
    assert.deepEqual(await customer.pays(INVOICE), { state: 'PaymentAuthorized' });
    await world.inEarmark(customer, 'firm', ({ state }) => state === 'allocated');
    await world.shop.settle(await customer.order());
    assert.equal((await customer.order()).state, 'PaymentSettled');
    assert.deepEqual(await figures(stool), { onHand: 2, claimed: 1, available: 1, shipped: 0 });
  });

  it('units of an order that is cancelled before it is paid are free', async () => {
    const cup = await world.product('Cup', 1);
    const customer = await world.customer().fillsCart(cup);
    await customer.goesToPayment();
    await world.shop.cancel(await customer.order());
    await world.inEarmark(customer, 'cancelled', ({ state }) => state === 'cancelled');
    assert.equal((await figures(cup)).available, 1);
  });

  it('what the shop sends has left Earmark, part by part', async () => {
    const vase = await world.product('Vase', 5);
    const customer = await placed(vase, 3);
    await world.shop.fulfill(await customer.order(), 1);
    await world.inEarmark(customer, 'partly shipped', ({ state }) => state === 'partly-shipped');
    assert.deepEqual(await figures(vase), { onHand: 4, claimed: 2, available: 2, shipped: 1 });

    await world.shop.fulfill(await customer.order(), 2);
    await world.inEarmark(customer, 'shipped', ({ state }) => state === 'shipped');
    assert.deepEqual(await figures(vase), { onHand: 2, claimed: 0, available: 2, shipped: 3 });
  });

  it('a fulfilment that is cancelled has its units back, for the same order', async () => {
    const rug = await world.product('Rug', 2);
    const customer = await placed(rug, 2);
    const id = await world.shop.fulfill(await customer.order(), 2);
    await world.inEarmark(customer, 'shipped', ({ state }) => state === 'shipped');
    await world.shop.moveFulfillment(id, 'Cancelled');
    await world.inEarmark(customer, 'allocated again', ({ state }) => state === 'allocated');
    assert.deepEqual(await figures(rug), { onHand: 2, claimed: 2, available: 0, shipped: 0 });

    await world.shop.fulfill(await customer.order(), 2);
    await world.inEarmark(customer, 'shipped again', ({ state }) => state === 'shipped');
  });

  it('units that were sent and are cancelled come back into stock', async () => {
    const mug = await world.product('Mug', 2);
    const customer = await placed(mug, 2);
    const id = await world.shop.fulfill(await customer.order(), 2);
    await world.shop.moveFulfillment(id, 'Shipped');
    await world.shop.cancel(await customer.order(), 1);
    await world.inEarmark(customer, 'returned in part', ({ lines }) => lines[0]?.returned === 1);
    assert.equal((await figures(mug)).available, 1);

    await world.shop.cancel(await customer.order());
    await world.inEarmark(
      customer,
      'returned',
      ({ lines, state }) => lines[0]?.returned === 2 && state === 'cancelled',
    );
    assert.equal((await figures(mug)).available, 2);
  });

  it('an order that was shipped in part and is cancelled gives back the rest', async () => {
    const tray = await world.product('Tray', 3);
    const customer = await placed(tray, 3);
    await world.shop.fulfill(await customer.order(), 1);
    await world.shop.cancel(await customer.order());
    await world.inEarmark(customer, 'cancelled', ({ state }) => state === 'cancelled');
    assert.deepEqual(await figures(tray), { onHand: 3, claimed: 0, available: 3, shipped: 1 });
  });

  it('a fulfilment that is cancelled after some of it came back leaves a note, once', async () => {
    const lid = await world.product('Lid', 2);
    const customer = await placed(lid, 2);
    const id = await world.shop.fulfill(await customer.order(), 2);
    await world.shop.cancel(await customer.order(), 1);
    await world.inEarmark(customer, 'returned in part', ({ lines }) => lines[0]?.returned === 1);
    await world.shop.moveFulfillment(id, 'Cancelled');
    const notes = async () => (await customer.order()).notes;
    await eventually('there is a note', async () => (await notes()).length > 0);
    await world.shop.runTask('earmark-sync');
    await eventually('the task has ended', () => world.shop.hasRun('earmark-sync'));
    assert.equal((await notes()).length, 1);
    assert.match(
      (await notes())[0]!,
      /^Earmark refuses what happened to this order: Order \S+ can return 1 of LID-\d+/,
    );
  });

  it('an administrator gets more units for an order only if Earmark has them', async () => {
    const fork = await world.product('Fork', 3);
    const customer = await placed(fork, 1);
    await world.shop.moveOrder(await customer.order(), 'Modifying');
    await world.shop.modify(await customer.order(), 3);
    // Meanwhile somebody else takes one of them.
    const other = await placed(fork, 1);
    await assert.rejects(
      world.shop.moveOrder(await customer.order(), 'ArrangingAdditionalPayment'),
      /Not enough stock: Fork \(3 wanted, 2 available\)/,
    );
    await world.shop.cancel(await other.order());
    await world.inEarmark(other, 'cancelled', ({ state }) => state === 'cancelled');
    await world.shop.moveOrder(await customer.order(), 'ArrangingAdditionalPayment');
    assert.deepEqual(await figures(fork), { onHand: 3, claimed: 3, available: 0, shipped: 0 });
  });

  it('a modification that is only tried out changes nothing in Earmark', async () => {
    const knife = await world.product('Knife', 3);
    const customer = await placed(knife, 2);
    await world.shop.moveOrder(await customer.order(), 'Modifying');
    await world.shop.modify(await customer.order(), 3, true);
    await world.shop.modify(await customer.order(), 1, true);
    assert.deepEqual(await figures(knife), { onHand: 3, claimed: 2, available: 1, shipped: 0 });
  });

  it('a modification to fewer units frees the others', async () => {
    const spoon = await world.product('Spoon', 3);
    const customer = await placed(spoon, 3);
    await world.shop.moveOrder(await customer.order(), 'Modifying');
    await world.shop.modify(await customer.order(), 1);
    await world.shop.moveOrder(await customer.order(), 'PaymentSettled');
    assert.deepEqual(await figures(spoon), { onHand: 3, claimed: 1, available: 2, shipped: 0 });
  });

  it('has changed nothing in Earmark that its own check would not explain', async () => {
    assert.deepEqual(await world.earmark.differences(), []);
  });
});
