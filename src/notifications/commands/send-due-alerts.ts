import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { ALERT_POLICY } from '../settings/notification-settings.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import { Shortages } from '../domain/shortages.js';
import { WatchedBatches } from '../domain/watched-batches.js';

/** The most SKUs, and the most batches, that one run handles. */
const AT_ONCE = 500;

/** Send an alert of what was counted if the quiet period is over. Several instances may do this at the same time. */
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

  /** Each one checks again under its lock: another instance may have sent the alert in the meantime. */
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
