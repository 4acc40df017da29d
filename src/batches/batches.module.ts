import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Kernel } from '../kernel/kernel.js';
import { ChangeBatchHandler } from './commands/change-batch.js';
import { FollowReceiptHandler } from './commands/follow-receipt.js';
import { BatchFigures } from './read-models/batch-figures.js';
import { FollowReceipts } from './reactions/follow-receipts.js';
import { RegisterBatchHandler } from './commands/register-batch.js';
import { RegisterBatchesHandler } from './commands/register-batches.js';
import { Batches } from './domain/batches.js';
import { BatchesController } from './http/batches.controller.js';
import { BulkBatchesController } from './http/bulk-batches.controller.js';
import { batchSchema } from './persistence/batch.schema.js';
import { BatchesInPostgres } from './persistence/batches-in-postgres.js';
import { ExportBatchesHandler } from './queries/export-batches.js';
import { FindBatchesHandler } from './queries/find-batches.js';
import { FindBatchHandler } from './queries/find-batch.js';
import { ListBatchesHandler } from './queries/list-batches.js';

/**
 * What was bought, and when it comes. It keeps one batch for each reference, as it was registered and as it is now. It does
 * not decide which order gets the stock: it publishes each change, and allocation has it before the caller is answered.
 */
@Module({
  controllers: [BatchesController, BulkBatchesController],
  providers: [
    { provide: Batches, useClass: BatchesInPostgres },
    RegisterBatchHandler,
    RegisterBatchesHandler,
    ChangeBatchHandler,
    FollowReceiptHandler,
    FollowReceipts,
    BatchFigures,
    ExportBatchesHandler,
    FindBatchHandler,
    FindBatchesHandler,
    ListBatchesHandler,
  ],
})
export class BatchesModule {
  static forRoot({ lifecycle, postgres, unitOfWork, subscriptions }: Kernel): DynamicModule {
    return {
      module: BatchesModule,
      imports: [
        CqrsModule,
        lifecycle,
        postgres,
        unitOfWork,
        subscriptions,
        TypeOrmModule.forFeature([batchSchema]),
      ],
    };
  }
}
