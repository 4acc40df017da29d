import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../settings/notification-settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import { Shortages } from '../domain/shortages.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** SKUs, and batches, of which one round sends alerts at most. */
const AT_ONCE = 500;

/** Send what was counted and collected wherever the quiet time is over; several instances may do it at once. */
export class SendDueAlerts extends Command<void> {
  constructor(readonly at: Date) {
    super();
  }
}

@CommandHandler(SendDueAlerts)
export class SendDueAlertsHandler implements ICommandHandler<SendDueAlerts> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly shortages: Shortages,
    private readonly batches: WatchedBatches,
    @Inject(ALERT_POLICY) private readonly policy: AlertPolicy,
  ) {}

  /** Each is asked again under its lock: another instance may have sent the alert in the meantime. */
  async execute({ at }: SendDueAlerts) {
    const { policy, shortages, batches, unitOfWork } = this;
    const before = (ms: number) => new Date(at.getTime() - ms);
    const skus = await shortages.dueForAlert(before(policy.quietPeriodMs), AT_ONCE);
    const due = await batches.dueForAlert(before(policy.lostPromiseQuietPeriodMs), AT_ONCE);
    await Promise.all([
      ...skus.map((sku) =>
        unitOfWork.change(shortages, { sku }, (shortage) => shortage.passTime(at, policy)),
      ),
      ...due.map((need) => unitOfWork.change(batches, need, (batch) => batch.passTime(at, policy))),
    ]);
  }
}
