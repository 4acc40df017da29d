import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';

describe('A product for which lines wait', () => {
  let kernel: KernelWithClock;
  beforeAll(async () => {
    kernel = await kernelWithClock();
    const { unitOfWork } = kernel;
    const { products } = new StockInPostgres();
    for (const sku of ['QUEUED', 'PLAIN'])
      await unitOfWork.change(products, { sku, batchReference: sku, frees: 10 }, ({ supply }) =>
        supply.addBatch({ reference: sku, quantity: 10, eta: null }),
      );
    await waits('waiting', 'QUEUED', 11);
  });
  afterAll(() => kernel.close());

  const waits = (orderId: string, sku: string, quantity: number, expiresAt: Date | null = null) =>
    kernel.unitOfWork.change(new StockInPostgres().products, { sku, orderId }, (product) =>
      product.allocate({
        ...{ orderId, sku, quantity },
        terms: { ...PLAIN_TERMS, mayWait: true, expiresAt },
      }),
    );

  /** How often the process waits for the database while it loads the product for a new line. */
  async function roundTrips(stock: StockInPostgres, sku: string): Promise<number> {
    return kernel.dataSource.transaction(async (manager) => {
      const counted = new Set<number>();
      await stock.products.load(countingRoundTrips(manager, counted), [{ sku, orderId: 'new' }]);
      return counted.size;
    });
  }

  it('is loaded in one round trip, as one without, once the process has seen that lines wait', async () => {
    const stock = new StockInPostgres();
    const seen = [];
    for (const sku of ['PLAIN', 'QUEUED', 'QUEUED', 'PLAIN']) seen.push(await roundTrips(stock, sku));
    expect(seen).toEqual([1, 2, 1, 1]);
  });

  it('gives up a line of which the hold has ended, whether or not it was read with the first statements', async () => {
    const stock = new StockInPostgres();
    await waits('ended', 'QUEUED', 12, new Date(Date.now() - 1_000));
    for (const first of [true, false]) {
      const gone = await kernel.dataSource.transaction(async (manager) => {
        const loaded = await stock.products.load(manager, [{ sku: 'QUEUED', orderId: 'new' }]);
        return loaded.get('QUEUED')!.changes.queue.goneOrderIds;
      });
      expect({ first, gone }).toEqual({ first, gone: ['ended'] });
    }
  });
});

/** The manager, which notes how many answers had come when each statement was sent. */
function countingRoundTrips(manager: EntityManager, sentAfter: Set<number>): EntityManager {
  let answers = 0;
  const query = async (sql: string, parameters?: unknown[]) => {
    sentAfter.add(answers);
    const rows = await manager.query<unknown>(sql, parameters);
    answers++;
    return rows;
  };
  return Object.create(manager, { query: { value: query } }) as EntityManager;
}
