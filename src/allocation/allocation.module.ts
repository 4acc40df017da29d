import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kernel } from '../kernel/kernel.js';
import { AddBatchHandler } from './commands/add-batch.js';
import { AllocateLineHandler } from './commands/allocate-line.js';
import { AllocateLinesHandler } from './commands/allocate-lines.js';
import { DeallocateLineHandler } from './commands/deallocate-line.js';
import { DeallocateOrderHandler } from './commands/deallocate-order.js';
import { NoteOverdueBatchesHandler } from './commands/note-overdue-batches.js';
import { RescheduleBatchHandler } from './commands/reschedule-batch.js';
import { ChangeQuantityHandler } from './commands/change-quantity.js';
import { Products } from './domain/products.js';
import { AllocationsController } from './http/allocations.controller.js';
import { ProductsController } from './http/products.controller.js';
import { ProductsInPostgres } from './persistence/products-in-postgres.js';
import { ExportAllocationsHandler } from './queries/export-allocations.js';
import { ExportProductsHandler } from './queries/export-products.js';
import { FindAvailabilityHandler } from './queries/find-availability.js';
import { FindOrderAllocationsHandler } from './queries/find-order-allocations.js';
import { FindProductHandler } from './queries/find-product.js';
import { ListOverdueBatchesHandler } from './queries/list-overdue-batches.js';
import { ListProductsHandler } from './queries/list-products.js';
import { ListSkusOfOrderHandler } from './queries/list-skus-of-order.js';
import { MirrorBatches } from './reactions/mirror-batches.js';
import { WatchDates } from './reactions/watch-dates.js';
import { ProductTotals } from './read-models/product-totals.js';
import { DecisionMetrics } from './telemetry/decision-metrics.js';

/**
 * Who gets the stock. It keeps a copy of each batch, updated by the events of `batches`, and promises every order line to
 * one batch, so that no batch is ever over-allocated: the rules are in `domain/product.ts`.
 */
@Module({
  controllers: [AllocationsController, ProductsController],
  providers: [
    { provide: Products, useClass: ProductsInPostgres },
    AllocateLineHandler,
    AllocateLinesHandler,
    DeallocateLineHandler,
    DeallocateOrderHandler,
    AddBatchHandler,
    ChangeQuantityHandler,
    RescheduleBatchHandler,
    NoteOverdueBatchesHandler,
    ListOverdueBatchesHandler,
    FindOrderAllocationsHandler,
    ExportAllocationsHandler,
    ExportProductsHandler,
    FindProductHandler,
    ListProductsHandler,
    ListSkusOfOrderHandler,
    FindAvailabilityHandler,
    MirrorBatches,
    WatchDates,
    ProductTotals,
    DecisionMetrics,
  ],
})
export class AllocationModule {
  static forRoot({ lifecycle, postgres, eventLog, unitOfWork, subscriptions }: Kernel): DynamicModule {
    return {
      module: AllocationModule,
      imports: [CqrsModule, lifecycle, postgres, eventLog, unitOfWork, subscriptions],
    };
  }
}
