import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import type { Preference } from '../../src/allocation/domain/preference.js';
import { OutOfStock, UnknownSku } from '../../src/allocation/domain/errors.js';
import { NotLoaded } from '../../src/allocation/domain/not-loaded.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed, Stock } from '../../src/allocation/domain/stock.js';
import { ConcurrentChange, type Transactions } from '../../src/kernel/domain/store.js';

/** A store that is put to the test, and the transactions that it works in. */
export interface StoreUnderTest {
  readonly stock: Stock;
  readonly transactions: Transactions;
  close(): Promise<void>;
}

/** What every store of products does, wherever it keeps them. */
export function stockStoreSuite(name: string, setUp: () => Promise<StoreUnderTest>): void {
  describe(`The store of stock ${name}`, () => {
    let store: StoreUnderTest;
    let sku: string;
    let skus = 0;

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());
    // Each test has its own product; references and orders contain its SKU.
    const anotherSku = () => (sku = `TABLE-${++skus}`);
    beforeEach(() => void anotherSku());

    const load = (...needs: ProductNeed[]) =>
      store.transactions
        .run((tx) => store.stock.products.load(tx, needs))
        .then((found) => [...found.values()]);

    const save = (...products: Product[]) =>
      store.transactions.run((tx) => store.stock.products.save(tx, products));

    /** Loads the product, changes it, and saves what has changed. */
    async function change<R>(need: Omit<ProductNeed, 'sku'>, work: (product: Product) => R): Promise<R> {
      const product = await look(need);
      const result = work(product);
      await save(product);
      return result;
    }

    /** The product as it is loaded for this need. */
    async function look(need: Omit<ProductNeed, 'sku'>): Promise<Product> {
      const [product] = await load({ sku, ...need });
      return product!;
    }

    const batch = (name: string) => `${sku}-${name}`;
    const order = (name: string) => `${sku}-${name}`;

    const buy = (name: string, quantity: number, eta: string | null = null) =>
      change({ batchReference: batch(name) }, (product) =>
        product.supply.addBatch({ reference: batch(name), quantity, eta }),
      );
    const allocate = (name: string, quantity: number) =>
      change({ orderId: order(name) }, (product) => tryToAllocate(product, name, quantity));
    const tryToAllocate = (product: Product, name: string, quantity: number) => {
      const outcome = product.allocate({ orderId: order(name), sku: product.sku, quantity });
      if ('waiting' in outcome) throw new Error('It did not ask to wait.');
      return outcome instanceof OutOfStock ? outcome : outcome.allocation;
    };

    describe('loads', () => {
      it('a SKU that was never seen as a new product', async () => {
        const product = await look({ orderId: order('1') });
        expect(product).toMatchObject({ sku, version: 0, revision: 0 });
        expect(() => tryToAllocate(product, '1', 1)).toThrow(UnknownSku);
      });

      it('a product as it was saved', async () => {
        await buy('b1', 10, '2027-01-01');
        await allocate('1', 4);
        const product = await look({ orderId: order('1') });
        expect(product.version).toBe(2);
        expect(tryToAllocate(product, '1', 4)).toMatchObject({
          batchReference: batch('b1'),
          eta: '2027-01-01',
        });
        expect(product.revision).toBe(0);
      });

      it('a product once if several needs name it', async () => {
        await buy('b1', 10);
        const found = await store.transactions.run((tx) =>
          store.stock.products.load(tx, [
            { sku, orderId: order('1') },
            { sku: `${sku}-unheard-of` },
            { sku, orderId: order('2') },
          ]),
        );
        expect([...found.keys()].sort()).toEqual([sku, `${sku}-unheard-of`]);
        const product = found.get(sku)!;
        expect([product.holds(order('1')), product.holds(order('2'))]).toEqual([false, false]);
      });

      it('nothing if there are no needs', async () => {
        expect(await load()).toEqual([]);
      });

      it('open batches that no need names, in the order of preference', async () => {
        await buy('b1', 10, '2027-01-02');
        await buy('b\u{1F4A9}', 10, '2027-01-01');
        await buy('b\uFF5E', 10, '2027-01-01');
        const product = await look({ orderId: order('1') });
        expect(tryToAllocate(product, '1', 10)).toMatchObject({ batchReference: batch('b\uFF5E') });
      });

      it('open batches up to the first that could hold all units of the needs', async () => {
        await buy('b1', 3);
        await buy('b4', 100, '2027-02-01');
        await buy('b2', 5, '2027-01-01');
        await buy('b3', 50, '2027-01-02');
        const few = await look({ orderId: order('1'), units: 4 });
        expect(() => tryToAllocate(few, '1', 6)).toThrow(NotLoaded);
        expect(tryToAllocate(few, '1', 4)).toMatchObject({ batchReference: batch('b2') });
        const more = await look({ orderId: order('1'), units: 6 });
        expect(tryToAllocate(more, '1', 6)).toMatchObject({ batchReference: batch('b3') });
        const none = await look({ orderId: order('1'), units: 0 });
        expect(() => tryToAllocate(none, '1', 4)).toThrow(NotLoaded);
      });

      it('a product with its policy and every open batch, for what is protected are the last units of all', async () => {
        await buy('b1', 30);
        await buy('b2', 50, '2027-01-01');
        const protections = [{ channel: 'web', quantity: 70, until: null }];
        const policy = { ...DEFAULT_POLICY, protections };
        await change({}, (product) => product.changePolicy(policy));
        const product = await look({ orderId: order('1'), units: 1 });
        expect(tryToAllocate(product, '1', 11)).toMatchObject({ facts: { available: 10 } });
        await change({}, (changed) => changed.changePolicy(DEFAULT_POLICY));
        const asBefore = await look({ orderId: order('1'), units: 1 });
        expect(tryToAllocate(asBefore, '1', 11)).toMatchObject({ batchReference: batch('b1') });
        expect(() => tryToAllocate(asBefore, '1', 40)).toThrow();
      });

      it('a batch with what was said of it, and others behind it, since it may be of no use', async () => {
        await buy('b1', 10);
        await buy('b2', 10, '2027-01-01');
        const lot = { location: 'attic', bestBefore: '2027-06-30', blocked: true };
        await change({ batchReference: batch('b1') }, (product) =>
          product.supply.changeLot(batch('b1'), lot),
        );
        const product = await look({ orderId: order('1'), units: 1 });
        expect(tryToAllocate(product, '1', 2)).toMatchObject({ batchReference: batch('b2') });
        const named = await look({ batchReference: batch('b1') });
        named.supply.reschedule(batch('b1'), '2028-01-01');
        expect(named.changes.batches[0]).toMatchObject({ lot });
        await change({ batchReference: batch('b1') }, (changed) =>
          changed.supply.changeLot(batch('b1'), PLAIN_LOT),
        );
        const free = await look({ orderId: order('1'), units: 1 });
        expect(tryToAllocate(free, '1', 2)).toMatchObject({ batchReference: batch('b1') });
      });

      describe('the batches of one day by the preference of the product,', () => {
        const prefer = (preference: Preference, minimumShelfLifeDays = 0) =>
          change({}, (product) =>
            product.changePolicy({ ...DEFAULT_POLICY, preference, minimumShelfLifeDays }),
          );
        const register = (name: string, quantity: number, facts: Partial<BatchState> = {}) =>
          change({ batchReference: batch(name) }, (product) =>
            product.supply.addBatch({ reference: batch(name), quantity, eta: null, ...facts }),
          );
        const keepingUntil = (bestBefore: string) => ({ lot: { ...PLAIN_LOT, bestBefore } });
        const taken = async (quantity: number, neededBy: string | null = null) => {
          const product = await look({ orderId: order('1'), units: quantity, neededBy });
          const terms = { ...PLAIN_TERMS, neededBy };
          const outcome = product.allocate({ orderId: order('1'), sku, quantity, terms });
          return 'allocation' in outcome ? outcome.allocation.batchReference : outcome;
        };

        it('and no more of them than it takes', async () => {
          await register('b1', 5, keepingUntil('2027-03-01'));
          await register('b2', 5, keepingUntil('2027-01-01'));
          await register('b3', 5);
          await register('b4', 5, { eta: '2026-12-01', ...keepingUntil('2026-12-24') });
          expect(await taken(5)).toBe(batch('b1'));
          await prefer('fefo');
          expect(await taken(5)).toBe(batch('b2'));
          const part = await look({ orderId: order('1'), units: 5 });
          expect(() => tryToAllocate(part, '1', 6)).toThrow(NotLoaded);
          const all = await look({ orderId: order('1'), units: 6 });
          expect(tryToAllocate(all, '1', 6)).toMatchObject({ facts: { available: 5 } });
          await prefer('eta');
          expect(await taken(5)).toBe(batch('b1'));
        });

        it('those that are registered later, get another last day or open again included', async () => {
          await register('b2', 5, keepingUntil('2027-03-01'));
          await prefer('fefo');
          await register('b1', 5);
          await register('b3', 5, keepingUntil('2027-02-01'));
          await change({ orderId: order('2'), units: 5 }, (product) => tryToAllocate(product, '2', 5));
          expect(await taken(2)).toBe(batch('b2'));
          await change({ batchReference: batch('b1'), frees: 0 }, (product) =>
            product.supply.changeLot(batch('b1'), { ...PLAIN_LOT, bestBefore: '2027-02-28' }),
          );
          expect(await taken(2)).toBe(batch('b1'));
          await prefer('eta');
          await prefer('fefo');
          await change({ orderId: order('2') }, (product) => product.deallocate(order('2')));
          expect(await taken(2)).toBe(batch('b3'));
        });

        it('in the order in which they came, or the other way round', async () => {
          await register('b1', 5, { enteredAt: 3_000 });
          await register('b2', 5, { enteredAt: 1_000 });
          await register('b3', 5, { enteredAt: 2_000, eta: '2026-12-01' });
          await prefer('fifo');
          expect(await taken(5)).toBe(batch('b2'));
          await prefer('lifo');
          expect(await taken(5)).toBe(batch('b1'));
          await change({ batchReference: batch('b3'), countsLines: true }, (product) =>
            product.supply.reschedule(batch('b3'), null, new Date(4_000)),
          );
          expect(await taken(5)).toBe(batch('b3'));
          await prefer('fifo');
          await change({ orderId: order('2'), units: 5 }, (product) => tryToAllocate(product, '2', 5));
          expect(await taken(5)).toBe(batch('b1'));
          await change({ orderId: order('2') }, (product) => product.deallocate(order('2')));
          expect(await taken(5)).toBe(batch('b2'));
        });

        it('none that does not keep for long enough after the day on which it is needed', async () => {
          await register('b1', 5, keepingUntil('2027-03-01'));
          await register('b2', 5, keepingUntil('2027-03-31'));
          await prefer('eta', 30);
          expect(await taken(5, '2027-01-30')).toBe(batch('b1'));
          expect(await taken(5, '2027-01-31')).toBe(batch('b2'));
          expect(await taken(5, '2027-03-01')).toBe(batch('b2'));
          expect(await taken(5, '2027-03-02')).toMatchObject({ facts: { available: 0 } });
          await prefer('eta');
          expect(await taken(5, '2027-03-01')).toBe(batch('b1'));
        });
      });

      it('every open batch if none could hold all units of the needs, or if a need does not say how many', async () => {
        await buy('b1', 30);
        await buy('b2', 50, '2027-01-01');
        await buy('b3', 40, '2027-01-02');
        const orderId = order('1');
        const byNeed = [
          [{ sku, orderId, units: 51 }],
          [
            { sku, orderId, units: 30 },
            { sku, orderId: order('2'), units: 30 },
          ],
          [{ sku, orderId, units: 1 }, { sku }],
        ];
        for (const needs of byNeed) {
          const [product] = await load(...needs);
          expect(tryToAllocate(product!, '1', 60)).toMatchObject({ facts: { available: 50 } });
        }
      });

      it('open batches up to those that are sure to hold the lines together, each of them on one', async () => {
        for (const [name, quantity] of [
          ['b1', 12],
          ['b2', 3],
          ['b3', 13],
          ['b4', 20],
          ['b5', 100],
        ] as const)
          await buy(name, quantity);
        const needs = ['1', '2', '3'].map((name) => ({
          sku,
          orderId: order(name),
          units: 5,
          fromOneBatch: true,
        }));
        const [product] = await load(...needs);
        const places = ['1', '2', '3'].map((name) => tryToAllocate(product!, name, 5));
        expect(places).toMatchObject(['b1', 'b1', 'b3'].map((name) => ({ batchReference: batch(name) })));
        const [part] = await load(...needs);
        expect(() => tryToAllocate(part!, '1', 14)).toThrow(NotLoaded);
        const [all] = await load(...needs, { sku, orderId: order('4'), units: 5 });
        expect(tryToAllocate(all!, '1', 14)).toMatchObject({ batchReference: batch('b4') });
      });

      it('a full batch only if a need names it', async () => {
        await buy('b1', 4);
        await allocate('1', 4);
        const unnamed = await look({});
        expect(() => unnamed.supply.reschedule(batch('b1'), '2027-01-01')).toThrow(NotLoaded);
        const named = await look({ batchReference: batch('b1'), countsLines: true });
        expect(() => named.supply.reschedule(batch('b1'), '2027-01-01')).not.toThrow();
      });

      it('the full batch of a line that a need names', async () => {
        await buy('b1', 4, '2027-01-01');
        await allocate('1', 4);
        const product = await look({ orderId: order('1') });
        expect(tryToAllocate(product, '1', 4)).toMatchObject({ batchReference: batch('b1') });
        expect(tryToDeallocate(product, '1')).toMatchObject([{ quantity: 4, allocated: 0 }]);
      });

      it('the fact that a named batch was never registered', async () => {
        await buy('b1', 4);
        const product = await look({ batchReference: batch('b2') });
        product.supply.addBatch({ reference: batch('b2'), quantity: 1, eta: null });
        expect(product.revision).toBe(1);
      });

      it('the line of the named order and no other', async () => {
        await buy('b1', 10);
        await allocate('1', 4);
        await allocate('2', 4);
        const product = await look({ orderId: order('1') });
        expect(product.holds(order('1'))).toBe(true);
        expect(() => product.holds(order('2'))).toThrow(NotLoaded);
      });

      it('only the line of this product for a named order', async () => {
        const other = anotherSku();
        await buy('b1', 10);
        const orderId = order('1');
        await allocate('1', 4);
        anotherSku();
        await buy('b1', 10);
        const [product, theOther] = await load({ sku, orderId }, { sku: other, orderId });
        expect([product?.holds(orderId), theOther?.holds(orderId)]).toEqual([false, true]);
      });
    });

    describe('loads for a batch that shrinks', () => {
      const newest = async (newQuantity: number) => look({ batchReference: batch('b1'), newQuantity });

      async function fourLines() {
        await buy('b1', 8);
        for (const name of ['1', '2', '3', '4']) await allocate(name, 2);
      }

      it.each([
        ['if they free a unit more than they have to', 5],
        ['if the rest fits exactly', 4],
      ])('only the newest lines that have to leave, %s', async (_how, newQuantity) => {
        await fourLines();
        const product = await newest(newQuantity);
        expect([product.holds(order('4')), product.holds(order('3'))]).toEqual([true, true]);
        for (const name of ['2', '1']) expect(() => product.holds(order(name))).toThrow(NotLoaded);
      });

      it('enough lines for the quantity of the need, and not for a smaller one', async () => {
        await fourLines();
        const product = await newest(5);
        expect(() => product.supply.changeQuantity(batch('b1'), 3)).toThrow(NotLoaded);
        product.supply.changeQuantity(batch('b1'), 5);
        expect(product.changes.goneOrderIds).toEqual([order('3'), order('4')]);
      });

      it('no line if all still fit', async () => {
        await fourLines();
        const product = await newest(8);
        expect(() => product.holds(order('4'))).toThrow(NotLoaded);
        expect(() => product.supply.changeQuantity(batch('b1'), 7)).toThrow(NotLoaded);
      });

      it('every line if it shrinks to 0', async () => {
        await fourLines();
        const product = await newest(0);
        product.supply.changeQuantity(batch('b1'), 0);
        expect(product.changes.goneOrderIds).toHaveLength(4);
      });

      it('no line as one of the newest that was loaded for its order', async () => {
        await fourLines();
        const product = await look({ orderId: order('1') });
        expect(() => product.supply.changeQuantity(batch('b1'), 6)).toThrow(NotLoaded);
      });

      it('enough lines for the smallest quantity of several needs', async () => {
        await fourLines();
        const needs = [7, 3, 5].map((newQuantity) => ({ sku, batchReference: batch('b1'), newQuantity }));
        const [product] = await load(...needs);
        product!.supply.changeQuantity(batch('b1'), 3);
        expect(product!.changes.goneOrderIds).toEqual([order('2'), order('3'), order('4')]);
      });

      it('every line with the certainty that it has no other, so that lines that come later may leave, too', async () => {
        await fourLines();
        const [product] = await load(
          { sku, batchReference: batch('b1'), newQuantity: 0 },
          { sku, orderId: order('1') },
          { sku, orderId: order('late') },
        );
        product!.deallocate(order('1'));
        const terms = { split: false, neededBy: null, expiresAt: null, priority: 9 };
        product!.allocate({ orderId: order('late'), sku, quantity: 2, terms });
        product!.supply.changeQuantity(batch('b1'), 0);
        expect(product!.changes.goneOrderIds).toContain(order('4'));
        expect(product!.holds(order('late'))).toBe(false);
      });

      it('no line of an empty batch, with the certainty that it has none', async () => {
        await buy('b1', 8);
        const [product] = await load(
          { sku, batchReference: batch('b1'), newQuantity: 0 },
          { sku, orderId: order('1') },
        );
        tryToAllocate(product!, '1', 8);
        product!.supply.changeQuantity(batch('b1'), 7);
        expect(product!.holds(order('1'))).toBe(false);
      });

      it('lines in the order of allocation, also those that moved in', async () => {
        await buy('b0', 2);
        await allocate('moved', 2);
        await buy('b1', 4);
        await allocate('newer', 2);
        await change({ batchReference: batch('b0'), newQuantity: 0 }, (product) =>
          product.supply.changeQuantity(batch('b0'), 0),
        );
        const product = await newest(2);
        product.supply.changeQuantity(batch('b1'), 2);
        expect(product.changes.goneOrderIds).toEqual([order('newer')]);
      });
    });

    describe('in a snapshot', () => {
      it('loads what a transaction loads', async () => {
        await buy('b1', 4, '2027-01-01');
        await buy('b2', 8);
        await allocate('1', 4);
        await allocate('2', 8);
        const needs = [{ sku, batchReference: batch('b2'), newQuantity: 0 }];
        const [inSnapshot] = await store.transactions
          .snapshot((tx) => store.stock.products.load(tx, needs))
          .then((found) => [...found.values()]);
        const [inTransaction] = await load(...needs);
        for (const product of [inSnapshot!, inTransaction!]) product.supply.changeQuantity(batch('b2'), 5);
        expect(inSnapshot!.changes).toEqual(inTransaction!.changes);
        expect([...inSnapshot!.events]).toEqual([...inTransaction!.events]);
      });

      it('saves nothing', async () => {
        await buy('b1', 4);
        const saved = store.transactions.snapshot(async (tx) => {
          const found = await store.stock.products.load(tx, [{ sku, orderId: order('1') }]);
          for (const product of found.values()) tryToAllocate(product, '1', 1);
          await store.stock.products.save(tx, [...found.values()]);
        });
        await expect(saved).rejects.toThrow(TypeError);
        expect((await look({ orderId: order('1') })).version).toBe(1);
      });
    });

    describe('saves', () => {
      it('a version that is one higher, even after several changes', async () => {
        await buy('b1', 10);
        await change({ orderId: order('1'), batchReference: batch('b2') }, (product) => {
          product.supply.addBatch({ reference: batch('b2'), quantity: 5, eta: null });
          tryToAllocate(product, '1', 3);
          product.deallocate(order('1'));
          product.supply.reschedule(batch('b1'), '2027-01-01');
          product.supply.changeQuantity(batch('b2'), 7);
        });
        const product = await look({ orderId: order('2') });
        expect(product.version).toBe(2);
        expect(tryToAllocate(product, '2', 7)).toMatchObject({ batchReference: batch('b2') });
      });

      it('what was allocated, moved and given back', async () => {
        await buy('b1', 10);
        await buy('b2', 4, '2027-01-01');
        for (const name of ['1', '2', '3']) await allocate(name, 3);
        await change({ orderId: order('1') }, (product) => product.deallocate(order('1')));
        await change({ batchReference: batch('b1'), newQuantity: 3 }, (product) =>
          product.supply.changeQuantity(batch('b1'), 3),
        );
        const [product] = await load(...['1', '2', '3'].map((name) => ({ sku, orderId: order(name) })));
        expect(product!.holds(order('1'))).toBe(false);
        expect(tryToAllocate(product!, '2', 3)).toMatchObject({ batchReference: batch('b1') });
        expect(tryToAllocate(product!, '3', 3)).toMatchObject({
          batchReference: batch('b2'),
          eta: '2027-01-01',
        });
        expect(tryToAllocate(product!, '1', 2)).toMatchObject({ facts: { available: 1 } });
        expect(tryToAllocate(product!, '1', 2)).toBeInstanceOf(OutOfStock);
      });

      it('a line that was given back and allocated again in one go', async () => {
        await buy('b1', 10);
        await allocate('1', 3);
        await change({ orderId: order('1') }, (product) => {
          product.deallocate(order('1'));
          tryToAllocate(product, '1', 5);
        });
        expect(tryToAllocate(await look({ orderId: order('1') }), '1', 5)).toMatchObject({ quantity: 5 });
      });

      it('the last place in the order of allocation, so that no place is used twice', async () => {
        await buy('b1', 4);
        await allocate('1', 2);
        await allocate('2', 2);
        await change({ orderId: order('2') }, (product) => product.deallocate(order('2')));
        expect((await look({})).changes.lastSequence).toBe(2);
      });

      it('several products at once, each with its own version', async () => {
        const two = [anotherSku(), anotherSku()];
        await buy('b1', 10);
        const needs = two.map((each) => ({ sku: each, batchReference: `${each}-b2` }));
        const products = await load(...needs);
        for (const product of products) {
          product.supply.addBatch({ reference: `${product.sku}-b2`, quantity: 5, eta: null });
        }
        await save(...products);
        expect((await load(...needs)).map(({ sku, version }) => [sku, version])).toEqual([
          [two[0], 1],
          [two[1], 2],
        ]);
      });

      it('nothing if the transaction fails', async () => {
        await buy('b1', 10);
        const product = await look({ orderId: order('1') });
        tryToAllocate(product, '1', 3);
        const failing = store.transactions.run(async (tx) => {
          await store.stock.products.save(tx, [product]);
          throw new Error('The log is full.');
        });
        await expect(failing).rejects.toThrow('The log is full.');
        const after = await look({ orderId: order('1') });
        expect([after.version, after.holds(order('1'))]).toEqual([1, false]);
      });
    });

    describe('rejects with ConcurrentChange, and writes nothing of,', () => {
      it('a product that another transaction has changed since it was loaded', async () => {
        await buy('b1', 10);
        const stale = await look({ orderId: order('1') });
        await allocate('2', 4);
        tryToAllocate(stale, '1', 8);
        await expect(save(stale)).rejects.toThrow(ConcurrentChange);
        const after = await look({ orderId: order('1') });
        expect([after.version, after.holds(order('1'))]).toEqual([2, false]);
      });

      it('a line that another transaction has added since', async () => {
        await buy('b1', 10);
        const stale = await look({ orderId: order('1') });
        await allocate('1', 4);
        tryToAllocate(stale, '1', 8);
        await expect(save(stale)).rejects.toThrow(ConcurrentChange);
        expect(tryToAllocate(await look({ orderId: order('1') }), '1', 4)).toMatchObject({ quantity: 4 });
      });

      it('the products that are saved together with a stale one', async () => {
        const other = anotherSku();
        await buy('b1', 10);
        anotherSku();
        await buy('b1', 10);
        const [fresh, stale] = await load({ sku: other, orderId: order('1') }, { sku, orderId: order('1') });
        await allocate('2', 4);
        for (const product of [fresh!, stale!]) tryToAllocate(product, '1', 1);
        await expect(save(fresh!, stale!)).rejects.toThrow(ConcurrentChange);
        const after = await load({ sku: other, orderId: order('1') }, { sku, orderId: order('1') });
        expect(after.map((product) => product.holds(order('1')))).toEqual([false, false]);
        expect(after.map(({ version }) => version)).toEqual([1, 2]);
      });

      it('a new product that another transaction has created since', async () => {
        const second = await look({ batchReference: batch('b2') });
        await buy('b1', 10);
        second.supply.addBatch({ reference: batch('b2'), quantity: 5, eta: null });
        await expect(save(second)).rejects.toThrow(ConcurrentChange);
        const after = await look({ orderId: order('1'), batchReference: batch('b2') });
        expect(after.version).toBe(1);
        expect(() => after.supply.changeQuantity(batch('b2'), 1)).toThrow('has no batch');
      });

      it('a product that is saved a second time', async () => {
        await buy('b1', 10);
        const product = await look({ orderId: order('1') });
        tryToAllocate(product, '1', 1);
        await save(product);
        await expect(save(product)).rejects.toThrow(ConcurrentChange);
      });
    });

    function tryToDeallocate(product: Product, name: string) {
      product.deallocate(order(name));
      return product.changes.batches;
    }
  });
}
