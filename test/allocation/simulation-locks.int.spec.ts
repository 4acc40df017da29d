import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AllocationModule } from '../../src/allocation/allocation.module.js';
import { AddBatch } from '../../src/allocation/commands/add-batch.js';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { wantedOrder } from '../../src/allocation/commands/order-draft.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { ReceiveGoods } from '../../src/allocation/commands/receive-goods.js';
import { ShipOrder } from '../../src/allocation/commands/ship-order.js';
import { Simulate } from '../../src/allocation/commands/simulate.js';
import { Purchase, PurchaseChange } from '../../src/allocation/commands/simulated-purchases.js';
import { Stock, type StockNeed } from '../../src/allocation/domain/stock.js';
import { Transactions, type Transaction } from '../../src/kernel/domain/store.js';
import { readerOf } from '../../src/kernel/postgres/snapshot.js';
import type { Application } from '../support/application.js';
import { startFeature } from '../support/feature.js';

const sku = 'CHAIR';
const STEPS = [
  new AllocateLine({ orderId: 'o2', sku, quantity: 2 }),
  new PutOrder('o3', wantedOrder({ lines: [{ sku, quantity: 2 }] })),
  new Purchase('b2', sku, 10, null),
  new PurchaseChange('b1', { eta: '2097-01-01' }),
  new PurchaseChange('b1', { quantity: 5 }),
  new ReceiveGoods('r1', 'b1', { quantity: 5, rejected: 0, isFinal: false }),
  new ShipOrder('s1', 'o1'),
];
const NEEDS: readonly StockNeed[] = [
  { sku, batchReference: 'b1', newQuantity: 0 },
  { orderId: 'o1', lines: [{ sku, quantity: 2 }], document: { kind: 'shipment', id: 's1' } },
];

describe('A simulation', () => {
  let allocation: Application;

  beforeAll(async () => {
    allocation = await startFeature(AllocationModule);
    await allocation.execute(new AddBatch(sku, { batchReference: 'b1', quantity: 10, eta: null }));
    await allocation.execute(new AllocateLine({ orderId: 'o1', sku, quantity: 4 }));
  });
  afterAll(() => allocation.close());

  /** What the session of a transaction has locked once it has loaded what the simulation needs. */
  async function locksOf(
    run: (work: (tx: Transaction) => Promise<string[]>) => Promise<string[]>,
  ): Promise<string[]> {
    return run(async (tx) => {
      const [session] = await readerOf(tx).reader.query<[{ pid: number }]>('select pg_backend_pid() as pid');
      await allocation.get(Stock).load(tx, NEEDS);
      const locks = await allocation.sql<{ lock: string }>(
        `select distinct locktype || ' ' || mode as lock from pg_locks where pid = $1 order by 1`,
        [session.pid],
      );
      return locks.map(({ lock }) => lock);
    });
  }

  it('locks no row, no order and no log while it loads, as a change does', async () => {
    const transactions = allocation.get(Transactions);
    // Every session that reads has these two, and nobody waits for them but a change of the schema.
    const ofReaders = ['relation AccessShareLock', 'virtualxid ExclusiveLock'];
    expect(await locksOf((work) => transactions.snapshot(work))).toEqual(ofReaders);
    const ofChanges = await locksOf((work) => transactions.run(work));
    expect(ofChanges).toEqual(
      expect.arrayContaining(['advisory ExclusiveLock', 'relation RowShareLock', ...ofReaders]),
    );
  });

  it('does not wait for a session that has locked every row, every order and the log', async () => {
    await allocation.get(Transactions).run(async (tx) => {
      // What a change of the same order and product locks, and more.
      await allocation.get(Stock).load(tx, NEEDS);
      const { reader } = readerOf(tx);
      for (const table of ['product', 'batch', 'line', 'customer_order', 'document'])
        await reader.query(`select 1 from allocation.${table} for update`);
      await reader.query('lock table event_log.event in exclusive mode');
      const { steps } = await allocation.execute(new Simulate(STEPS));
      expect(steps.map((step) => ('refusal' in step ? step.refusal.code : step.isNew))).toEqual([
        ...[true, true, true, false, false, true, true],
      ]);
    });
  });

  it('changes no table, raises no version and appends no event', async () => {
    const look = () =>
      allocation.sql(
        `select (select json_agg(product) from allocation.product) as products,
                (select json_agg(batch) from allocation.batch) as batches,
                (select json_agg(line) from allocation.line) as lines,
                (select count(*) from allocation.customer_order) as orders,
                (select count(*) from allocation.document) as documents,
                (select count(*) from event_log.event) as events`,
      );
    const before = await look();
    await allocation.execute(new Simulate(STEPS));
    expect(await look()).toEqual(before);
  });
});
