import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../settings/notification-settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import type { Refusals } from '../domain/shortage.js';
import { Shortages } from '../domain/shortages.js';

/** Lines of a SKU were refused: send an alert, or count them during the quiet period. */
export class CountRefusals extends Command<void> {
  constructor(
    readonly sku: string,
    readonly refusals: Refusals,
    readonly at: Date,
  ) {
    super();
  }
}

@CommandHandler(CountRefusals)
export class CountRefusalsHandler implements ICommandHandler<CountRefusals> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly shortages: Shortages,
    @Inject(ALERT_POLICY) private readonly policy: AlertPolicy,
  ) {}

  async execute({ sku, refusals, at }: CountRefusals) {
    await this.unitOfWork.change(this.shortages, { sku }, (shortage) =>
      shortage.refuse(refusals, at, this.policy),
    );
  }
}
