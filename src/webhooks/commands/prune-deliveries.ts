import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EndedDeliveries } from '../persistence/ended-deliveries.js';
import { WEBHOOK_SETTINGS, type WebhookSettings } from '../settings/webhook-settings.js';

/** Delete a portion of the deliveries that nobody needs any more. Resolves with how many it deleted; more may be left. */
export class PruneDeliveries extends Command<number> {}

@CommandHandler(PruneDeliveries)
export class PruneDeliveriesHandler implements ICommandHandler<PruneDeliveries> {
  constructor(
    private readonly ended: EndedDeliveries,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
  ) {}

  async execute() {
    const { webhookDays } = this.settings;
    const old = webhookDays === null ? 0 : await this.ended.prune(webhookDays);
    return old + (await this.ended.pruneOfDeleted());
  }
}
