import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutOfStock, PartOfOrder } from '../../src/allocation/domain/errors.js';
import { NotLoaded } from '../../src/allocation/domain/not-loaded.js';
import { OrderOutOfStock } from '../../src/allocation/domain/order-errors.js';
import type { Order } from '../../src/allocation/domain/order.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed, StockNeed } from '../../src/allocation/domain/stock.js';
import { ConcurrentChange, type Aggregate } from '../../src/kernel/domain/store.js';
import { wantedOrder, type Lines } from './order.fixture.js';
import type { StoreUnderTest } from './stock.store-suite.js';

/** A store of which a test can say that time has passed. */
export interface StoreWithTime extends StoreUnderTest {
  /** From here on it is so much later for all that is stored. */
  pass(seconds: number): Promise<void>;
}

/** What every store of orders and of their claims does, wherever it keeps them. */
export function ordersStoreSuite(name: string, setUp: () => Promise<StoreWithTime>): void {
  describe(`The store of orders ${name}`, () => {
    let store: StoreWithTime;
    /** Each test has its own order, its own products and other names in front. */
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());
    beforeEach(() => void (prefix = `T${++tests}-`));

    const named = (name: string) => prefix + name;
    const need = (orderId: string, lines: Lines = {}, rest: object = {}) => ({
      orderId: named(orderId),
      lines: wantedOrder(namedLines(lines)).lines,
      ...rest,
    });
    const namedLines = (lines: Lines): Lines =>
      Object.fromEntries(Object.entries(lines).map(([sku, line]) => [named(sku), line]));

    async function load<A>(...needs: StockNeed[]): Promise<A[]> {
      const { stock } = store;
      const found = await store.transactions.run((tx) => stock.load(tx, needs));
      return needs.map((need) => found.get(stock.keyOf(need)) as A);
    }

    const loadOrder = async (orderId: string, lines: Lines = {}, rest: object = {}): Promise<Order> =>
      (await load<Order>(need(orderId, lines, rest)))[0]!;

    const loadProduct = async (sku: string, rest: Partial<ProductNeed> = {}): Promise<Product> =>
      (await load<Product>({ sku: named(sku), ...rest }))[0]!;

    /** Saves what has changed, as the unit of work does. */
    function save(...orders: readonly (Order | Product)[]): Promise<void> {
      const all = orders.flatMap((each): Aggregate[] =>
        'companions' in each ? [each, ...each.companions] : [each],
      );
      const changed = [...new Set(all)].filter(({ revision }) => revision > 0);
      return store.transactions.run((tx) => store.stock.save(tx, changed));
    }

    async function buy(
      sku: string,
      batch: string,
      quantity: number,
      eta: string | null = null,
    ): Promise<void> {
      const reference = named(batch);
      const product = await loadProduct(sku, { batchReference: reference });
      product.supply.addBatch({ reference, quantity, eta });
      await save(product);
    }

    async function shrink(sku: string, batch: string, newQuantity: number): Promise<Product> {
      const product = await loadProduct(sku, { batchReference: named(batch), newQuantity });
      product.supply.changeQuantity(named(batch), newQuantity);
      await save(product);
      return product;
    }

    const putOn = (order: Order, lines: Lines, rest: Partial<WantedOrder> = {}) => {
      const outcome = order.put(wantedOrder(namedLines(lines), rest), 86_400);
      expect(outcome).not.toBeInstanceOf(OrderOutOfStock);
    };

    async function put(orderId: string, lines: Lines, rest: Partial<WantedOrder> = {}): Promise<void> {
      const order = await loadOrder(orderId, lines);
      putOn(order, lines, rest);
      await save(order);
    }

    async function allocate(orderId: string, sku: string, quantity: number): Promise<void> {
      const product = await loadProduct(sku, { orderId: named(orderId) });
      product.allocate({ orderId: named(orderId), sku: named(sku), quantity });
      await save(product);
    }

    /** The claims of the order as they are stored: "2 of b1" by SKU. */
    async function claimsOf(orderId: string): Promise<Record<string, string[]>> {
      const { lines } = (await loadOrder(orderId)).snapshot;
      const without = (text: string) => text.slice(prefix.length);
      return Object.fromEntries(
        lines.map(({ sku, claims }) => [
          without(sku),
          claims.map(({ quantity, batchReference }) => `${quantity} of ${without(batchReference)}`),
        ]),
      );
    }

    /** Units that are claimed of each batch, and those of holds. */
    async function claimed(sku: string, ...batches: string[]): Promise<[number, number][]> {
      const needs = batches.map((batch) => ({
        sku: named(sku),
        batchReference: named(batch),
        countsLines: true,
      }));
      const [product] = await load<Product>(...needs);
      return batches.map((batch) => {
        product!.supply.reschedule(named(batch), '2099-01-01');
        const changed = product!.changes.batches.find(({ reference }) => reference === named(batch));
        return [changed!.allocated, changed!.held ?? 0];
      });
    }

    beforeEach(async () => {
      await buy('CHAIR', 'c1', 4);
      await buy('CHAIR', 'c2', 4, '2097-01-01');
      await buy('TABLE', 't1', 5);
    });

    describe('loads', () => {
      it('an order that was never seen as one without lines and record', async () => {
        const order = await loadOrder('o1', { CHAIR: 1 });
        expect(order).toMatchObject({ version: 0, revision: 0, exists: false, hasRecord: false });
        expect(order.companions.map(({ sku }) => sku)).toEqual([named('CHAIR')]);
      });

      it('an order with all facts of its record, as it was saved', async () => {
        const lines = { CHAIR: { quantity: 2, neededBy: '2097-01-01' }, TABLE: { quantity: 3, split: true } };
        const rest = { expiresInSeconds: 600, priority: 8, channel: 'web', shipComplete: true };
        const order = await loadOrder('o1', lines);
        putOn(order, lines, rest);
        await save(order);
        const { now: _, ...saved } = order.snapshot;
        const { now, ...found } = (await loadOrder('o1')).snapshot;
        expect(found).toEqual(saved);
        expect(saved).toMatchObject({ version: 1, priority: 8, channel: 'web', shipComplete: true });
        expect(found.expiresAt!.getTime() - found.createdAt.getTime()).toBe(600_000);
        expect(now.getTime()).toBeGreaterThanOrEqual(found.createdAt.getTime());
      });

      it('the places that an order may come from, with its lines and with those that wait', async () => {
        const rest = { locations: ['attic'], whenShort: 'backorder' } as const;
        const lot = { location: 'attic', bestBefore: null, blocked: false };
        const buyThere = async (batch: string, quantity: number) => {
          const product = await loadProduct('CHAIR', { batchReference: named(batch), frees: quantity });
          product.supply.addBatch({ reference: named(batch), quantity, eta: null, lot });
          await save(product);
        };
        await buy('CHAIR', 'b1', 10);
        await buyThere('b2', 2);
        for (const orderId of ['o1', 'o2']) {
          const order = await loadOrder(orderId, { CHAIR: 2 }, { hasLocations: true });
          putOn(order, { CHAIR: 2 }, rest);
          await save(order);
        }
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['2 of b2'] });
        expect(await claimsOf('o2')).toEqual({ CHAIR: [] });
        expect((await loadOrder('o1')).state.locations).toEqual(['attic']);
        await buyThere('b3', 3);
        expect(await claimsOf('o2')).toEqual({ CHAIR: ['2 of b3'] });
        await shrink('CHAIR', 'b2', 1);
        expect(await claimsOf('o1')).toEqual({ CHAIR: [] });
      });

      it('the products of all lines that it has, and of those that the need names', async () => {
        await put('o1', { CHAIR: 1 });
        const order = await loadOrder('o1', { TABLE: 1 });
        expect(order.companions.map(({ sku }) => sku)).toEqual([named('CHAIR'), named('TABLE')]);
        putOn(order, { TABLE: 1 });
        await save(order);
        expect(await claimsOf('o1')).toEqual({ TABLE: ['1 of t1'] });
      });

      it('the loose lines of an order without a record', async () => {
        await allocate('o1', 'TABLE', 2);
        const order = await loadOrder('o1');
        expect(order).toMatchObject({ exists: true, hasRecord: false, version: 0 });
        expect(order.snapshot.lines).toMatchObject([
          { sku: named('TABLE'), quantity: 2, claims: [{ quantity: 2 }] },
        ]);
      });

      it('a product as part of the order if that has a record', async () => {
        await put('o1', { CHAIR: 1 });
        const orderId = named('o1');
        const product = await loadProduct('TABLE', { orderId });
        expect(() => product.allocate({ orderId, sku: named('TABLE'), quantity: 1 })).toThrow(PartOfOrder);
      });

      it('a product of which two needs are about one order, so that each sees what the other has done', async () => {
        const orderId = named('o1');
        const [product, order] = (await load({ sku: named('TABLE'), orderId }, need('o1', { CHAIR: 1 }))) as [
          Product,
          Order,
        ];
        product.allocate({ orderId, sku: named('TABLE'), quantity: 1 });
        expect(order.snapshot.lines.map(({ sku }) => sku)).toEqual([named('TABLE')]);
        putOn(order, { CHAIR: 1 });
        expect(() => product.allocate({ orderId, sku: named('TABLE'), quantity: 1 })).toThrow(PartOfOrder);
        await save(order, product);
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'] });
      });

      it('batches for what an order has lost only if the need reclaims', async () => {
        await put('o1', { CHAIR: 4 }, { expiresInSeconds: 600 });
        await shrink('CHAIR', 'c1', 1);
        await shrink('CHAIR', 'c2', 2);
        await buy('CHAIR', 'c3', 9, '2098-01-01');
        const withoutBatches = await loadOrder('o1');
        expect(() => withoutBatches.confirm()).toThrow(NotLoaded);
        const order = await loadOrder('o1', {}, { reclaims: true });
        expect(order.confirm()).toBeUndefined();
        await save(order);
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['4 of c3'] });
      });
    });

    describe('saves', () => {
      it('the version of an order and those of its products, each raised by one', async () => {
        await put('o1', { CHAIR: 1, TABLE: 1 });
        await put('o1', { CHAIR: 2, TABLE: 1 });
        const order = await loadOrder('o1');
        expect([order.version, ...order.companions.map(({ version }) => version)]).toEqual([2, 4, 2]);
      });

      it('an order that was cancelled, without lines', async () => {
        await put('o1', { CHAIR: 1 });
        const order = await loadOrder('o1');
        order.cancel();
        await save(order);
        const { version, snapshot } = await loadOrder('o1');
        expect(version).toBe(2);
        expect(snapshot).toMatchObject({ cancelledAt: order.snapshot.cancelledAt, lines: [] });
      });

      it('no record of an order whose last line has gone', async () => {
        await put('o1', { CHAIR: 1 });
        const order = await loadOrder('o1');
        order.deallocate();
        await save(order);
        expect(await loadOrder('o1')).toMatchObject({ version: 0, exists: false });
      });

      it('nothing of an order that came and went in one transaction', async () => {
        const order = await loadOrder('o1', { CHAIR: 1 });
        putOn(order, { CHAIR: 1 });
        order.deallocate();
        await save(order);
        expect(await loadOrder('o1')).toMatchObject({ version: 0, exists: false });
        expect(await claimed('CHAIR', 'c1')).toEqual([[0, 0]]);
      });

      it('which of the claimed units are held, until the hold is firm', async () => {
        await put('o1', { CHAIR: 1 });
        await put('o2', { CHAIR: 2 }, { expiresInSeconds: 600 });
        expect(await claimed('CHAIR', 'c1')).toEqual([[3, 2]]);
        const order = await loadOrder('o2', {}, { reclaims: true });
        order.confirm();
        await save(order);
        expect(await claimed('CHAIR', 'c1')).toEqual([[3, 0]]);
      });
    });

    describe('keeps the claims of a split line', () => {
      const split = (quantity: number) => ({ CHAIR: { quantity, split: true } });

      it('on each batch', async () => {
        await put('o1', split(6));
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['4 of c1', '2 of c2'] });
        expect(await claimed('CHAIR', 'c1', 'c2')).toEqual([
          [4, 0],
          [2, 0],
        ]);
      });

      it('when it shrinks into its first batch and grows again', async () => {
        await put('o1', split(6));
        await put('o1', split(3));
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['3 of c1'] });
        expect(await claimed('CHAIR', 'c2')).toEqual([[0, 0]]);
        await put('o1', split(7));
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['3 of c1', '4 of c2'] });
      });

      it('when it gets a batch in front of those that it has, and one behind', async () => {
        await buy('CHAIR', 'c3', 4, '2098-01-01');
        await put('o1', split(6));
        await shrink('CHAIR', 'c1', 1);
        await put('o1', split(8));
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c1', '4 of c2', '3 of c3'] });
        await buy('CHAIR', 'c0', 1);
        await put('o1', split(9));
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c0', '1 of c1', '4 of c2', '3 of c3'] });
      });

      it('when it moves to another batch altogether', async () => {
        await buy('CHAIR', 'c3', 9, '2097-01-01');
        await put('o1', { CHAIR: { quantity: 4, split: true, neededBy: '2097-01-01' } });
        await put('o2', { CHAIR: 4 });
        await shrink('CHAIR', 'c1', 1);
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['4 of c3'] });
      });

      it('until it is released, and then none', async () => {
        await put('o1', split(6));
        const order = await loadOrder('o1');
        order.cancel();
        await save(order);
        expect(await claimed('CHAIR', 'c1', 'c2')).toEqual([
          [0, 0],
          [0, 0],
        ]);
      });

      it('when the dates of its batches have changed places', async () => {
        await put('o1', split(6));
        const product = await loadProduct('CHAIR', { batchReference: named('c1'), countsLines: true });
        product.supply.reschedule(named('c1'), '2098-01-01');
        await save(product);
        expect((await claimsOf('o1')).CHAIR!.sort()).toEqual(['2 of c2', '4 of c1']);
        await put('o1', split(8));
        expect((await claimsOf('o1')).CHAIR!.sort()).toEqual(['4 of c1', '4 of c2']);
      });
    });

    describe('ends holds', () => {
      const held = { expiresInSeconds: 600 };

      it('when it loads their product after their end, and notes an event for each', async () => {
        await put('o1', { CHAIR: 2, TABLE: 1 }, held);
        await put('o2', { CHAIR: 1 }, { expiresInSeconds: 900 });
        await store.pass(600);
        const product = await loadProduct('CHAIR', { orderId: named('o1') });
        expect([...product.events]).toMatchObject([
          { type: 'LineReleased', data: { orderId: named('o1'), quantity: 2, reason: 'expired' } },
        ]);
        await save(product);
        expect(await claimed('CHAIR', 'c1')).toEqual([[1, 1]]);
      });

      it('not before', async () => {
        await put('o1', { CHAIR: 2 }, held);
        await store.pass(590);
        const product = await loadProduct('CHAIR', { orderId: named('o1') });
        expect([product.holds(named('o1')), product.events.length]).toEqual([true, 0]);
      });

      it('of other orders, so that an order can have their units', async () => {
        await put('o1', { CHAIR: 4, TABLE: 5 }, held);
        await store.pass(600);
        await put('o2', { CHAIR: 4, TABLE: 5 });
        expect(await claimsOf('o2')).toEqual({ CHAIR: ['4 of c1'], TABLE: ['5 of t1'] });
        expect(await claimsOf('o1')).toEqual({ CHAIR: [], TABLE: [] });
      });

      it('of split lines on every batch', async () => {
        await put('o1', { CHAIR: { quantity: 6, split: true } }, held);
        expect(await claimed('CHAIR', 'c1', 'c2')).toEqual([
          [4, 4],
          [2, 2],
        ]);
        await store.pass(600);
        await put('o2', { CHAIR: { quantity: 8, split: true } });
        expect(await claimsOf('o2')).toEqual({ CHAIR: ['4 of c1', '4 of c2'] });
      });

      it('before it says how much is left', async () => {
        await put('o1', { CHAIR: 4 }, held);
        await store.pass(600);
        const product = await loadProduct('CHAIR', { orderId: named('o2') });
        const refusal = product.allocate({ orderId: named('o2'), sku: named('CHAIR'), quantity: 9 });
        expect(refusal).toBeInstanceOf(OutOfStock);
        expect(refusal).toMatchObject({ facts: { available: 4 } });
      });
    });

    describe('loads for a batch that shrinks', () => {
      const gone = ({ changes }: Product) =>
        changes.goneOrderIds.map((orderId) => orderId.slice(prefix.length)).sort();

      beforeEach(() => shrink('CHAIR', 'c2', 0));

      it('holds before firm lines, and the newest of them first', async () => {
        await put('o1', { CHAIR: 1 }, { expiresInSeconds: 600 });
        await put('o2', { CHAIR: 1 }, { expiresInSeconds: 600 });
        await put('o3', { CHAIR: 1 });
        await put('o4', { CHAIR: 1 });
        expect(gone(await shrink('CHAIR', 'c1', 3))).toEqual(['o2']);
        expect(gone(await shrink('CHAIR', 'c1', 1))).toEqual(['o1', 'o4']);
      });

      it('lines of a lower priority first', async () => {
        await put('o1', { CHAIR: 1 }, { priority: 6 });
        await put('o2', { CHAIR: 1 }, { priority: 4 });
        await put('o3', { CHAIR: 1 });
        await put('o4', { CHAIR: 1 }, { priority: 0, expiresInSeconds: 600 });
        expect(gone(await shrink('CHAIR', 'c1', 2))).toEqual(['o2', 'o4']);
        expect(gone(await shrink('CHAIR', 'c1', 1))).toEqual(['o3']);
      });

      it('split lines in the same order, by their units on that batch', async () => {
        await buy('CHAIR', 'c3', 1, '2098-01-01');
        await put('o1', { CHAIR: 2 });
        await put('o2', { CHAIR: { quantity: 3, split: true } });
        expect(await claimsOf('o2')).toEqual({ CHAIR: ['2 of c1', '1 of c3'] });
        expect(gone(await shrink('CHAIR', 'c1', 3))).toEqual(['o2']);
        expect(await claimed('CHAIR', 'c3')).toEqual([[0, 0]]);
      });

      it('the lines of each batch alone, though a split line has claims on two that shrink together', async () => {
        await buy('CHAIR', 'c3', 4, '2098-01-01');
        await put('o1', { CHAIR: { quantity: 5, split: true } });
        await put('o2', { CHAIR: 1 });
        await put('o3', { CHAIR: 1 });
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['4 of c1', '1 of c3'] });
        const sku = named('CHAIR');
        const [product] = await load<Product>(
          { sku, batchReference: named('c1'), newQuantity: 3 },
          { sku, batchReference: named('c3'), newQuantity: 2 },
        );
        // First o3 leaves c3, then o2, which was not loaded. To leave c1 first says nothing about o1 on c3.
        product!.supply.changeQuantity(named('c3'), 2);
        expect(() => product!.supply.changeQuantity(named('c3'), 1)).toThrow(NotLoaded);
      });
    });

    describe('rejects with ConcurrentChange, and writes nothing of,', () => {
      /** Two that were loaded at the same version. */
      const two = async (lines: Lines = {}) =>
        [await loadOrder('o1', lines), await loadOrder('o1', lines)] as const;

      it('an order that another transaction has put since it was loaded', async () => {
        await put('o1', { CHAIR: 1 });
        const [first, second] = await two({ TABLE: 1 });
        putOn(first, { CHAIR: 1 }, { channel: 'web' });
        await save(first);
        putOn(second, { CHAIR: 1, TABLE: 1 });
        await expect(save(second)).rejects.toThrow(ConcurrentChange);
        expect((await loadOrder('o1')).snapshot).toMatchObject({ version: 2, channel: 'web' });
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'] });
        expect(await claimed('TABLE', 't1')).toEqual([[0, 0]]);
      });

      it('a new order that another transaction has created since', async () => {
        const [first, second] = await two({ CHAIR: 1, TABLE: 1 });
        putOn(first, { CHAIR: 1 });
        putOn(second, { TABLE: 1 });
        await save(first);
        await expect(save(second)).rejects.toThrow(ConcurrentChange);
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'] });
      });

      it('an order that is to be deleted but has changed since', async () => {
        await put('o1', { CHAIR: 1 });
        const [first, second] = await two({ TABLE: 1 });
        putOn(first, { CHAIR: 1, TABLE: 1 });
        await save(first);
        second.deallocate();
        const deletion = store.transactions.run((tx) => store.stock.save(tx, [second]));
        await expect(deletion).rejects.toThrow(ConcurrentChange);
        expect(await claimsOf('o1')).toEqual({ CHAIR: ['1 of c1'], TABLE: ['1 of t1'] });
      });

      it('an order that is changed after another transaction has deleted it', async () => {
        await put('o1', { CHAIR: 1 });
        const [first, second] = await two();
        first.deallocate();
        await save(first);
        second.cancel();
        await expect(save(second)).rejects.toThrow(ConcurrentChange);
        expect(await loadOrder('o1')).toMatchObject({ version: 0, exists: false });
      });
    });
  });
}
