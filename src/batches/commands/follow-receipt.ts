import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Receipt } from '../domain/batch.js';
import { Batches } from '../domain/batches.js';

/** Goods of a batch have come: what was bought is what has come and what is still to come. */
export class FollowReceipt extends Command<void> {
  constructor(
    readonly reference: string,
    readonly receipt: Receipt,
  ) {
    super();
  }
}

@CommandHandler(FollowReceipt)
export class FollowReceiptHandler implements ICommandHandler<FollowReceipt> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batches: Batches,
  ) {}

  async execute({ reference, receipt }: FollowReceipt) {
    await this.unitOfWork.change(this.batches, { reference }, (batch) => batch.followReceipt(receipt));
  }
}
