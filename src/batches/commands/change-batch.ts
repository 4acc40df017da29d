import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Calendar, type Dates } from '../../kernel/lifecycle/calendar.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { BatchSnapshot } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';

export interface BatchChange {
  /** Units; undefined: as it is. */
  readonly quantity?: number | undefined;
  /** `YYYY-MM-DD`, or null: it has arrived; undefined: as it is. */
  readonly eta?: string | null | undefined;
}

/** Change a batch's quantity or date. `seen`: the versions that the caller decided on, undefined for any. */
export class ChangeBatch extends Command<BatchSnapshot & Dates> {
  constructor(
    readonly reference: string,
    readonly change: BatchChange,
    readonly seen?: readonly number[],
  ) {
    super();
  }
}

@CommandHandler(ChangeBatch)
export class ChangeBatchHandler implements ICommandHandler<ChangeBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: Batches,
    private readonly subscriptions: Subscriptions,
    private readonly calendar: Calendar,
  ) {}

  async execute({ reference, change, seen }: ChangeBatch) {
    const batch = await this.unitOfWork.change(this.batches, { reference }, (batch) => {
      batch.change(change, seen);
      return batch;
    });
    const snapshot = batch.snapshot();
    await this.subscriptions.waitUntilCaughtUp(snapshot.sku);
    return { ...snapshot, ...this.calendar.datesOf(snapshot.eta) };
  }
}
