import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { BatchChange } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';
import type { BatchOnPaper } from '../queries/batch-answer.js';
import { datesOf } from '../../vocabulary/dates.js';

/** Change the quantity of a batch, its date, its lot or where it is: all of it, or nothing. */
export class ChangeBatch extends Command<BatchOnPaper> {
  /** @param expectedVersions the versions that the caller means to change; undefined for any */
  constructor(
    readonly reference: string,
    readonly change: BatchChange,
    readonly expectedVersions?: readonly number[],
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

  /** @throws {DomainError} `batch-claimed` by allocation, if the batch would move while units of it are claimed */
  async execute({ reference, change, expectedVersions }: ChangeBatch) {
    if (change.location !== undefined) await this.#letAllocationCatchUp(reference);
    const batch = await this.unitOfWork.change(this.batches, { reference }, (batch) => {
      batch.change(change, expectedVersions);
      return batch;
    });
    const snapshot = batch.snapshot();
    await this.subscriptions.waitUntilCaughtUp(snapshot.sku);
    return { ...snapshot, ...datesOf(snapshot.eta, this.calendar.today) };
  }

  /** Allocation takes part in the transaction of a move (`BatchMoved`), so it has to know the batch by then. */
  async #letAllocationCatchUp(reference: string): Promise<void> {
    const { sku } = await this.unitOfWork.change(this.batches, { reference }, ({ state }) => state);
    await this.subscriptions.waitUntilCaughtUp(sku);
  }
}
