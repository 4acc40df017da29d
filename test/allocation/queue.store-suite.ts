import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { takeAtOnce } from '../../src/kernel/domain/steps.js';
import { NotLoaded } from '../../src/allocation/domain/not-loaded.js';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { PLAIN_TERMS, type LineTerms } from '../../src/allocation/domain/order-line.js';
import type { Order } from '../../src/allocation/domain/order.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed, StockNeed } from '../../src/allocation/domain/stock.js';
import { NOW } from '../support/now.js';
import type { Aggregate } from '../../src/kernel/domain/store.js';
import { wantedOrder } from './order.fixture.js';
import type { StoreWithTime } from './orders.store-suite.js';

/** What every store does with lines that wait, wherever it keeps them. */
export function queueStoreSuite(name: string, setUp: () => Promise<StoreWithTime>): void {
  describe(`The store of lines that wait ${name}`, () => {
    let store: StoreWithTime;
    let sku = '';
    let skus = 0;

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());

    const named = (name: string) => `${sku}-${name}`;

    async function load<A>(...needs: StockNeed[]): Promise<A[]> {
      const found = await store.transactions.run((tx) => store.stock.load(tx, needs));
      return needs.map((need) => found.get(store.stock.keyOf(need)) as A);
    }

    const look = async (rest: Partial<ProductNeed> = {}): Promise<Product> =>
      (await load<Product>({ sku, ...rest }))[0]!;

    function save(...changed: readonly Aggregate[]): Promise<void> {
      const all = changed.flatMap((each) => [each, ...(each.companions ?? [])]);
      const written = [...new Set(all)].filter(({ revision }) => revision > 0);
      return store.transactions.run((tx) => store.stock.save(tx, written));
    }

    async function buy(batch: string, quantity: number, eta: string | null = null): Promise<Product> {
      const product = await look({ batchReference: named(batch), units: 0, frees: quantity });
      product.supply.addBatch({ reference: named(batch), quantity, eta });
      await save(product);
      return product;
    }

    async function wait(order: string, quantity: number, terms: Partial<LineTerms> = {}): Promise<void> {
      const orderId = named(order);
      const product = await look({ orderId, units: quantity });
      product.allocate({ orderId, sku, quantity, terms: { ...PLAIN_TERMS, mayWait: true, ...terms } });
      await save(product);
    }

    async function give(order: string): Promise<void> {
      const product = await look({ orderId: named(order), units: 0 });
      product.deallocate(named(order));
      await save(product);
    }

    const isWaiting = async (order: string) => {
      const product = await look({ orderId: named(order) });
      return product.backorders.find(named(order)) !== undefined;
    };
    /** The batches that the lines of the orders claim, or that they wait. */
    async function standing(...orders: string[]): Promise<(string | undefined)[]> {
      const [product] = await load<Product>(...orders.map((order) => ({ sku, orderId: named(order) })));
      return orders.map((order) => {
        const allocation = product!.allocationOf(named(order));
        if (product!.backorders.find(named(order))) return allocation ? 'both' : 'waits';
        return allocation?.batchReference.slice(sku.length + 1);
      });
    }

    beforeEach(async () => {
      sku = `SKU-${++skus}`;
      await buy('b1', 4);
      await wait('first', 4);
    });

    it('gives units whose protection has ended to lines that wait, before anybody who comes then', async () => {
      const product = await look({ frees: 0, changesPolicy: true });
      const until = NOW.toISOString().slice(0, 10);
      product.changePolicy({ ...DEFAULT_POLICY, protections: [{ channel: 'web', quantity: 3, until }] });
      await save(product);
      await buy('b2', 3);
      await wait('second', 3);
      expect(await standing('second')).toEqual(['waits']);
      await store.pass(86_400);
      await wait('third', 3);
      expect(await standing('second', 'third')).toEqual(['b2', 'waits']);
    });

    it('keeps a line that waits with all of its terms', async () => {
      const terms: LineTerms = {
        split: true,
        neededBy: '2027-02-01',
        expiresAt: new Date('2099-01-01T00:00:00.000Z'),
        priority: 8,
        mayWait: true,
        channel: 'web',
      };
      await wait('o1', 3, terms);
      const product = await look({ orderId: named('o1') });
      expect(product.backorders.find(named('o1'))).toMatchObject({
        orderId: named('o1'),
        quantity: 3,
        sequence: 2,
        terms,
      });
      expect(product.version).toBe(3);
    });

    it('keeps whether a line that claims its units may wait', async () => {
      const product = await look({ orderId: named('first') });
      expect(product.lineOf(named('first'))!.terms).toEqual({ ...PLAIN_TERMS, mayWait: true });
    });

    it('loads the line of the order that is named, and no other, unless units may become free', async () => {
      await wait('o1', 3);
      await wait('o2', 3);
      const product = await look({ orderId: named('o1') });
      expect(product.backorders.find(named('o1'))).toBeDefined();
      expect(product.backorders.find(named('o2'))).toBeUndefined();
      expect(() => product.supply.addBatch({ reference: named('b2'), quantity: 1, eta: null })).toThrow(
        NotLoaded,
      );
    });

    it('loads every line that units could meet which become free, and none that is larger', async () => {
      await wait('o1', 5);
      await wait('o2', 4);
      await wait('o3', 6, { split: true });
      await buy('b0', 1, '2027-09-01');
      const product = await look({ orderId: named('first'), units: 0 });
      const found = ['o1', 'o2', 'o3'].map((order) => product.backorders.find(named(order))?.quantity);
      expect(found).toEqual([5, 4, undefined]);
      const more = await look({ batchReference: named('b2'), units: 0, frees: 5 });
      expect(more.backorders.find(named('o3'))).toBeDefined();
    });

    it('loads every open batch for those who wait, even if the work itself needs none', async () => {
      await buy('b2', 2, '2027-01-01');
      await buy('b3', 3, '2027-02-01');
      await wait('o1', 9, { split: true });
      await give('first');
      expect(await standing('o1')).toEqual(['b3']);
    });

    it('moves a line from the queue to its batch in one step, and back', async () => {
      await wait('o1', 4);
      await wait('o2', 4);
      await give('first');
      expect(await standing('first', 'o1', 'o2')).toEqual([undefined, 'b1', 'waits']);
      const product = await look({ batchReference: named('b1'), newQuantity: 3 });
      product.supply.changeQuantity(named('b1'), 3);
      await save(product);
      expect(await standing('o1', 'o2')).toEqual(['waits', 'waits']);
      const grown = await look({ batchReference: named('b1'), newQuantity: 4, frees: 1 });
      grown.supply.changeQuantity(named('b1'), 4);
      await save(grown);
      expect(await standing('o1', 'o2')).toEqual(['b1', 'waits']);
    });

    it('keeps the day that a line was promised before it had to wait', async () => {
      await wait('o1', 4);
      await give('first');
      const product = await look({ batchReference: named('b1'), newQuantity: 3 });
      product.supply.changeQuantity(named('b1'), 3);
      await save(product);
      const waiting = await look({ orderId: named('o1') });
      expect(waiting.backorders.find(named('o1'))!.promisedDate).toBeNull();
      await buy('b2', 4, '2027-06-01');
      expect((await look({ orderId: named('o1') })).lineOf(named('o1'))!.promisedDate).toBeNull();
    });

    it('serves the queue in its order, and counts who still waits', async () => {
      await wait('o1', 2);
      await wait('o2', 2, { priority: 9 });
      await wait('o3', 2);
      await buy('b2', 4, '2027-01-01');
      expect(await standing('o1', 'o2', 'o3')).toEqual(['b2', 'b2', 'waits']);
      expect((await look({})).changes.queue.waiting).toBe(1);
    });

    async function follow(backorders: Policy['backorders']): Promise<void> {
      const product = await look({ frees: 0, changesPolicy: true });
      product.changePolicy({ ...DEFAULT_POLICY, backorders });
      await save(product);
    }

    it('loads the head of a strict queue for every work, and no more of it than its units could meet', async () => {
      await follow('strict');
      await wait('o1', 9);
      await wait('o2', 3);
      await wait('o3', 5);
      await wait('o4', 5);
      await buy('b2', 8);
      const found = (product: Product) =>
        ['o1', 'o2', 'o3', 'o4'].filter((order) => product.backorders.find(named(order)));
      expect(found(await look({ orderId: named('new'), units: 1 }))).toEqual(['o1']);
      expect(found(await look({ batchReference: named('b3'), units: 0, frees: 5 }))).toEqual([
        'o1',
        'o2',
        'o3',
      ]);
      expect(found(await look({ orderId: named('o1') }))).toEqual(['o1', 'o2', 'o3', 'o4']);
      expect(found(await look({ orderId: named('first') }))).toEqual(['o1', 'o2', 'o3']);
    });

    it('serves a strict queue up to the first line that is not met, and its next head if that is given up', async () => {
      await follow('strict');
      await wait('o1', 2);
      await wait('o2', 9);
      await wait('o3', 3);
      await wait('o4', 4);
      await buy('b2', 8);
      expect(await standing('o1', 'o2', 'o3')).toEqual(['b2', 'waits', 'waits']);
      await wait('o5', 1);
      expect(await standing('o5')).toEqual(['waits']);
      await give('o2');
      expect(await standing('o3', 'o4', 'o5')).toEqual(['b2', 'waits', 'waits']);
      await follow('first-fit');
      expect(await standing('o4', 'o5')).toEqual(['waits', 'b2']);
      await follow('strict');
      await buy('b3', 4);
      expect(await standing('o4')).toEqual(['b3']);
    });

    it('lets lines behind the head of a strict queue be served once its hold has ended', async () => {
      await follow('strict');
      const [held] = await load<Order>({ orderId: named('h1'), lines: [{ sku, quantity: 9 }] });
      const wanted = { expiresInSeconds: 600, whenShort: 'backorder' } as const;
      held!.put(wantedOrder({ [sku]: 9 }, wanted), 86_400);
      await save(held!);
      await wait('o1', 3);
      await buy('b2', 4);
      expect(await standing('h1', 'o1')).toEqual(['waits', 'waits']);
      await store.pass(600);
      const product = await look({ orderId: named('new'), units: 1 });
      product.allocate({ orderId: named('new'), sku, quantity: 1 });
      await save(product);
      expect(await standing('h1', 'o1', 'new')).toEqual([undefined, 'b2', 'b2']);
    });

    it('keeps which channel was served last, and goes on behind it', async () => {
      await follow('fair-share');
      for (const [order, channel] of [
        ['a1', 'a'],
        ['a2', 'a'],
        ['b1', 'b'],
        ['b2', 'b'],
      ] as const)
        await wait(order, 3, { channel });
      await wait('n1', 3);
      await buy('b5', 3);
      expect(await standing('n1', 'a1', 'a2', 'b1')).toEqual(['b5', 'waits', 'waits', 'waits']);
      await buy('b6', 3);
      await buy('b7', 3);
      await buy('b8', 3);
      expect(await standing('a1', 'b1', 'a2', 'b2')).toEqual(['b6', 'b7', 'b8', 'waits']);
    });

    async function put(order: string, channel: string, quantity: number): Promise<void> {
      const wanted = wantedOrder({ [sku]: quantity }, { channel, whenShort: 'backorder' });
      const [loaded] = await load<Order>({ orderId: named(order), lines: wanted.lines });
      loaded!.put(wanted, 86_400);
      await save(loaded!);
    }

    it('loads the lines that leave a batch with the channels of their orders, since they may wait in them', async () => {
      await buy('b2', 3);
      await put('o1', 'web', 3);
      const product = await look({ batchReference: named('b2'), newQuantity: 0 });
      product.supply.changeQuantity(named('b2'), 0);
      await save(product);
      const { backorders } = await look({ orderId: named('o1') });
      expect(backorders.find(named('o1'))).toMatchObject({ quantity: 3, terms: { channel: 'web' } });
    });

    it('loads every line of a product if that is asked for, with the channels of their orders', async () => {
      await buy('b2', 3, '2027-01-01');
      await put('o1', 'outlet', 2);
      await put('o2', 'vip', 4);
      await wait('o3', 9);
      const product = await look({ everyLine: true });
      const segments = [
        { match: { channel: 'vip' }, strategy: 'win' },
        { match: { channel: null }, strategy: 'lose' },
      ] as const;
      const worked = product.reallocation.run(segments);
      expect(worked.map(({ orderId, segment }) => [orderId, segment])).toEqual([
        [named('o2'), 0],
        [named('first'), 1],
        [named('o3'), 1],
      ]);
      await save(product);
      expect(await standing('first', 'o1', 'o2', 'o3')).toEqual(['waits', 'b2', 'b1', 'waits']);
      expect((await look({ everyLine: true })).reallocation.run(segments).length).toBe(3);
    });

    it('loads the lines that leave when units that were only found go again, even if more is bought', async () => {
      const resize = async (by: number) => {
        const product = await look({ batchReference: named('b1'), resize: { by }, frees: Math.max(by, 0) });
        takeAtOnce(product.supply.changeQuantityBy(named('b1'), by));
        await save(product);
      };
      await give('first');
      await resize(-7);
      const document = { kind: 'adjustment', id: named('found') } as const;
      const found = await look({ batchReference: named('b1'), resize: { by: 4 }, frees: 4, document });
      found.warehouse.adjust(named('found'), named('b1'), 4, 'counted');
      await save(found);
      await wait('o1', 4);
      expect(await standing('o1')).toEqual(['b1']);
      await resize(1);
      expect(await standing('o1')).toEqual(['waits']);
    });

    it('takes a line out of the queue that is given up', async () => {
      await wait('o1', 2);
      await give('o1');
      expect([await isWaiting('o1'), (await look({})).changes.queue.waiting]).toEqual([false, 0]);
    });

    it('ends a hold that waits, at the first look after its time', async () => {
      await wait('o1', 4, { expiresAt: new Date(Date.now() + 3_600_000 * 24 * 365 * 20) });
      const order = await store.transactions.run((tx) =>
        store.stock.orders.load(tx, [{ orderId: named('h1'), lines: [{ sku, quantity: 4 }] }]),
      );
      const held = [...order.values()].find((each) => 'put' in each)!;
      held.put(
        wantedOrder({ [sku]: 4 }, { expiresInSeconds: 600, whenShort: 'backorder', priority: 9 }),
        86_400,
      );
      await save(held);
      expect(await standing('h1')).toEqual(['waits']);
      await store.pass(600);
      const product = await look({ units: 0 });
      expect([...product.events]).toMatchObject([
        { type: 'BackorderEnded', data: { orderId: named('h1'), reason: 'expired' } },
      ]);
      await give('first');
      expect(await standing('h1', 'o1')).toEqual([undefined, 'b1']);
    });

    it('loads an order with the products that its loose lines wait for', async () => {
      await wait('o1', 2);
      const [order] = await load<Order>({ orderId: named('o1'), lines: [] });
      expect(order!.snapshot.lines).toMatchObject([{ sku, quantity: 2, isWaiting: true, claims: [] }]);
      order!.deallocate();
      await save(order!);
      expect(await isWaiting('o1')).toBe(false);
    });

    it('keeps whether an order lets its lines wait, and that no day was told', async () => {
      const wanted = wantedOrder({ [sku]: 3 }, { whenShort: 'backorder' });
      const need = { orderId: named('o1'), lines: wanted.lines };
      const [order] = await load<Order>(need);
      order!.put(wanted, 86_400);
      await save(order!);
      const [again] = await load<Order>(need);
      expect(again!.snapshot).toMatchObject({
        mayWait: true,
        lines: [{ isWaiting: true, isUnpromised: true, promisedDate: null }],
      });
      again!.put(wanted, 86_400);
      expect([again!.revision, ...again!.companions.map(({ revision }) => revision)]).toEqual([0, 0]);
    });
  });
}
