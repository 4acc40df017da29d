import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import type { DocumentKey, DocumentKind } from '../../src/allocation/domain/document.js';
import type { Order } from '../../src/allocation/domain/order.js';
import { OrderLine } from '../../src/allocation/domain/order-line.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed, StockNeed } from '../../src/allocation/domain/stock.js';
import { ConcurrentChange, type Aggregate } from '../../src/kernel/domain/store.js';
import { wantedOrder, type Lines } from './order.fixture.js';
import type { StoreUnderTest } from './stock.store-suite.js';
import { restocked, scrapped } from './warehouse.fixture.js';

/** What every store of goods and documents does, wherever it keeps them. */
export function goodsStoreSuite(name: string, setUp: () => Promise<StoreUnderTest>): void {
  describe(`The store of goods ${name}`, () => {
    let store: StoreUnderTest;
    /** Each test has products, batches, orders and documents of its own. */
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());
    beforeEach(async () => {
      prefix = `G${++tests}-`;
      await buy('CHAIR', 'c1', 10, '2098-01-01');
      await buy('TABLE', 't1', 10, '2098-01-01');
    });

    const named = (name: string) => prefix + name;
    const key = (kind: DocumentKind, id: string): DocumentKey => ({ kind, id: named(id) });

    async function load<A>(need: StockNeed): Promise<A> {
      const found = await store.transactions.run((tx) => store.stock.load(tx, [need]));
      return found.get(store.stock.keyOf(need)) as A;
    }

    function save(each: Order | Product): Promise<void> {
      const all: Aggregate[] = 'companions' in each ? [each, ...each.companions] : [each];
      const changed = all.filter(({ revision }) => revision > 0);
      return store.transactions.run((tx) => store.stock.save(tx, changed));
    }

    const loadProduct = (sku: string, batch: string, rest: Partial<ProductNeed> = {}): Promise<Product> =>
      load({ sku: named(sku), batchReference: named(batch), ...rest });

    const loadOrder = (orderId: string, document?: DocumentKey, lines: Lines = {}): Promise<Order> =>
      load({ orderId: named(orderId), lines: wantedOrder(lines).lines, ...(document && { document }) });

    async function buy(sku: string, batch: string, quantity: number, eta: string | null): Promise<void> {
      const product = await loadProduct(sku, batch);
      product.supply.addBatch({ reference: named(batch), quantity, eta });
      await save(product);
    }

    /** A receipt of the batch, loaded as its command loads it and not saved yet. */
    async function receiving(receipt: string, sku: string, batch: string, quantity: number, isFinal = false) {
      const resize = isFinal ? { by: quantity, keepsOnHand: true } : { by: 0 };
      const product = await loadProduct(sku, batch, { document: key('receipt', receipt), resize });
      product.warehouse.receive(named(receipt), named(batch), { quantity, rejected: 0, isFinal });
      return product;
    }

    const receive = async (...receipt: Parameters<typeof receiving>) => save(await receiving(...receipt));

    async function put(orderId: string, lines: Lines): Promise<void> {
      const its: Lines = Object.fromEntries(Object.entries(lines).map(([sku, line]) => [named(sku), line]));
      const order = await loadOrder(orderId, undefined, its);
      order.put(wantedOrder(its), 86_400);
      await save(order);
    }

    async function ship(shipment: string, orderId: string): Promise<void> {
      const order = await loadOrder(orderId, key('shipment', shipment));
      order.goods.ship(named(shipment), undefined);
      await save(order);
    }

    /** The batch as it is stored. */
    async function stored(sku: string, batch: string): Promise<BatchState> {
      const product = await loadProduct(sku, batch, { countsLines: true });
      // What changes is shown with all that it has.
      product.supply.reschedule(named(batch), '2099-09-09');
      return product.changes.batches[0]!;
    }

    it('keeps what has come, left, come back and been written off', async () => {
      await receive('r1', 'CHAIR', 'c1', 6);
      await put('o1', { CHAIR: 8 });
      await ship('s1', 'o1');
      expect(await stored('CHAIR', 'c1')).toMatchObject({
        ...{ quantity: 4, allocated: 2 },
        goods: { received: 0, shipped: 6, returned: 0, writtenOff: 0 },
      });
      const order = await loadOrder('o1', key('return', 'b1'));
      order.goods.takeBack(named('b1'), [restocked(named('CHAIR'), 3), scrapped(named('CHAIR'), 1)]);
      await save(order);
      const product = await loadProduct('CHAIR', 'c1', {
        ...{ document: key('adjustment', 'a1'), resize: { by: -1 } },
      });
      product.warehouse.adjust(named('a1'), named('c1'), -1, 'broken');
      await save(product);
      expect(await stored('CHAIR', 'c1')).toMatchObject({
        ...{ quantity: 6, allocated: 2 },
        goods: { received: 2, shipped: 6, returned: 4, writtenOff: 2 },
      });
    });

    it('puts a batch on hand of which all has come', async () => {
      await receive('r1', 'CHAIR', 'c1', 10);
      const { warehouse } = await loadProduct('CHAIR', 'c1');
      expect(warehouse.onHand(named('c1'))).toBe(10);
    });

    it('loads a batch of which units have come behind one that could hold all that is claimed', async () => {
      await buy('CHAIR', 'c2', 10, '2097-01-01');
      await receive('r1', 'CHAIR', 'c1', 4);
      const product: Product = await load({ sku: named('CHAIR'), units: 2, orderId: named('o1') });
      const line = { orderId: named('o1'), sku: named('CHAIR'), quantity: 2 };
      expect(product.plan(new OrderLine(line))).toMatchObject({ date: null });
      expect(product.allocate(line)).toMatchObject({ allocation: { batchReference: named('c1') } });
    });

    it('finds a document again as it was written', async () => {
      const product = await receiving('r1', 'CHAIR', 'c1', 4);
      const written = product.warehouse.documents.find(key('receipt', 'r1'));
      await save(product);
      const { warehouse } = await loadProduct('CHAIR', 'c1', { document: key('receipt', 'r1') });
      expect(warehouse.documents.find(key('receipt', 'r1'))).toEqual(written);
      expect(written).toMatchObject({
        ...{ orderId: null, batchReference: named('c1'), cancelledAt: null },
        result: { overReceived: 0, onHand: 4, outstanding: 6 },
      });
    });

    it('does not take a document that was not asked for as one that does not exist', async () => {
      await receive('r1', 'CHAIR', 'c1', 4);
      const { warehouse } = await loadProduct('CHAIR', 'c1', { document: key('receipt', 'r2') });
      expect(warehouse.documents.find(key('receipt', 'r2'))).toBeUndefined();
      expect(() => warehouse.documents.find(key('receipt', 'r1'))).toThrow('was not loaded');
    });

    it('keeps documents of different kinds apart that have one name', async () => {
      await receive('d1', 'CHAIR', 'c1', 4);
      await put('o1', { CHAIR: 2 });
      const order = await loadOrder('o1', key('shipment', 'd1'));
      expect(order.documents.find(key('shipment', 'd1'))).toBeUndefined();
    });

    it('keeps that a shipment is cancelled', async () => {
      await receive('r1', 'CHAIR', 'c1', 4);
      await put('o1', { CHAIR: 4 });
      await ship('s1', 'o1');
      const order = await loadOrder('o1', key('shipment', 's1'));
      order.goods.cancelShipment(named('s1'));
      await save(order);
      const again = await loadOrder('o1', key('shipment', 's1'));
      expect(again.documents.find(key('shipment', 's1'))).toMatchObject({
        ...{ orderId: named('o1'), cancelledAt: expect.any(Date) },
      });
      expect(await stored('CHAIR', 'c1')).toMatchObject({ quantity: 10, allocated: 4 });
    });

    it('loads the batches that units of an order have left, even if nothing is left of them', async () => {
      await receive('r1', 'CHAIR', 'c1', 10);
      await put('o1', { CHAIR: 10 });
      await ship('s1', 'o1');
      const order = await loadOrder('o1', key('return', 'b1'));
      order.goods.takeBack(named('b1'), [restocked(named('CHAIR'), 10)]);
      await save(order);
      expect(await stored('CHAIR', 'c1')).toMatchObject({
        quantity: 10,
        goods: { shipped: 10, returned: 10 },
      });
    });

    it('loads the lines that leave a batch of which the rest will not come', async () => {
      for (const orderId of ['o1', 'o2', 'o3']) await put(orderId, { CHAIR: 3 });
      const product = await receiving('r1', 'CHAIR', 'c1', 4, true);
      expect([...product.changes.goneOrderIds].sort()).toEqual([named('o2'), named('o3')]);
      await save(product);
      expect(await stored('CHAIR', 'c1')).toMatchObject({ quantity: 4, allocated: 3 });
    });

    describe('rejects with ConcurrentChange, and writes nothing of,', () => {
      it('a document that another transaction has written since, about another product', async () => {
        const first = await receiving('r1', 'CHAIR', 'c1', 4);
        const second = await receiving('r1', 'TABLE', 't1', 5);
        await save(first);
        await expect(save(second)).rejects.toThrow(ConcurrentChange);
        const { warehouse } = await loadProduct('TABLE', 't1', { document: key('receipt', 'r1') });
        expect(warehouse.onHand(named('t1'))).toBe(0);
        expect(warehouse.documents.find(key('receipt', 'r1'))).toMatchObject({ batchReference: named('c1') });
      });

      it('a shipment whose name another order has used since', async () => {
        await receive('r1', 'CHAIR', 'c1', 10);
        await put('o1', { CHAIR: 2 });
        await receive('r2', 'TABLE', 't1', 10);
        await put('o2', { TABLE: 3 });
        const orders = [
          await loadOrder('o1', key('shipment', 's1')),
          await loadOrder('o2', key('shipment', 's1')),
        ] as const;
        for (const { goods } of orders) goods.ship(named('s1'), undefined);
        await save(orders[0]);
        await expect(save(orders[1])).rejects.toThrow(ConcurrentChange);
        expect(await stored('TABLE', 't1')).toMatchObject({ quantity: 10, allocated: 3 });
      });

      it('a shipment that another transaction has cancelled since', async () => {
        await receive('r1', 'CHAIR', 'c1', 10);
        await put('o1', { CHAIR: 2 });
        await ship('s1', 'o1');
        const orders = [
          await loadOrder('o1', key('shipment', 's1')),
          await loadOrder('o1', key('shipment', 's1')),
        ] as const;
        for (const { goods } of orders) goods.cancelShipment(named('s1'));
        await save(orders[0]);
        await expect(save(orders[1])).rejects.toThrow(ConcurrentChange);
        expect(await stored('CHAIR', 'c1')).toMatchObject({ quantity: 10, allocated: 2 });
      });
    });
  });
}
