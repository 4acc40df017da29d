import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '../../src/allocation/domain/order.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { StockNeed } from '../../src/allocation/domain/stock.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { Aggregate } from '../../src/kernel/domain/store.js';
import { wantedOrder } from './order.fixture.js';
import type { StoreWithTime } from './orders.store-suite.js';

const LONGEST_HOLD = 86_400;
const FIRST = '2099-01-01';
const LATER = '2099-03-01';

/** What every store does with the dates that lines were promised first (rule 7b), wherever it keeps them. */
export function promisesStoreSuite(name: string, setUp: () => Promise<StoreWithTime>): void {
  describe(`The store of promised dates ${name}`, () => {
    let store: StoreWithTime;
    let sku = '';
    let skus = 0;

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());
    beforeEach(() => void (sku = `PROMISED-${++skus}`));

    const named = (name: string) => `${sku}-${name}`;

    /** One transaction. */
    async function change<A extends Aggregate, R>(need: StockNeed, work: (aggregate: A) => R): Promise<R> {
      return store.transactions.run(async (tx) => {
        const found = await store.stock.load(tx, [need]);
        const aggregate = found.get(store.stock.keyOf(need)) as unknown as A;
        const result = work(aggregate);
        const all = [aggregate, ...(aggregate.companions ?? [])];
        const changed = all.filter(({ revision }) => revision > 0);
        if (changed.length > 0) await store.stock.save(tx, changed);
        return result;
      });
    }

    const changeProduct = <R>(need: object, work: (product: Product) => R) => change({ sku, ...need }, work);
    const changeOrder = <R>(need: object, work: (order: Order) => R) =>
      change({ orderId: named('o1'), lines: [], ...need }, work);

    const buy = (batch: string, quantity: number, eta: string | null = null) => {
      const reference = named(batch);
      return changeProduct({ batchReference: reference, frees: quantity }, ({ supply }) =>
        supply.addBatch({ reference, quantity, eta }),
      );
    };
    const resize = (batch: string, quantity: number) =>
      changeProduct({ batchReference: named(batch), newQuantity: quantity, frees: quantity }, ({ supply }) =>
        supply.changeQuantity(named(batch), quantity),
      );
    const reschedule = (batch: string, eta: string) =>
      changeProduct({ batchReference: named(batch), countsLines: true }, ({ supply }) =>
        supply.reschedule(named(batch), eta),
      );
    const put = (rest: Partial<WantedOrder> = {}) => {
      const wanted = wantedOrder({ [sku]: 5 }, { whenShort: 'backorder', expiresInSeconds: 600, ...rest });
      return changeOrder({ lines: wanted.lines }, (order) => order.put(wanted, LONGEST_HOLD));
    };
    const confirm = () => changeOrder({ reclaims: true }, (order) => order.confirm());
    /** Anybody changes the product, and so ends the holds whose time is up. */
    const touch = () => changeProduct({ units: 0 }, () => undefined);
    const promise = () =>
      changeOrder({}, ({ snapshot: { lines } }) =>
        lines[0]!.isUnpromised ? 'none' : lines[0]!.promisedDate,
      );
    const version = () => changeOrder({}, (order) => order.version);

    /** A hold that waited, and was then promised its units for the first date. */
    async function serveHold(): Promise<void> {
      await buy('b0', 1);
      await put();
      expect(await promise()).toBe('none');
      await buy('b1', 5, FIRST);
      expect(await promise()).toBe(FIRST);
      await reschedule('b1', LATER);
    }

    it('keeps that of a hold which was served from the queue, and ends before its order changes', async () => {
      await serveHold();
      await store.pass(600);
      await touch();
      expect(await promise()).toBe(FIRST);
      await confirm();
      expect(await promise()).toBe(FIRST);
    });

    it('keeps it if the same transaction ends the hold and confirms it late', async () => {
      await serveHold();
      await store.pass(600);
      await confirm();
      expect(await promise()).toBe(FIRST);
    });

    it('keeps it if the line went back into the queue, and the hold ends there', async () => {
      await serveHold();
      await resize('b1', 4);
      expect(await promise()).toBe(FIRST);
      await store.pass(600);
      await touch();
      expect(await promise()).toBe(FIRST);
      await buy('b2', 5, LATER);
      await confirm();
      expect(await promise()).toBe(FIRST);
    });

    it('keeps it if a call that is refused finds that the hold has ended', async () => {
      await serveHold();
      await store.pass(600);
      await changeOrder({}, (order) => expect(() => order.deallocate()).toThrow());
      expect(await promise()).toBe(FIRST);
    });

    it('keeps it without another version of the order, since nobody sees a difference', async () => {
      await serveHold();
      const before = await version();
      await store.pass(600);
      await touch();
      await touch();
      expect(await version()).toBe(before);
    });

    it('forgets it if the order is cancelled, and then put as a new one', async () => {
      await serveHold();
      await store.pass(600);
      await changeOrder({ lines: wantedOrder({ [sku]: 6 }).lines }, (order) => {
        order.cancel();
        const again = wantedOrder({ [sku]: 6 }, { whenShort: 'backorder', reopen: true });
        return order.put(again, LONGEST_HOLD);
      });
      expect(await promise()).toBe('none');
    });

    it('keeps those of several lines whose hold ends one after the other', async () => {
      const [first, second] = [sku, `${sku}-B`];
      await buy('b0', 1);
      await change({ sku: second, batchReference: named('B0'), frees: 1 }, ({ supply }: Product) =>
        supply.addBatch({ reference: named('B0'), quantity: 1, eta: null }),
      );
      const how = { whenShort: 'backorder', expiresInSeconds: 600 } as const;
      const wanted = wantedOrder({ [first]: 5, [second]: 5 }, how);
      await changeOrder({ lines: wanted.lines }, (order) => order.put(wanted, LONGEST_HOLD));
      await buy('b1', 5, FIRST);
      await change({ sku: second, batchReference: named('B1'), frees: 5 }, ({ supply }: Product) =>
        supply.addBatch({ reference: named('B1'), quantity: 5, eta: null }),
      );
      await store.pass(600);
      await touch();
      await change({ sku: second, units: 0 }, () => undefined);
      const { lines } = await changeOrder({}, (order) => order.snapshot);
      expect(lines.map(({ promisedDate, isUnpromised }) => [promisedDate, isUnpromised])).toEqual([
        [FIRST, undefined],
        [null, undefined],
      ]);
    });
  });
}
