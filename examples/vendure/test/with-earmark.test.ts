import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { crowd, isPlaced, refusalOf } from './support/customer';
import { World } from './support/world';

const CUSTOMERS = 20;
const ROUNDS = 10;
const ROUNDS_OF_PAIRS = 3;

describe('Vendure with Earmark', () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  after(async () => {
    await world?.stop();
  });

  it('places the order of a customer, whose units are firm in Earmark', async () => {
    const chair = await world.product('Chair', 3);
    const customer = await world.customer().fillsCart(chair, 2);
    assert.equal(await world.customer().sees(chair), 'IN_STOCK');

    assert.deepEqual(await customer.goesToPayment(), { state: 'ArrangingPayment' });
    const { code } = await customer.order();
    assert.equal((await world.earmark.order(code))?.state, 'held');

    assert.deepEqual(await customer.pays(), { state: 'PaymentSettled' });
    assert.equal((await world.earmark.order(code))?.state, 'allocated');
    const { onHand, claimed, available } = await world.earmark.product(chair.sku);
    assert.deepEqual({ onHand, claimed, available }, { onHand: 3, claimed: 2, available: 1 });
    assert.equal(await world.shop.allocated(chair), 2);
  });

  it('shows others that the last unit is gone while a customer pays for it', async () => {
    const bowl = await world.product('Bowl', 1);
    const [first, second] = await world.crowd(2, bowl);
    await first!.goesToPayment();
    assert.equal(await world.customer().sees(bowl), 'OUT_OF_STOCK');
    assert.equal(refusalOf(await second!.goesToPayment()), 'Not enough stock: Bowl (1 wanted, 0 available).');
    assert.deepEqual(await first!.pays(), { state: 'PaymentSettled' });
  });

  it('puts no more into a cart than Earmark has, and nothing that it does not know', async () => {
    const cup = await world.product('Cup', 1);
    const unknown = await world.product('Unknown', 0);
    assert.match(refusalOf(await world.customer().puts(cup, 2)), /INSUFFICIENT_STOCK|Only 1/);
    assert.notEqual(refusalOf(await world.customer().puts(unknown)), '');
  });

  it(`sells the last unit once to ${CUSTOMERS} customers who check out at the same time, ${ROUNDS} times`, async (t) => {
    const placed: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const vase = await world.product('Vase', 1);
      const customers = await world.crowd(CUSTOMERS, vase);
      const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
      placed.push(steps.filter(isPlaced).length);
      const refusals = steps.filter((step) => !isPlaced(step)).map(refusalOf);
      assert.deepEqual([...new Set(refusals)], ['Not enough stock: Vase (1 wanted, 0 available).']);
      const { onHand, claimed, available } = await world.earmark.product(vase.sku);
      assert.deepEqual({ onHand, claimed, available }, { onHand: 1, claimed: 1, available: 0 });
      assert.equal(await world.shop.allocated(vase), 1);
    }
    t.diagnostic(`${CUSTOMERS} customers, 1 unit, ${ROUNDS} rounds: orders placed: ${placed.join(', ')}`);
    assert.deepEqual(new Set(placed), new Set([1]));
  });

  it('sells every unit, and no more, if several are left', async (t) => {
    const rug = await world.product('Rug', 7);
    const customers = await world.crowd(CUSTOMERS, rug);
    const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
    t.diagnostic(`${CUSTOMERS} customers, 7 units: orders placed: ${steps.filter(isPlaced).length}`);
    assert.equal(steps.filter(isPlaced).length, 7);
    assert.equal((await world.earmark.product(rug.sku)).claimed, 7);
    assert.equal(await world.shop.allocated(rug), 7);
  });

  it('places no half order if two products are wanted together, whichever is in the cart first', async (t) => {
    const placed: number[] = [];
    for (let round = 1; round <= ROUNDS_OF_PAIRS; round++) {
      const knife = await world.product('Knife', 3);
      const fork = await world.product('Fork', 3);
      const customers = await crowd(world.shop, CUSTOMERS, (customer, i) =>
        customer.fillsWithBoth(knife, fork, i),
      );
      const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
      placed.push(steps.filter(isPlaced).length);
      for (const { sku } of [knife, fork]) assert.equal((await world.earmark.product(sku)).claimed, 3);
    }
    t.diagnostic(
      `${CUSTOMERS} customers, 3 pairs, ${ROUNDS_OF_PAIRS} rounds: orders placed: ${placed.join(', ')}`,
    );
    assert.deepEqual(new Set(placed), new Set([3]));
  });

  it('counts each of several orders that are placed at the same time, whichever product is first', async (t) => {
    const mug = await world.product('Mug', 100);
    const cup = await world.product('Cup', 100);
    const customers = await crowd(world.shop, CUSTOMERS, (customer, i) =>
      customer.fillsWithBoth(mug, cup, i),
    );
    const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
    assert.equal(steps.filter(isPlaced).length, CUSTOMERS);
    const allocated = [await world.shop.allocated(mug), await world.shop.allocated(cup)];
    t.diagnostic(`${CUSTOMERS} orders of 1 unit of two products: ${allocated.join(' and ')} units allocated`);
    assert.deepEqual(allocated, [CUSTOMERS, CUSTOMERS]);
  });

  it('sells units that are spread over two batches', async () => {
    const spoon = await world.product('Spoon', 2);
    await world.earmark.register('PO-SPOON-SECOND', spoon.sku, 1);
    const customer = await world.customer().fillsCart(spoon, 3);
    assert.deepEqual(await customer.checksOut(), { state: 'PaymentSettled' });
  });

  it('sells no units that are still to come, unless the shop says how long its customers wait', async () => {
    const shelf = await world.product('Shelf', 1);
    await world.earmark.register('PO-SHELF-NEXT', shelf.sku, 5, '2999-01-01');
    assert.notEqual(refusalOf(await world.customer().puts(shelf, 2)), '');
  });

  it('gives the units back to others if a customer goes back to the cart, and lets them change it', async () => {
    const tray = await world.product('Tray', 2);
    const customer = await world.customer().fillsCart(tray, 2);
    await customer.goesToPayment();
    assert.deepEqual(await customer.goesBackToCart(), { state: 'AddingItems' });
    assert.equal((await world.earmark.product(tray.sku)).available, 2);
    assert.deepEqual(await customer.changes(1), { state: 'AddingItems' });
    assert.deepEqual(await customer.checksOut(), { state: 'PaymentSettled' });
    assert.equal((await world.earmark.product(tray.sku)).available, 1);
  });

  it('has changed nothing in Earmark that its own check would not explain', async () => {
    assert.deepEqual(await world.earmark.differences(), []);
  });
});
