import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** The date of a batch has passed while order lines wait for it: send one alert for each date. */
export class ReportOverdueBatch extends Command<void> {
  /** @param eta the date that has passed, as `YYYY-MM-DD` */
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly eta: string,
    readonly lines: number,
    readonly units: number,
  ) {
    super();
  }
}

@CommandHandler(ReportOverdueBatch)
export class ReportOverdueBatchHandler implements ICommandHandler<ReportOverdueBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: WatchedBatches,
  ) {}

  async execute({ sku, batchReference: reference, eta, lines, units }: ReportOverdueBatch) {
    await this.unitOfWork.change(this.batches, { sku, reference }, (batch) =>
      batch.becomeOverdue(eta, lines, units),
    );
  }
}
