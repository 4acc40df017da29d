import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kernel } from '../kernel/kernel.js';
import type { Settings } from '../platform/config/settings.js';
import { ChangeWebhookHandler } from './commands/change-webhook.js';
import { ContinueReplayHandler } from './commands/continue-replay.js';
import { CreateWebhookHandler } from './commands/create-webhook.js';
import { DeleteWebhookHandler } from './commands/delete-webhook.js';
import { PruneDeliveriesHandler } from './commands/prune-deliveries.js';
import { ReplayEventsHandler } from './commands/replay-events.js';
import { RotateSecretHandler } from './commands/rotate-secret.js';
import { TestWebhookHandler } from './commands/test-webhook.js';
import { Endpoints } from './domain/endpoints.js';
import { Outbox } from './domain/outbox.js';
import { RETRY_SCHEDULE, STANDARD_SCHEDULE } from './domain/retry-schedule.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { DeliveryQueue } from './persistence/delivery-queue.js';
import { DeliveryResults } from './persistence/delivery-results.js';
import { EndedDeliveries } from './persistence/ended-deliveries.js';
import { EndpointsInPostgres } from './persistence/endpoints-in-postgres.js';
import { OutboxInPostgres } from './persistence/outbox-in-postgres.js';
import { QueueState } from './persistence/queue-state.js';
import { Replays } from './persistence/replays.js';
import { FindWebhookHandler } from './queries/find-webhook.js';
import { ListDeliveriesHandler } from './queries/list-deliveries.js';
import { ListWebhooksHandler } from './queries/list-webhooks.js';
import { FillOutbox } from './reactions/fill-outbox.js';
import { PruneJob } from './reactions/prune-job.js';
import { ReplayJob } from './reactions/replay-job.js';
import { AddressGuard, RESOLVE, resolveBySystem } from './sending/address-guard.js';
import { Attempts } from './sending/attempts.js';
import { DeliveryMetrics } from './sending/delivery-metrics.js';
import { DeliverySender } from './sending/delivery-sender.js';
import { SecretKeys } from './sending/secret-keys.js';
import { SEND_LIMIT, SEND_MS, WebhookClient } from './sending/webhook-client.js';
import { WEBHOOK_SETTINGS, type WebhookSettings } from './settings/webhook-settings.js';

/**
 * Who is called when something happens. It posts the events to the webhooks that want them, by Standard Webhooks: signed, in
 * the order of each SKU, again until they are taken, and only to addresses that may be called.
 */
@Module({
  controllers: [WebhooksController],
  providers: [
    { provide: Endpoints, useClass: EndpointsInPostgres },
    { provide: Outbox, useClass: OutboxInPostgres },
    { provide: RETRY_SCHEDULE, useValue: STANDARD_SCHEDULE },
    { provide: SEND_LIMIT, useValue: SEND_MS },
    { provide: RESOLVE, useValue: resolveBySystem },
    DeliveryQueue,
    DeliveryResults,
    EndedDeliveries,
    Replays,
    QueueState,
    AddressGuard,
    SecretKeys,
    WebhookClient,
    Attempts,
    DeliveryMetrics,
    DeliverySender,
    FillOutbox,
    ReplayJob,
    PruneJob,
    ChangeWebhookHandler,
    ContinueReplayHandler,
    CreateWebhookHandler,
    DeleteWebhookHandler,
    PruneDeliveriesHandler,
    ReplayEventsHandler,
    RotateSecretHandler,
    TestWebhookHandler,
    FindWebhookHandler,
    ListDeliveriesHandler,
    ListWebhooksHandler,
  ],
})
export class WebhooksModule {
  /** @param settings `dataDir` holds the key for development, which there is only if `host` is this machine alone */
  static forRoot(
    { lifecycle, postgres, eventLog, unitOfWork, subscriptions }: Kernel,
    settings: WebhookSettings & Settings,
  ): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [CqrsModule, lifecycle, postgres, eventLog, unitOfWork, subscriptions],
      providers: [{ provide: WEBHOOK_SETTINGS, useValue: settings }],
    };
  }
}
