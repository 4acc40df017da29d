import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { ChangedDate } from '../domain/watched-batch.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** A batch with order lines has another date: send an alert of a slip, or withdraw one that is taken back. */
export class ReportChangedDate extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly change: ChangedDate,
  ) {
    super();
  }
}

@CommandHandler(ReportChangedDate)
export class ReportChangedDateHandler implements ICommandHandler<ReportChangedDate> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: WatchedBatches,
  ) {}

  async execute({ sku, batchReference: reference, change }: ReportChangedDate) {
    await this.unitOfWork.change(this.batches, { sku, reference }, (batch) => batch.changeDate(change));
  }
}
