import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../settings/notification-settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import type { LostPromise } from '../domain/watched-batch.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** An order line lost its batch and fits nowhere: send an alert, or collect it during the quiet period. */
export class ReportLostPromise extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly promise: LostPromise,
  ) {
    super();
  }
}

@CommandHandler(ReportLostPromise)
export class ReportLostPromiseHandler implements ICommandHandler<ReportLostPromise> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: WatchedBatches,
    @Inject(ALERT_POLICY) private readonly policy: AlertPolicy,
  ) {}

  async execute({ sku, batchReference: reference, promise }: ReportLostPromise) {
    await this.unitOfWork.change(this.batches, { sku, reference }, (batch) =>
      batch.lose(promise, this.policy),
    );
  }
}
