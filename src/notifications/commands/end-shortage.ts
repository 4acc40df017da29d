import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../settings/notification-settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import { Shortages } from '../domain/shortages.js';

/** Stock of a SKU has come: end its shortage. */
export class EndShortage extends Command<void> {
  constructor(
    readonly sku: string,
    readonly at: Date,
  ) {
    super();
  }
}

@CommandHandler(EndShortage)
export class EndShortageHandler implements ICommandHandler<EndShortage> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly shortages: Shortages,
    @Inject(ALERT_POLICY) private readonly policy: AlertPolicy,
  ) {}

  async execute({ sku, at }: EndShortage) {
    await this.unitOfWork.change(this.shortages, { sku }, (shortage) => shortage.restock(at, this.policy));
  }
}
