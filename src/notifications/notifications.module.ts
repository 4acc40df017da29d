import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Kernel } from '../kernel/kernel.js';
import type { Settings } from '../platform/config/settings.js';
import {
  ALERT_POLICY,
  alertPolicy,
  NOTIFICATION_SETTINGS,
  type NotificationSettings,
} from './settings/notification-settings.js';
import { CountRefusalsHandler } from './commands/count-refusals.js';
import { EndShortageHandler } from './commands/end-shortage.js';
import { ReportArrivalHandler } from './commands/report-arrival.js';
import { ReportChangedDateHandler } from './commands/report-changed-date.js';
import { ReportLostPromiseHandler } from './commands/report-lost-promise.js';
import { ReportOverdueBatchHandler } from './commands/report-overdue-batch.js';
import { SendDueAlertsHandler } from './commands/send-due-alerts.js';
import { Shortages } from './domain/shortages.js';
import { WatchedBatches } from './domain/watched-batches.js';
import { LostPromisesController } from './http/lost-promises.controller.js';
import { NotificationsController } from './http/notifications.controller.js';
import { FileTransport } from './mail/file-transport.js';
import { MailMetrics } from './mail/mail-metrics.js';
import { MailSender } from './mail/mail-sender.js';
import { MailTransport } from './mail/mail-transport.js';
import { MailQueue } from './persistence/mail-queue.js';
import { OutboxMetrics } from './persistence/outbox-metrics.js';
import { Outbox } from './persistence/outbox.js';
import { shortageSchema } from './persistence/shortage.schema.js';
import { ShortagesInPostgres } from './persistence/shortages-in-postgres.js';
import { WatchedBatchesInPostgres } from './persistence/watched-batches-in-postgres.js';
import { watchedBatchSchema } from './persistence/watched-batch.schema.js';
import { ListLostPromisesHandler } from './queries/list-lost-promises.js';
import { ListNotificationsHandler } from './queries/list-notifications.js';
import { DueAlertsJob } from './reactions/due-alerts-job.js';
import { RaiseAlerts } from './reactions/raise-alerts.js';

/**
 * Who is notified. It mails the buyers when a SKU runs short, when orders lose what they were promised and when a batch comes
 * late or is overdue, several alerts in one mail, and keeps what it has sent.
 */
@Module({
  controllers: [NotificationsController, LostPromisesController],
  providers: [
    { provide: Shortages, useClass: ShortagesInPostgres },
    { provide: WatchedBatches, useClass: WatchedBatchesInPostgres },
    Outbox,
    MailQueue,
    OutboxMetrics,
    MailMetrics,
    MailSender,
    RaiseAlerts,
    DueAlertsJob,
    CountRefusalsHandler,
    EndShortageHandler,
    ReportArrivalHandler,
    ReportChangedDateHandler,
    ReportLostPromiseHandler,
    ReportOverdueBatchHandler,
    SendDueAlertsHandler,
    ListNotificationsHandler,
    ListLostPromisesHandler,
  ],
})
export class NotificationsModule {
  /** @param settings `dataDir` holds the folder of mails if no server for mails is set */
  static forRoot(
    { lifecycle, postgres, unitOfWork, subscriptions }: Kernel,
    settings: NotificationSettings & Settings,
  ): DynamicModule {
    const { smtpUrl, dataDir } = settings;
    return {
      module: NotificationsModule,
      imports: [
        CqrsModule,
        lifecycle,
        postgres,
        unitOfWork,
        subscriptions,
        TypeOrmModule.forFeature([shortageSchema, watchedBatchSchema]),
      ],
      providers: [
        { provide: NOTIFICATION_SETTINGS, useValue: settings },
        { provide: ALERT_POLICY, useValue: alertPolicy(settings) },
        { provide: MailTransport, useFactory: () => mailTransport(smtpUrl, dataDir) },
      ],
    };
  }
}

/** The library that sends mails is loaded only if a server for them is set. */
async function mailTransport(smtpUrl: string | null, dataDir: string): Promise<MailTransport> {
  if (!smtpUrl) return new FileTransport(dataDir);
  const { SmtpTransport } = await import('./mail/smtp-transport.js');
  return new SmtpTransport(smtpUrl);
}
