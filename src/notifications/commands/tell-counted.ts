import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../shared/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../alert-policy.js';
import type { AlertPolicy } from '../domain/shortage.js';
import { Shortages } from '../domain/shortages.js';

/** SKUs that are told of together at most. */
const TOGETHER = 500;

/** Tell the refusals that were counted wherever the quiet time is over; several instances may do it at once. */
export class TellCounted extends Command<void> {
  constructor(readonly at: Date) {
    super();
  }
}

@CommandHandler(TellCounted)
export class TellCountedHandler implements ICommandHandler<TellCounted> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly shortages: Shortages,
    @Inject(ALERT_POLICY) private readonly policy: AlertPolicy,
  ) {}

  async execute({ at }: TellCounted) {
    const quietSince = new Date(at.getTime() - this.policy.quietMs);
    const skus = await this.shortages.untold(quietSince, TOGETHER);
    await Promise.all(
      skus.map((sku) =>
        // Asked again under the lock: another instance may have told them in the meantime.
        this.unitOfWork.change(this.shortages, { sku }, (shortage) => shortage.passTime(at, this.policy)),
      ),
    );
  }
}
