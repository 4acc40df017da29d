import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { freshKernel, type Kernel } from '../support/kernel.js';
import { NOW } from '../support/now.js';
import { goodsStoreSuite } from './goods.store-suite.js';
import { ordersStoreSuite } from './orders.store-suite.js';
import { promisesStoreSuite } from './promises.store-suite.js';
import { queueStoreSuite } from './queue.store-suite.js';
import { stockStoreSuite } from './stock.store-suite.js';

for (const suite of [stockStoreSuite, goodsStoreSuite])
  suite('in PostgreSQL', async () => {
    const kernel = await freshKernel();
    return {
      stock: new StockInPostgres(),
      transactions: new TypeOrmTransactions(kernel.dataSource),
      close: () => kernel.close(),
    };
  });

for (const suite of [ordersStoreSuite, queueStoreSuite, promisesStoreSuite])
  suite('in PostgreSQL', async () => {
    const kernel = await freshKernel();
    let now = NOW;
    return {
      stock: new StockInPostgres(new Calendar('UTC', () => now)),
      transactions: new TypeOrmTransactions(kernel.dataSource),
      // Nobody can set the clock of the database, so all that happened is moved back.
      async pass(seconds) {
        now = new Date(now.getTime() + seconds * 1_000);
        for (const table of ['line', 'backorder'])
          await kernel.dataSource.query(
            `update allocation.${table} set expires_at = expires_at - make_interval(secs => $1)`,
            [seconds],
          );
        await kernel.dataSource.query(
          `update allocation.customer_order
              set created_at = created_at - make_interval(secs => $1),
                  expires_at = expires_at - make_interval(secs => $1),
                  cancelled_at = cancelled_at - make_interval(secs => $1)`,
          [seconds],
        );
      },
      close: () => kernel.close(),
    };
  });

describe('Stock in PostgreSQL', () => {
  it('take as many statements for fifty products as for one', async () => {
    const kernel = await freshKernel();
    const statements: string[] = [];
    const { products } = new StockInPostgres();

    async function allocateOnEach(skus: readonly string[]): Promise<number> {
      const before = statements.length;
      await kernel.dataSource.transaction(async (manager) => {
        const counted = listening(manager, statements);
        const needs = skus.map((sku) => ({ sku, batchReference: sku, orderId: 'order-1', newQuantity: 5 }));
        const loaded = [...(await products.load(counted, needs)).values()];
        for (const product of loaded) {
          const { sku } = product;
          product.supply.addBatch({ reference: sku, quantity: 10, eta: null });
          product.allocate({ orderId: 'order-1', sku, quantity: 5 });
        }
        await products.save(counted, loaded);
      });
      return statements.length - before;
    }

    const one = await allocateOnEach(['TABLE']);
    const fifty = await allocateOnEach(Array.from({ length: 50 }, (_, i) => `CHAIR-${i}`));
    expect([one, fifty]).toEqual([10, 10]);
    await kernel.close();
  });
});

/** The manager, which notes what is asked of the database. */
function listening(manager: EntityManager, statements: string[]): EntityManager {
  const query = (sql: string, parameters?: unknown[]) => {
    statements.push(sql);
    return manager.query<unknown>(sql, parameters);
  };
  return Object.create(manager, { query: { value: query } }) as EntityManager;
}

describe('The schema of allocation', () => {
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await freshKernel();
    await kernel.dataSource.query(`
      insert into allocation.product (sku, version, last_sequence) values ('TABLE', 1, 1), ('CHAIR', 1, 0);
      insert into allocation.batch (reference, sku, eta, quantity, allocated)
           values ('b1', 'TABLE', null, 10, 4), ('b2', 'TABLE', null, 10, 0), ('c1', 'CHAIR', null, 10, 0);
      insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
           values ('order-1', 'TABLE', 4, 'b1', 1);
    `);
  });

  afterAll(() => kernel.close());

  const aLine = (orderId: string, sku: string, quantity: number, reference: string) =>
    `insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
          values ('${orderId}', '${sku}', ${quantity}, '${reference}', 2)`;

  it.each([
    [
      'more units allocated than the batch has (rule 2)',
      `update allocation.batch set allocated = 11 where reference = 'b1'`,
      'never_over_allocated',
    ],
    [
      'a batch smaller than what is allocated from it (rule 2)',
      `update allocation.batch set quantity = 3 where reference = 'b1'`,
      'never_over_allocated',
    ],
    [
      'a negative number of allocated units',
      `update allocation.batch set allocated = -1 where reference = 'b1'`,
      'never_over_allocated',
    ],
    ['a second batch for a line (rule 1)', aLine('order-1', 'TABLE', 4, 'b2'), 'one_line_per_order_and_sku'],
    ['a line on a batch of another SKU', aLine('order-2', 'TABLE', 1, 'c1'), 'on_a_batch_of_its_sku'],
    ['a line on a batch that does not exist', aLine('order-2', 'TABLE', 1, 'b9'), 'on_a_batch_of_its_sku'],
    ['a line of no units', aLine('order-2', 'TABLE', 0, 'b2'), 'line_quantity_check'],
    [
      'the deletion of a batch that has lines',
      `delete from allocation.batch where reference = 'b1'`,
      'on_a_batch_of_its_sku',
    ],
  ])('rejects %s', async (_what, statement, constraint) => {
    await expect(kernel.dataSource.query(statement)).rejects.toMatchObject({ constraint });
  });
});
