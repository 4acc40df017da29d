import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { AllocateLine, AllocateLineHandler } from '../../../src/allocation/commands/allocate-line.js';
import { CancelOrder, CancelOrderHandler } from '../../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder, ConfirmOrderHandler } from '../../../src/allocation/commands/confirm-order.js';
import { PutOrder, PutOrderHandler, type Expected } from '../../../src/allocation/commands/put-order.js';
import type { WantedOrder } from '../../../src/allocation/domain/order.js';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import { FindOrder, FindOrderHandler } from '../../../src/allocation/queries/find-order.js';
import type { OrderAnswer } from '../../../src/allocation/queries/order-answer.js';
import { Calendar } from '../../../src/kernel/lifecycle/calendar.js';
import { wantedOrder, type Lines } from '../../allocation/order.fixture.js';
import type { Kernel } from '../../support/kernel.js';
import { NOW } from '../../support/now.js';

/** What one instance of the service does with orders, without HTTP and without its periodic jobs. */
export class OrderInstance {
  readonly #stock = new StockInPostgres();
  readonly #calendar = new Calendar('UTC', () => NOW);

  constructor(readonly kernel: Kernel) {}

  async buy(sku: string, reference: string, quantity: number, eta: string | null = null): Promise<void> {
    await this.kernel.unitOfWork.change(this.#stock.products, { sku, batchReference: reference }, (product) =>
      product.addBatch({ reference, quantity, eta }),
    );
  }

  put(orderId: string, lines: Lines, rest: Partial<WantedOrder> = {}, expected: Expected = {}) {
    const settings = { holdMaxSeconds: 86_400 };
    const handler = new PutOrderHandler(this.kernel.unitOfWork, this.#stock, this.#calendar, settings);
    return handler.execute(new PutOrder(orderId, wantedOrder(lines, rest), expected));
  }

  confirm(orderId: string): Promise<OrderAnswer> {
    const handler = new ConfirmOrderHandler(this.kernel.unitOfWork, this.#stock, this.#calendar);
    return handler.execute(new ConfirmOrder(orderId));
  }

  cancel(orderId: string): Promise<void> {
    return new CancelOrderHandler(this.kernel.unitOfWork, this.#stock).execute(new CancelOrder(orderId));
  }

  /** A single line, as `POST /v1/allocations` wants it. */
  allocate(orderId: string, sku: string, quantity: number) {
    const handler = new AllocateLineHandler(this.kernel.unitOfWork, this.#stock, this.#calendar);
    return handler.execute(new AllocateLine({ orderId, sku, quantity }));
  }

  find(orderId: string): Promise<OrderAnswer> {
    return new FindOrderHandler(this.kernel.dataSource, this.#calendar).execute(new FindOrder(orderId));
  }

  /** The SKUs of which the order has units, each with their number. */
  async unitsOf(orderId: string): Promise<Record<string, number>> {
    const rows = await this.kernel.dataSource.query<{ sku: string; units: number }[]>(
      'select sku, quantity as units from allocation.line where order_id = $1',
      [orderId],
    );
    return Object.fromEntries(rows.map(({ sku, units }) => [sku, units]));
  }

  /** The types of the events that were published about the order. */
  async told(orderId: string): Promise<string[]> {
    const rows = await this.kernel.dataSource.query<{ type: string }[]>(
      `select type from event_log.event where data ->> 'orderId' = $1 order by position`,
      [orderId],
    );
    return rows.map(({ type }) => type);
  }
}

/** Checks all that must hold at every moment, of all products and orders of the database. */
export async function expectSound(dataSource: DataSource): Promise<void> {
  const [found] = await dataSource.query<object[]>(
    `with claim as (
       select batch_reference as reference, quantity, expires_at from allocation.line
        union all
       select claim.batch_reference, claim.quantity, expires_at
         from allocation.split_claim as claim join allocation.line using (order_id, sku)
     ), counted as (
       select reference, sum(quantity) as allocated, sum(quantity) filter (where expires_at is not null) as held
         from claim group by 1
     )
     select array(select reference from allocation.batch left join counted using (reference)
                   where (batch.allocated, batch.held)
                         <> (coalesce(counted.allocated, 0), coalesce(counted.held, 0))) as "wrongSums",
            array(select order_id from allocation.line join allocation.customer_order using (order_id)
                   where cancelled_at is not null) as "linesOnCancelledOrders",
            array(select order_id || ' ' || sku from allocation.line join allocation.customer_order as its using (order_id)
                   where not lines @> jsonb_build_array(jsonb_build_object('sku', sku))) as "linesWithoutOrder",
            array(select order_id from allocation.line join allocation.customer_order as its using (order_id)
                   where line.expires_at is distinct from its.expires_at) as "linesWithAnotherEnd"`,
  );
  expect(found).toEqual({
    wrongSums: [],
    linesOnCancelledOrders: [],
    linesWithoutOrder: [],
    linesWithAnotherEnd: [],
  });
}
