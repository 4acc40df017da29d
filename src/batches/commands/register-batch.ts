import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Registration } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';
import type { BatchOnPaper } from '../queries/batch-answer.js';
import { datesOf } from '../../vocabulary/dates.js';

/** Register a batch of stock under its reference. Safe to repeat: `isNew` is false if the batch was registered before. */
export class RegisterBatch extends Command<{
  readonly isNew: boolean;
  readonly batch: BatchOnPaper;
}> {
  constructor(
    readonly reference: string,
    readonly registration: Registration,
  ) {
    super();
  }
}

@CommandHandler(RegisterBatch)
export class RegisterBatchHandler implements ICommandHandler<RegisterBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: Batches,
    private readonly subscriptions: Subscriptions,
    private readonly calendar: Calendar,
  ) {}

  async execute({ reference, registration }: RegisterBatch) {
    const { isNew, batch } = await this.unitOfWork.change(this.batches, { reference }, (batch) => ({
      isNew: batch.register(registration),
      batch,
    }));
    // A batch that was known may have changed since (rule 9).
    await this.subscriptions.waitUntilCaughtUp(registration.sku, isNew ? ['BatchRegistered'] : undefined);
    const snapshot = batch.snapshot();
    return { isNew, batch: { ...snapshot, ...datesOf(snapshot.eta, this.calendar.today) } };
  }
}
