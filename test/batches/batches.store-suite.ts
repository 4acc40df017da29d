import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Batch, Registration } from '../../src/batches/domain/batch.js';
import type { Batches } from '../../src/batches/domain/batches.js';
import { ConcurrentChange, type Transactions } from '../../src/kernel/domain/store.js';
import { PLAIN } from './batch.fixture.js';

/** A store that is put to the test, and the transactions that it works in. */
export interface StoreUnderTest {
  readonly batches: Batches;
  readonly transactions: Transactions;
  close(): Promise<void>;
}

const tables: Registration = { sku: 'SMALL-TABLE', quantity: 100, eta: '2027-01-01' };
const chairs: Registration = { sku: 'CHAIR', quantity: 4, eta: null };

/** What every store of batches does, wherever it keeps them. */
export function batchesStoreSuite(name: string, setUp: () => Promise<StoreUnderTest>): void {
  describe(`The store of batches ${name}`, () => {
    let store: StoreUnderTest;
    let tests = 0;
    /** Batches of its own for each test. */
    let [po1, po2]: [string, string] = ['', ''];

    beforeAll(async () => {
      store = await setUp();
    });
    afterAll(() => store.close());
    beforeEach(() => {
      tests++;
      [po1, po2] = [`PO-${tests}-1`, `PO-${tests}-2`];
    });

    const load = (...references: string[]) =>
      store.transactions
        .run((tx) =>
          store.batches.load(
            tx,
            references.map((reference) => ({ reference })),
          ),
        )
        .then((found) => [...found.values()] as [Batch, Batch]);

    const save = (...batches: Batch[]) => store.transactions.run((tx) => store.batches.save(tx, batches));

    async function change(reference: string, work: (batch: Batch) => unknown): Promise<void> {
      const [batch] = await load(reference);
      work(batch);
      await save(batch);
    }

    const register = (reference: string, registration = tables) =>
      change(reference, (batch) => batch.register(registration));

    it('loads a reference that was never registered as an unknown batch', async () => {
      const [batch] = await load(po1);
      expect(batch.reference).toBe(po1);
      expect(() => batch.state).toThrow('There is no batch');
    });

    it('loads what was registered, at version 1', async () => {
      await register(po1);
      await register(po2, chairs);
      const snapshots = (await load(po1, po2)).map((batch) => batch.snapshot());
      expect(snapshots).toEqual([
        { reference: po1, ...tables, ...PLAIN, version: 1 },
        { reference: po2, ...chairs, ...PLAIN, version: 1 },
      ]);
    });

    it('loads a batch once if several needs name it', async () => {
      await register(po1);
      expect(await load(po1, po1)).toHaveLength(1);
    });

    it('loads nothing if there are no needs', async () => {
      expect(await load()).toEqual([]);
    });

    it('keeps what was registered first after the batch has changed', async () => {
      await register(po1);
      await change(po1, (batch) => batch.change({ quantity: 0, eta: null }));
      const [batch] = await load(po1);
      expect(batch.register(tables)).toBe(false);
      expect(batch.snapshot()).toEqual({
        reference: po1,
        ...tables,
        ...PLAIN,
        quantity: 0,
        eta: null,
        version: 2,
      });
    });

    it('keeps where it was registered after the batch has moved', async () => {
      await register(po1, { ...chairs, location: 'cellar' });
      await change(po1, (batch) => batch.change({ location: 'attic' }));
      const [batch] = await load(po1);
      expect(batch.snapshot()).toMatchObject({ location: 'attic', version: 2 });
      expect(batch.register({ ...chairs, location: 'cellar' })).toBe(false);
    });

    it('raises the version by exactly one for several changes', async () => {
      await register(po1);
      await change(po1, (batch) => {
        batch.change({ quantity: 5, eta: null });
        batch.change({ quantity: 6 });
      });
      const [batch] = await load(po1);
      expect(batch.snapshot()).toMatchObject({ quantity: 6, version: 2 });
    });

    it('saves new and changed batches together', async () => {
      await register(po1);
      const [known, unknown] = await load(po1, po2);
      known.change({ quantity: 5 });
      unknown.register(chairs);
      await save(known, unknown);
      expect((await load(po1, po2)).map(({ version }) => version)).toEqual([2, 1]);
    });

    it('saves a batch that was registered and changed in one transaction at version 1', async () => {
      await change(po1, (batch) => {
        batch.register(tables);
        batch.change({ quantity: 5 });
      });
      const [batch] = await load(po1);
      expect(batch.snapshot()).toMatchObject({ quantity: 5, version: 1 });
      expect(batch.register(tables)).toBe(false);
    });

    it('saves nothing if the transaction fails', async () => {
      const [batch] = await load(po1);
      batch.register(tables);
      const failing = store.transactions.run(async (tx) => {
        await store.batches.save(tx, [batch]);
        throw new Error('The log is full.');
      });
      await expect(failing).rejects.toThrow('The log is full.');
      const [after] = await load(po1);
      expect(() => after.state).toThrow('There is no batch');
    });

    it('rejects a batch that another transaction has changed, and all that is saved with it', async () => {
      await register(po1);
      await register(po2);
      const [stale, fresh] = await load(po1, po2);
      await change(po1, (batch) => batch.change({ quantity: 5 }));
      for (const batch of [stale, fresh]) batch.change({ quantity: 7 });
      await expect(save(stale, fresh)).rejects.toThrow(ConcurrentChange);
      expect((await load(po1, po2)).map((batch) => batch.snapshot().quantity)).toEqual([5, 100]);
    });

    it('rejects the second of two new batches with one reference', async () => {
      const [second] = await load(po1);
      await register(po1);
      second.register(chairs);
      await expect(save(second)).rejects.toThrow(ConcurrentChange);
      const [batch] = await load(po1);
      expect(batch.snapshot()).toEqual({ reference: po1, ...tables, ...PLAIN, version: 1 });
    });
  });
}
