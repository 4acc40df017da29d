import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { AddBatch, AddBatchHandler } from '../../src/allocation/commands/add-batch.js';
import { AllocateLine, AllocateLineHandler } from '../../src/allocation/commands/allocate-line.js';
import { AllocateLinesHandler } from '../../src/allocation/commands/allocate-lines.js';
import { CancelOrderHandler } from '../../src/allocation/commands/cancel-order.js';
import { ChangeLotHandler } from '../../src/allocation/commands/change-lot.js';
import { ConfirmOrderHandler } from '../../src/allocation/commands/confirm-order.js';
import { PutOrderHandler } from '../../src/allocation/commands/put-order.js';
import { PutOrdersHandler } from '../../src/allocation/commands/put-orders.js';
import { OrderMetrics } from '../../src/allocation/telemetry/order-metrics.js';
import { ALLOCATION_SETTINGS } from '../../src/allocation/settings/allocation-settings.js';
import { DeallocateLineHandler } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrderHandler } from '../../src/allocation/commands/deallocate-order.js';
import { RescheduleBatchHandler } from '../../src/allocation/commands/reschedule-batch.js';
import { ChangeQuantityHandler } from '../../src/allocation/commands/change-quantity.js';
import { Stock } from '../../src/allocation/domain/stock.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { StockInMemory } from './stock-in-memory.js';

/** The commands of allocation on their bus, with all that is beneath them in memory. */
export class CommandsInMemory {
  readonly #module: TestingModule;

  private constructor(
    module: TestingModule,
    readonly stock: StockInMemory,
    readonly transactions: InMemoryTransactions,
    readonly log: InMemoryLog,
  ) {
    this.#module = module;
  }

  static async open(): Promise<CommandsInMemory> {
    const [stock, transactions] = [new StockInMemory(), new InMemoryTransactions()];
    const log = new InMemoryLog();
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        AllocateLineHandler,
        AllocateLinesHandler,
        DeallocateLineHandler,
        DeallocateOrderHandler,
        AddBatchHandler,
        ChangeQuantityHandler,
        RescheduleBatchHandler,
        ChangeLotHandler,
        PutOrderHandler,
        PutOrdersHandler,
        ConfirmOrderHandler,
        CancelOrderHandler,
        OrderMetrics,
        { provide: ALLOCATION_SETTINGS, useValue: { holdMaxSeconds: 86_400 } },
        { provide: Stock, useValue: stock },
        { provide: Calendar, useValue: new Calendar('UTC', () => NOW) },
        { provide: UnitOfWork, useValue: new UnitOfWork(transactions, log) },
      ],
    }).compile();
    await module.init();
    return new CommandsInMemory(module, stock, transactions, log);
  }

  get bus(): CommandBus {
    return this.#module.get(CommandBus);
  }

  get unitOfWork(): UnitOfWork {
    return this.#module.get(UnitOfWork);
  }

  buy(sku: string, batchReference: string, quantity: number, eta: string | null = null): Promise<void> {
    return this.bus.execute(new AddBatch(sku, { batchReference, quantity, eta }));
  }

  allocate(orderId: string, sku: string, quantity: number) {
    return this.bus.execute(new AllocateLine({ orderId, sku, quantity }));
  }

  /** What happened, from this event on. */
  told(from = 0): string[] {
    return this.log.events.slice(from).map(({ type }) => type);
  }

  close(): Promise<void> {
    return this.#module.close();
  }
}
