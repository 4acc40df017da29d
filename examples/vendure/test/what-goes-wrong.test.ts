import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refusalOf } from './support/customer';
import { eventually } from './support/eventually';
import { SLOW, UNLUCKY } from './support/shop-server';
import { World } from './support/world';

const LATER = /^The stock cannot be checked at the moment/;

describe('What goes wrong between shop and Earmark', () => {
  let world: World;

  before(async () => {
    world = await World.start({ timeoutMs: 1_000 });
  });

  after(async () => {
    await world?.stop();
  });

  it('nobody begins to pay while Earmark is away; once it is back, they do', async () => {
    const chair = await world.product('Chair', 1);
    const customer = await world.customer().fillsCart(chair);
    await world.earmark.goAway();
    assert.match(refusalOf(await customer.goesToPayment()), LATER);
    // The pages of the shop are there all the same, with the shop's own figures.
    assert.equal(await world.customer().sees(chair), 'OUT_OF_STOCK');
    assert.notEqual(refusalOf(await world.customer().puts(chair)), '');

    await world.earmark.comeBack();
    assert.deepEqual(await customer.checksOut(), { state: 'PaymentSettled' });
  });

  it('no money is taken if Earmark goes away while a customer fills in the card', async () => {
    const bowl = await world.product('Bowl', 1);
    const customer = await world.customer().fillsCart(bowl);
    await customer.goesToPayment();
    await world.earmark.goAway();
    assert.match(refusalOf(await customer.pays()), LATER);
    const { state, payments } = await customer.order();
    assert.deepEqual([state, payments.map((payment) => payment.state)], ['ArrangingPayment', ['Declined']]);

    await world.earmark.comeBack();
    assert.deepEqual(await customer.pays(), { state: 'PaymentSettled' });
  });

  it('an order whose payment cannot be confirmed in Earmark is placed once it can, and not before', async () => {
    const cup = await world.product('Cup', 1);
    const customer = await world.customer().fillsCart(cup);
    await customer.goesToPayment();
    world.wire.lose(/\/confirm$/, 'call');
    assert.deepEqual(await customer.pays(), { state: 'ArrangingPayment' });
    const { active, payments } = await customer.order();
    assert.deepEqual([active, payments.map(({ state }) => state)], [true, ['Settled']]);
    assert.match(refusalOf(await customer.goesBackToCart()), /^The order is paid/);

    world.wire.heal();
    await eventually('the order is placed', async () => (await customer.order()).state === 'PaymentSettled');
    assert.equal((await world.earmark.order((await customer.order()).code))?.state, 'allocated');
    assert.equal(await world.shop.allocated(cup), 1);
  });

  it('an order is placed once if the answer of Earmark is lost', async () => {
    const vase = await world.product('Vase', 2);
    const customer = await world.customer().fillsCart(vase);
    await customer.goesToPayment();
    world.wire.lose(/\/confirm$/, 'answer');
    assert.deepEqual(await customer.pays(), { state: 'ArrangingPayment' });
    world.wire.heal();
    await eventually('the order is placed', async () => (await customer.order()).state === 'PaymentSettled');
    assert.equal((await world.earmark.product(vase.sku)).claimed, 1);
    assert.equal(await world.shop.allocated(vase), 1);
  });

  it('a cancellation reaches Earmark once it is back', async () => {
    const rug = await world.product('Rug', 1);
    const customer = await world.customer().fillsCart(rug);
    await customer.checksOut();
    await world.earmark.goAway();
    await world.shop.cancel(await customer.order());
    assert.equal((await customer.order()).state, 'Cancelled');
    await world.earmark.comeBack();
    await world.inEarmark(customer, 'cancelled', ({ state }) => state === 'cancelled');
    assert.equal((await world.earmark.product(rug.sku)).available, 1);
  });

  it('a shipment that leaves while Earmark is away reaches it once it is back', async () => {
    const cap = await world.product('Cap', 2);
    const customer = await world.customer().fillsCart(cap);
    await customer.checksOut();
    await world.earmark.goAway();
    await world.shop.fulfill(await customer.order(), 1);
    await world.earmark.comeBack();
    await world.inEarmark(customer, 'shipped', ({ state }) => state === 'shipped');
    assert.equal((await world.earmark.product(cap.sku)).onHand, 1);
  });

  it('a shipment reaches Earmark once, also if every answer to it is lost for a while', async () => {
    const mug = await world.product('Mug', 3);
    const customer = await world.customer().fillsCart(mug, 2);
    await customer.checksOut();
    const before = (await world.shop.jobResults()).length;
    world.wire.lose(/^PUT \/v1\/shipments\//, 'answer');
    await world.shop.fulfill(await customer.order(), 2);
    await world.inEarmark(customer, 'shipped', ({ state }) => state === 'shipped');
    world.wire.heal();
    await eventually('the job has ended', async () => (await world.shop.jobResults()).length > before);
    const { shipped, onHand } = await world.earmark.product(mug.sku);
    assert.deepEqual({ shipped, onHand }, { shipped: 2, onHand: 1 });
  });

  it('a fulfilment is refused if the units are not in the warehouse', async () => {
    const shelf = await world.product('Shelf', 1);
    const customer = await world.customer().fillsCart(shelf);
    await customer.checksOut();
    // A count finds that it is not there.
    await world.earmark.lose(`PO-${shelf.sku}`, 1);
    await assert.rejects(
      world.shop.fulfill(await customer.order(), 1),
      new RegExp(`Of ${shelf.sku}, 0 are in the warehouse`),
    );
  });

  it('an order that the shop is about to store is not taken for a lost one', async () => {
    const desk = await world.product('Desk', 1);
    const customer = await world.customer(SLOW).fillsCart(desk);
    await customer.goesToPayment();
    const paying = customer.pays();
    await world.inEarmark(customer, 'firm', ({ state }) => state === 'allocated');
    await world.shop.runTask('earmark-sync');
    assert.deepEqual(await paying, { state: 'PaymentSettled' });
    await eventually('the task has ended', () => world.shop.hasRun('earmark-sync'));
    assert.equal((await world.earmark.order((await customer.order()).code))?.state, 'allocated');
  });

  it('an order that is paid twice at the same time is placed once', async () => {
    const sofa = await world.product('Sofa', 3);
    const customer = await world.customer(SLOW).fillsCart(sofa);
    await customer.goesToPayment();
    await Promise.all([customer.pays(), customer.pays()]);
    const { state, payments } = await customer.order();
    assert.deepEqual([state, payments.length], ['PaymentSettled', 2]);
    assert.equal(await world.shop.allocated(sofa), 1);
    assert.equal((await world.earmark.product(sofa.sku)).claimed, 1);
  });

  it('units of a shop that dies between the yes of Earmark and its own commit are found and freed', async () => {
    const tray = await world.product('Tray', 1);
    const customer = await world.customer(UNLUCKY).fillsCart(tray);
    await customer.goesToPayment();
    await assert.rejects(customer.pays());
    await world.shop.died();
    await world.shop.reopen();
    const { code, state, payments } = await customer.order();
    assert.deepEqual([state, payments], ['ArrangingPayment', []]);
    assert.equal((await world.earmark.order(code))?.state, 'allocated');

    await world.shop.runTask('earmark-sync');
    await world.inEarmark(customer, 'cancelled', (order) => order.state === 'cancelled');
    const other = await world.customer().fillsCart(tray);
    assert.deepEqual(await other.checksOut(), { state: 'PaymentSettled' });
    assert.match(refusalOf(await customer.pays()), /^Not enough stock: Tray/);
  });

  it('a customer whose shop died while they paid gets their units if they pay again', async () => {
    const fork = await world.product('Fork', 1);
    const customer = await world.customer(UNLUCKY).fillsCart(fork);
    await customer.goesToPayment();
    await assert.rejects(customer.pays());
    await world.shop.died();
    await world.shop.reopen();
    // Its units are firm by now, and its own.
    assert.equal((await world.earmark.product(fork.sku)).claimed, 1);
    await world.shop.rename(customer, 'lucky');
    assert.deepEqual(await customer.pays(), { state: 'PaymentSettled' });
    assert.equal((await world.earmark.product(fork.sku)).claimed, 1);
  });

  it('has changed nothing in Earmark that its own check would not explain', async () => {
    assert.deepEqual(await world.earmark.differences(), []);
  });
});

describe('A hold that ends', () => {
  let world: World;

  before(async () => {
    world = await World.start({ holdSeconds: 10 });
  });

  after(async () => {
    await world?.stop();
  });

  it('lets another customer buy the unit, and takes no money from the first', async () => {
    const lamp = await world.product('Lamp', 1);
    const [slow, quick] = await world.crowd(2, lamp);
    assert.deepEqual(await slow!.goesToPayment(), { state: 'ArrangingPayment' });
    assert.match(refusalOf(await quick!.goesToPayment()), /^Not enough stock: Lamp/);
    await eventually(
      'the hold has ended',
      async () => (await world.earmark.product(lamp.sku)).available === 1,
    );
    assert.deepEqual(await quick!.checksOut(), { state: 'PaymentSettled' });
    assert.match(refusalOf(await slow!.pays()), /^Not enough stock: Lamp/);
    assert.deepEqual(
      (await slow!.order()).payments.map(({ state }) => state),
      ['Declined'],
    );
  });

  it('is no loss to a customer who comes late if nobody else has bought the unit', async () => {
    const stool = await world.product('Stool', 1);
    const slow = await world.customer().fillsCart(stool);
    await slow.goesToPayment();
    await eventually(
      'the hold has ended',
      async () => (await world.earmark.product(stool.sku)).available === 1,
    );
    assert.deepEqual(await slow.pays(), { state: 'PaymentSettled' });
  });
});
