import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { FindAvailability, FindAvailabilityHandler } from '../../src/allocation/queries/find-availability.js';
import { FindProduct, FindProductHandler } from '../../src/allocation/queries/find-product.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { NOW } from '../support/now.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';

const SKUS = ['CUP', 'PLATE', 'SAUCER'];
const IN_MINUTES = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describe('A hold over several products', () => {
  let kernel: KernelWithClock;

  beforeAll(async () => {
    kernel = await kernelWithClock();
    await kernel.clock.set(NOW);
    const { unitOfWork } = kernel;
    const stock = new StockInPostgres();
    for (const sku of SKUS)
      await unitOfWork.change(stock.products, { sku, batchReference: `${sku}-1` }, (product) =>
        product.supply.addBatch({ reference: `${sku}-1`, quantity: 5, eta: null }),
      );
    const lines = SKUS.map((sku) => ({ sku, quantity: 3, split: false, neededBy: null }));
    const how = {
      whenShort: 'refuse' as const,
      priority: 5,
      channel: null,
      locations: null,
      shipComplete: false,
      reopen: false,
    };
    await unitOfWork.change(stock.orders, { orderId: 'o1', lines }, (order) =>
      order.put({ lines, ...how, expiresInSeconds: 120 }, 600),
    );
  });

  afterAll(() => kernel.close());

  it('ends for all of them at one moment of a read, however time goes on in it', async () => {
    const { dataSource, clock } = kernel;
    const calendar = new Calendar('UTC', () => NOW);
    const availability = new FindAvailabilityHandler(dataSource, calendar);
    const products = new FindProductHandler(dataSource, calendar);
    const seen = new Set<string>();
    for (let minutes = -2; minutes <= 3; minutes++) {
      await clock.set(IN_MINUTES(minutes), { passesMinutes: 1 });
      const available = await Promise.all(
        SKUS.map((sku) => availability.execute(new FindAvailability(sku, 1))),
      );
      await clock.set(IN_MINUTES(minutes), { passesMinutes: 1 });
      const allocated = await Promise.all(SKUS.map((sku) => products.execute(new FindProduct(sku))));
      seen.add(available.map(({ onHand }) => onHand).join());
      seen.add(allocated.map((product) => product.available).join());
    }
    expect([...seen].sort()).toEqual(['2,2,2', '5,5,5']);
  });
});
