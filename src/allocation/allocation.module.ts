import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kernel } from '../kernel/kernel.js';
import { AddBatchHandler } from './commands/add-batch.js';
import { AllocateLineHandler } from './commands/allocate-line.js';
import { AllocateLinesHandler } from './commands/allocate-lines.js';
import { CountLocationHandler } from './commands/count-location.js';
import { CountStockHandler } from './commands/count-stock.js';
import { DeallocateLineHandler } from './commands/deallocate-line.js';
import { DeallocateOrderHandler } from './commands/deallocate-order.js';
import { CancelOrderHandler } from './commands/cancel-order.js';
import { ConfirmOrderHandler } from './commands/confirm-order.js';
import { EndHoldsHandler } from './commands/end-holds.js';
import { PutOrderHandler } from './commands/put-order.js';
import { PutOrdersHandler } from './commands/put-orders.js';
import { ReceiveGoodsOfBatchesHandler } from './commands/receive-goods-of-batches.js';
import { ShipOrdersHandler } from './commands/ship-orders.js';
import { EndProtectionsHandler } from './commands/end-protections.js';
import { NoteOverdueBatchesHandler } from './commands/note-overdue-batches.js';
import { RescheduleBatchHandler } from './commands/reschedule-batch.js';
import { ChangeLotHandler } from './commands/change-lot.js';
import { ChangePolicyHandler } from './commands/change-policy.js';
import { ChangeQuantityHandler } from './commands/change-quantity.js';
import { Stock } from './domain/stock.js';
import { AvailabilityController } from './http/availability.controller.js';
import { BulkController } from './http/bulk.controller.js';
import { WarehouseController } from './http/warehouse.controller.js';
import { AdjustStockHandler } from './commands/adjust-stock.js';
import { CancelShipmentHandler } from './commands/cancel-shipment.js';
import { ReceiveGoodsHandler } from './commands/receive-goods.js';
import { ReturnGoodsHandler } from './commands/return-goods.js';
import { ShipOrderHandler } from './commands/ship-order.js';
import { FindShipmentHandler } from './queries/find-shipment.js';
import { ExportStockOfLocationHandler } from './queries/export-stock-of-location.js';
import { FindCountedBatchesHandler } from './queries/find-counted-batches.js';
import { FindSkuOfBatchHandler } from './queries/find-sku-of-batch.js';
import { FindWrittenCountsHandler } from './queries/find-written-counts.js';
import { ListShipmentsHandler } from './queries/list-shipments.js';
import { OrdersController } from './http/orders.controller.js';
import { ReallocationsController } from './http/reallocations.controller.js';
import { SimulationsController } from './http/simulations.controller.js';
import { ReallocateHandler } from './commands/reallocate.js';
import { SimulateHandler } from './commands/simulate.js';
import { FindSkusOfBatchesHandler } from './queries/find-skus-of-batches.js';
import { ReallocationMetrics } from './telemetry/reallocation-metrics.js';
import { SimulationMetrics } from './telemetry/simulation-metrics.js';
import { AllocationsController } from './http/allocations.controller.js';
import { PolicyController } from './http/policy.controller.js';
import { PromisesController } from './http/promises.controller.js';
import { BackordersController } from './http/backorders.controller.js';
import { ListBackordersHandler } from './queries/list-backorders.js';
import { ProductsController } from './http/products.controller.js';
import { StockInPostgres } from './persistence/stock-in-postgres.js';
import { BatchesAccount, LinesAccount } from './queries/accounts.js';
import { CountBackordersHandler } from './queries/count-backorders.js';
import { CountHoldsHandler } from './queries/count-holds.js';
import { ExportAllocationsHandler } from './queries/export-allocations.js';
import { ExportProductsHandler } from './queries/export-products.js';
import { FindAvailabilityHandler } from './queries/find-availability.js';
import { FindOrderAllocationsHandler } from './queries/find-order-allocations.js';
import { FindPolicyHandler } from './queries/find-policy.js';
import { FindProductHandler } from './queries/find-product.js';
import { ListOverdueBatchesHandler } from './queries/list-overdue-batches.js';
import { FindTimelineHandler } from './queries/find-timeline.js';
import { ListPromisesHandler } from './queries/list-promises.js';
import { ListProductsHandler } from './queries/list-products.js';
import { FindCartAvailabilityHandler } from './queries/find-cart-availability.js';
import { FindOrderHandler } from './queries/find-order.js';
import { ListEndedProtectionsHandler } from './queries/list-ended-protections.js';
import { ListExpiredSkusHandler } from './queries/list-expired-skus.js';
import { ListOrderHistoryHandler } from './queries/list-order-history.js';
import { ListOrdersHandler } from './queries/list-orders.js';
import { DecideMoves } from './reactions/decide-moves.js';
import { MirrorBatches } from './reactions/mirror-batches.js';
import { EndHoldsJob } from './reactions/end-holds-job.js';
import { WatchDates } from './reactions/watch-dates.js';
import { ALLOCATION_SETTINGS, type AllocationSettings } from './settings/allocation-settings.js';
import { ProductTotals } from './read-models/product-totals.js';
import { BackorderMetrics } from './telemetry/backorder-metrics.js';
import { DecisionMetrics } from './telemetry/decision-metrics.js';
import { GoodsMetrics } from './telemetry/goods-metrics.js';
import { HoldMetrics } from './telemetry/hold-metrics.js';
import { OrderMetrics } from './telemetry/order-metrics.js';

/**
 * Who gets the stock. It keeps a copy of each batch, updated by the events of `batches`, and promises every order line to
 * one batch, so that no batch is ever over-allocated: the rules are in `domain/product.ts`.
 */
@Module({
  controllers: [
    OrdersController,
    AllocationsController,
    AvailabilityController,
    WarehouseController,
    ProductsController,
    BackordersController,
    PolicyController,
    ReallocationsController,
    SimulationsController,
    PromisesController,
    BulkController,
  ],
  providers: [
    { provide: Stock, useClass: StockInPostgres },
    AllocateLineHandler,
    AllocateLinesHandler,
    DeallocateLineHandler,
    DeallocateOrderHandler,
    AddBatchHandler,
    ChangeQuantityHandler,
    RescheduleBatchHandler,
    NoteOverdueBatchesHandler,
    PutOrderHandler,
    PutOrdersHandler,
    ConfirmOrderHandler,
    CancelOrderHandler,
    EndHoldsHandler,
    EndProtectionsHandler,
    ReceiveGoodsHandler,
    ReceiveGoodsOfBatchesHandler,
    AdjustStockHandler,
    CountStockHandler,
    CountLocationHandler,
    ChangePolicyHandler,
    ChangeLotHandler,
    ShipOrderHandler,
    ShipOrdersHandler,
    ReallocateHandler,
    SimulateHandler,
    FindSkusOfBatchesHandler,
    CancelShipmentHandler,
    ReturnGoodsHandler,
    FindShipmentHandler,
    ListShipmentsHandler,
    FindSkuOfBatchHandler,
    FindCountedBatchesHandler,
    FindWrittenCountsHandler,
    ExportStockOfLocationHandler,
    ListOverdueBatchesHandler,
    FindOrderAllocationsHandler,
    ExportAllocationsHandler,
    ExportProductsHandler,
    FindProductHandler,
    FindPolicyHandler,
    ListProductsHandler,
    ListBackordersHandler,
    FindOrderHandler,
    ListOrdersHandler,
    ListOrderHistoryHandler,
    ListExpiredSkusHandler,
    ListEndedProtectionsHandler,
    CountBackordersHandler,
    CountHoldsHandler,
    FindCartAvailabilityHandler,
    FindAvailabilityHandler,
    FindTimelineHandler,
    ListPromisesHandler,
    BatchesAccount,
    LinesAccount,
    MirrorBatches,
    DecideMoves,
    WatchDates,
    EndHoldsJob,
    ProductTotals,
    BackorderMetrics,
    DecisionMetrics,
    GoodsMetrics,
    HoldMetrics,
    OrderMetrics,
    SimulationMetrics,
    ReallocationMetrics,
  ],
})
export class AllocationModule {
  static forRoot(
    { lifecycle, postgres, eventLog, unitOfWork, subscriptions }: Kernel,
    settings: AllocationSettings,
  ): DynamicModule {
    return {
      module: AllocationModule,
      providers: [{ provide: ALLOCATION_SETTINGS, useValue: settings }],
      imports: [CqrsModule, lifecycle, postgres, eventLog, unitOfWork, subscriptions],
    };
  }
}
