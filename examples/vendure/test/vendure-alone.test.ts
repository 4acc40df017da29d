import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Customer, crowd, isPlaced } from './support/customer';
import { startPostgres, type Postgres } from './support/postgres';
import { Shop } from './support/shop';

const CUSTOMERS = 20;
const ROUNDS = 5;

describe('Vendure alone', () => {
  let postgres: Postgres;
  let shop: Shop;

  before(async () => {
    postgres = await startPostgres();
    await postgres.createDatabase('vendure');
    shop = await Shop.open(postgres.urlOf('vendure'), null);
  });

  after(async () => {
    await shop?.close();
    await postgres?.stop();
  });

  it('sells the last unit once if the second customer begins to pay after the first has paid', async () => {
    const chair = await shop.addProduct('Chair', 'CHAIR', 1);
    const [first, second] = await crowd(shop, 2, (customer) => customer.fillsCart(chair));
    assert.deepEqual(await first!.checksOut(), { state: 'PaymentSettled' });
    const step = await second!.checksOut();
    assert.ok(
      'refused' in step && step.refused.includes('insufficient stock of Chair'),
      JSON.stringify(step),
    );
  });

  it('sells the last unit twice if the second customer begins to pay before the first has paid', async (t) => {
    const lamp = await shop.addProduct('Lamp', 'LAMP', 1);
    const customers = await crowd(shop, 2, (customer) => customer.fillsCart(lamp));
    for (const customer of customers)
      assert.deepEqual(await customer.goesToPayment(), { state: 'ArrangingPayment' });
    // One after the other: it takes no race.
    for (const customer of customers) assert.deepEqual(await customer.pays(), { state: 'PaymentSettled' });
    t.diagnostic('2 customers on the payment page, 1 unit: 2 orders placed');
  });

  it(`sells the last unit ${CUSTOMERS} times to ${CUSTOMERS} customers who are on the payment page together`, async (t) => {
    const vase = await shop.addProduct('Vase', 'VASE', 1);
    const customers = await crowd(shop, CUSTOMERS, (customer) => customer.fillsCart(vase));
    const arrived = await Promise.all(customers.map((customer) => customer.goesToPayment()));
    assert.ok(arrived.every((step) => 'state' in step));
    const paid = await Promise.all(customers.map((customer) => customer.pays()));
    assert.equal(paid.filter(isPlaced).length, CUSTOMERS);
    t.diagnostic(`${CUSTOMERS} customers, 1 unit: ${CUSTOMERS} orders placed`);
  });

  it('sells the last unit more than once to customers who check out at the same time', async (t) => {
    const placed: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const rug = await shop.addProduct(`Rug ${round}`, `RUG-${round}`, 1);
      const customers = await crowd(shop, CUSTOMERS, (customer) => customer.fillsCart(rug));
      const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
      placed.push(steps.filter(isPlaced).length);
    }
    t.diagnostic(`${CUSTOMERS} customers, 1 unit, ${ROUNDS} rounds: orders placed: ${placed.join(', ')}`);
    assert.ok(placed.some((orders) => orders > 1));
  });

  it('forgets orders that are placed at the same time when it counts what is allocated', async (t) => {
    const mug = await shop.addProduct('Mug', 'MUG', 100);
    const customers = await crowd(shop, CUSTOMERS, (customer) => customer.fillsCart(mug));
    const steps = await Promise.all(customers.map((customer) => customer.checksOut()));
    assert.equal(steps.filter(isPlaced).length, CUSTOMERS);
    const allocated = await shop.allocated(mug);
    t.diagnostic(`${CUSTOMERS} orders of 1 unit: ${allocated} units allocated`);
    assert.ok(allocated < CUSTOMERS);
  });

  it('fails for customers whose carts have the same products in another order', async (t) => {
    const cup = await shop.addProduct('Cup', 'CUP', 100);
    const can = await shop.addProduct('Can', 'CAN', 100);
    const customers = await crowd(shop, CUSTOMERS, (customer, i) => customer.fillsWithBoth(cup, can, i));
    const results = await Promise.allSettled(customers.map((customer) => customer.checksOut()));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    t.diagnostic(
      `${CUSTOMERS} customers, enough units: ${errors.length} failed: ${[...new Set(errors)].join('; ')}`,
    );
    assert.ok(errors.every((error) => error.includes('deadlock detected')));
    assert.ok(errors.length > 0);
  });

  it('shows a customer that the unit is gone only once it is paid for', async () => {
    const bowl = await shop.addProduct('Bowl', 'BOWL', 1);
    const customer = await new Customer(shop, 'first').fillsCart(bowl);
    await customer.goesToPayment();
    assert.equal(await new Customer(shop, 'second').sees(bowl), 'LOW_STOCK');
    await customer.pays();
    assert.equal(await new Customer(shop, 'second').sees(bowl), 'OUT_OF_STOCK');
  });
});
