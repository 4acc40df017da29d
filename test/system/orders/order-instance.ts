import { expect } from '@jest/globals';
import { CommandBus, CqrsModule, QueryBus, type Command } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AllocateLine, AllocateLineHandler } from '../../../src/allocation/commands/allocate-line.js';
import { CancelOrder, CancelOrderHandler } from '../../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder, ConfirmOrderHandler } from '../../../src/allocation/commands/confirm-order.js';
import { PutOrder, PutOrderHandler, type Expected } from '../../../src/allocation/commands/put-order.js';
import { Stock } from '../../../src/allocation/domain/stock.js';
import type { WantedOrder } from '../../../src/allocation/domain/wanted-order.js';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import { FindOrder, FindOrderHandler } from '../../../src/allocation/queries/find-order.js';
import type { OrderAnswer } from '../../../src/allocation/queries/order-answer.js';
import { ALLOCATION_SETTINGS } from '../../../src/allocation/settings/allocation-settings.js';
import { OrderMetrics } from '../../../src/allocation/telemetry/order-metrics.js';
import { Calendar } from '../../../src/kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { wantedOrder, type Lines } from '../../allocation/order.fixture.js';
import type { Kernel } from '../../support/kernel.js';
import { NOW } from '../../support/now.js';

/** What one instance of the service does with orders, without HTTP and without its periodic jobs. */
export class OrderInstance {
  private constructor(
    readonly kernel: Kernel,
    private readonly module: TestingModule,
  ) {}

  static async on(kernel: Kernel): Promise<OrderInstance> {
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        PutOrderHandler,
        ConfirmOrderHandler,
        CancelOrderHandler,
        AllocateLineHandler,
        FindOrderHandler,
        OrderMetrics,
        { provide: ALLOCATION_SETTINGS, useValue: { holdMaxSeconds: 86_400 } },
        { provide: Stock, useValue: new StockInPostgres() },
        { provide: Calendar, useValue: new Calendar('UTC', () => NOW) },
        { provide: UnitOfWork, useValue: kernel.unitOfWork },
        { provide: DataSource, useValue: kernel.dataSource },
      ],
    }).compile();
    await module.init();
    return new OrderInstance(kernel, module);
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.kernel.close();
  }

  async buy(sku: string, reference: string, quantity: number, eta: string | null = null): Promise<void> {
    const { products } = this.module.get(Stock);
    await this.kernel.unitOfWork.change(products, { sku, batchReference: reference }, (product) =>
      product.supply.addBatch({ reference, quantity, eta }),
    );
  }

  put(orderId: string, lines: Lines, rest: Partial<WantedOrder> = {}, expected: Expected = {}) {
    return this.#execute(new PutOrder(orderId, wantedOrder(lines, rest), expected));
  }

  confirm(orderId: string): Promise<OrderAnswer> {
    return this.#execute(new ConfirmOrder(orderId));
  }

  cancel(orderId: string): Promise<void> {
    return this.#execute(new CancelOrder(orderId));
  }

  /** A single line, as `POST /v1/allocations` wants it. */
  allocate(orderId: string, sku: string, quantity: number) {
    return this.#execute(new AllocateLine({ orderId, sku, quantity }));
  }

  find(orderId: string): Promise<OrderAnswer> {
    return this.module.get(QueryBus).execute(new FindOrder(orderId));
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

  #execute<R>(command: Command<R>): Promise<R> {
    return this.module.get(CommandBus).execute(command);
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
