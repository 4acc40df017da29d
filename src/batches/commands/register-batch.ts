import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Registration } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';
import { newBatchAnswer, type BatchAnswer } from '../queries/batch-answer.js';
import { FindBatch } from '../queries/find-batch.js';

/** Register a batch of stock under its reference. Safe to repeat: `isNew` is false if the batch was registered before. */
export class RegisterBatch extends Command<{
  readonly isNew: boolean;
  readonly batch: BatchAnswer;
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
    private readonly queries: QueryBus,
    private readonly calendar: Calendar,
  ) {}

  async execute({ reference, registration }: RegisterBatch) {
    const { isNew, batch } = await this.unitOfWork.change(this.batches, { reference }, (batch) => ({
      isNew: batch.register(registration),
      batch,
    }));
    await this.subscriptions.waitUntilCaughtUp(registration.sku);
    if (isNew) return { isNew, batch: newBatchAnswer(batch.snapshot(), this.calendar.today) };
    return { isNew, batch: await this.queries.execute(new FindBatch(reference)) };
  }
}
