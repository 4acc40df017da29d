import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** A batch has arrived: withdraw an alert that it is late if it is in no mail yet. */
export class ReportArrival extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
  ) {
    super();
  }
}

@CommandHandler(ReportArrival)
export class ReportArrivalHandler implements ICommandHandler<ReportArrival> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: WatchedBatches,
  ) {}

  async execute({ sku, batchReference: reference }: ReportArrival) {
    await this.unitOfWork.change(this.batches, { sku, reference }, (batch) => batch.arrive());
  }
}
