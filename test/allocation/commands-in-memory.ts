import { CommandBus, CqrsModule, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { AddBatch, AddBatchHandler } from '../../src/allocation/commands/add-batch.js';
import { AllocateLine, AllocateLineHandler } from '../../src/allocation/commands/allocate-line.js';
import { AllocateLinesHandler } from '../../src/allocation/commands/allocate-lines.js';
import { DeallocateLineHandler } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrderHandler } from '../../src/allocation/commands/deallocate-order.js';
import { RescheduleBatchHandler } from '../../src/allocation/commands/reschedule-batch.js';
import { ChangeQuantityHandler } from '../../src/allocation/commands/change-quantity.js';
import { Products } from '../../src/allocation/domain/products.js';
import { ListSkusOfOrder } from '../../src/allocation/queries/list-skus-of-order.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { ProductsInMemory } from './products-in-memory.js';

/** The commands of allocation on their bus, with all that is beneath them in memory. */
export class CommandsInMemory {
  readonly #module: TestingModule;

  private constructor(
    module: TestingModule,
    readonly products: ProductsInMemory,
    readonly transactions: InMemoryTransactions,
    readonly log: InMemoryLog,
  ) {
    this.#module = module;
  }

  static async open(): Promise<CommandsInMemory> {
    const [products, transactions] = [new ProductsInMemory(), new InMemoryTransactions()];
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
        ListSkusOfOrderInMemory,
        { provide: Products, useValue: products },
        { provide: Calendar, useValue: new Calendar('UTC', () => NOW) },
        { provide: UnitOfWork, useValue: new UnitOfWork(transactions, log) },
      ],
    }).compile();
    await module.init();
    return new CommandsInMemory(module, products, transactions, log);
  }

  get bus(): CommandBus {
    return this.#module.get(CommandBus);
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

@QueryHandler(ListSkusOfOrder)
class ListSkusOfOrderInMemory implements IQueryHandler<ListSkusOfOrder> {
  constructor(private readonly products: Products) {}

  execute({ orderId, range: { after = '', upTo }, count }: ListSkusOfOrder) {
    const all = (this.products as ProductsInMemory)
      .linesOf(orderId)
      .map(({ sku }) => sku)
      .sort();
    const skus = all.filter((sku) => sku > after && (upTo === undefined || sku <= upTo)).slice(0, count);
    return Promise.resolve({ skus, last: all.at(-1) ?? null });
  }
}
