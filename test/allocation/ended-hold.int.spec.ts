import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import { readSnapshots } from '../../src/allocation/queries/order-snapshots.js';
import { eventually } from '../../testing/eventually.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { wantedOrder } from './order.fixture.js';
import { minute } from './product.commands.js';
import type { OrderStack } from './order.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

const sku = 'CHAIR';
const orderId = 'o1';
const LONGEST_HOLD = 86_400;
const FIRST = '2099-01-01';

describe('A hold that waited, was promised its units and has ended', () => {
  let kernel: KernelWithClock;
  let stack: OrderStack;

  beforeAll(async () => {
    kernel = await kernelWithClock();
    stack = stackInPostgres(kernel);
  });
  afterAll(() => kernel.close());

  const buy = (reference: string, quantity: number, eta: string | null) =>
    stack.unitOfWork.change(
      stack.stock.products,
      { sku, batchReference: reference, frees: quantity },
      ({ supply }) => supply.addBatch({ reference, quantity, eta }),
    );
  const put = (wanted: WantedOrder) =>
    stack.unitOfWork.change(stack.stock.orders, { orderId, lines: wanted.lines }, (order) =>
      order.put(wanted, LONGEST_HOLD),
    );
  const read = async () => (await readSnapshots(kernel.dataSource, [orderId])).get(0)!;

  it('is read with the day that it was promised first, before and after its end is published', async () => {
    await stack.setClock(minute(0));
    await buy('b1', 1, null);
    await put(wantedOrder({ [sku]: 5 }, { whenShort: 'backorder', expiresInSeconds: 60 }));
    expect((await read()).lines).toMatchObject([{ isWaiting: true, isUnpromised: true }]);
    await buy('b2', 5, FIRST);
    expect((await read()).lines).toMatchObject([{ promisedDate: FIRST, claims: [{ quantity: 5 }] }]);
    await stack.setClock(minute(2));
    const ended = await read();
    expect(ended.lines).toMatchObject([{ promisedDate: FIRST, claims: [], sequence: 0 }]);
    await stack.unitOfWork.change(stack.stock.products, { sku }, () => undefined);
    expect(await read()).toEqual({ ...ended, now: expect.any(Date) });
  });

  it('keeps the day for an order that has been read when its end is published', async () => {
    const { stock } = stack;
    await stack.setClock(minute(10));
    await stack.unitOfWork.change(stock.orders, { orderId, lines: [] }, (order) => order.cancel());
    await kernel.dataSource.query('delete from allocation.customer_order');
    await put(wantedOrder({ [sku]: 6 }, { whenShort: 'backorder', expiresInSeconds: 60 }));
    expect((await read()).lines).toMatchObject([{ isUnpromised: true }]);
    await buy('b3', 6, FIRST);
    await buy('b4', 7, '2099-02-02');
    await stack.setClock(minute(12));
    let again: Promise<unknown> | undefined;
    await kernel.dataSource.transaction(async (tx) => {
      const products = await stock.products.load(tx, [{ sku }]);
      again = put(wantedOrder({ [sku]: 7 }, { whenShort: 'backorder' }));
      await eventually('the order waits for its product', () => isAnyoneWaiting());
      await stock.products.save(tx, [...products.values()]);
    });
    await again;
    expect((await read()).lines).toMatchObject([{ quantity: 7, promisedDate: FIRST }]);
  });

  async function isAnyoneWaiting(): Promise<boolean> {
    const [row] = await kernel.dataSource.query<{ waits: boolean }[]>(
      `select exists (select from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock') as waits`,
    );
    return row!.waits;
  }
});
