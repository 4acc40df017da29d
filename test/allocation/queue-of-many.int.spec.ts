import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { BACKORDER_POLICIES, DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';

const LINES = 10_000;
const GROUP = 250;
const CHANNELS = ['web', 'fair', 'shop', 'phone'];

describe(`A queue of ${LINES} lines`, () => {
  let kernel: KernelWithClock;
  const stock = new StockInPostgres();

  beforeAll(async () => {
    kernel = await kernelWithClock();
  });
  afterAll(() => kernel.close());

  const buy = (sku: string, reference: string, quantity: number) =>
    kernel.unitOfWork.change(
      stock.products,
      { sku, batchReference: reference, units: 0, frees: quantity },
      ({ supply }) => supply.addBatch({ reference, quantity, eta: null }),
    );
  const wait = (sku: string, orderId: string, quantity: number, channel: string) =>
    kernel.unitOfWork.change(stock.products, { sku, orderId, units: quantity }, (product) =>
      product.allocate({ orderId, sku, quantity, terms: { ...PLAIN_TERMS, mayWait: true, channel } }),
    );
  const countsOf = async (sku: string) => {
    const [counts] = await kernel.dataSource.query<object[]>(
      `select version, waiting,
              (select count(*) from allocation.line where line.sku = product.sku) as allocated,
              (select count(distinct data ->> 'productVersion') from event_log.event
                where key = product.sku and type = 'LineAllocated' and data ->> 'from' = 'backorder') as transactions
         from allocation.product where sku = $1`,
      [sku],
    );
    return counts;
  };

  it.each(BACKORDER_POLICIES)('is served by one batch in one transaction (%s)', async (backorders) => {
    const sku = `TABLE ${backorders}`;
    await buy(sku, `${sku} 0`, 1);
    await kernel.unitOfWork.change(stock.products, { sku, frees: 0, changesPolicy: true }, (product) =>
      product.changePolicy({ ...DEFAULT_POLICY, backorders }),
    );
    await wait(sku, `${sku} first`, 1, 'web');
    for (let from = 0; from < LINES; from += GROUP)
      await Promise.all(
        Array.from({ length: GROUP }, (_, i) => wait(sku, `${sku} ${from + i}`, 2, CHANNELS[i % 4]!)),
      );
    const before = (await countsOf(sku)) as { version: number };
    expect(before).toMatchObject({ waiting: LINES, allocated: 1 });
    await buy(sku, `${sku} 1`, LINES * 2);
    expect(await countsOf(sku)).toEqual({
      version: before.version + 1,
      waiting: 0,
      allocated: LINES + 1,
      transactions: 1,
    });
  });
});
