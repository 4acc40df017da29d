import path from 'node:path';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SETTINGS, type Settings } from '../shared/config/settings.js';
import { ALERT_POLICY, alertPolicy } from './alert-policy.js';
import { CountRefusalsHandler } from './commands/count-refusals.js';
import { EndShortageHandler } from './commands/end-shortage.js';
import { TellCountedHandler } from './commands/tell-counted.js';
import { Shortages } from './domain/shortages.js';
import { NotificationsController } from './http/notifications.controller.js';
import { MailFolder } from './mail/mail-folder.js';
import { MailMetrics } from './mail/mail-metrics.js';
import { MailTransport } from './mail/mail-transport.js';
import { Postman } from './mail/postman.js';
import { SmtpServer } from './mail/smtp-server.js';
import { OutboxMetrics } from './persistence/outbox-metrics.js';
import { Outbox } from './persistence/outbox.js';
import { shortageSchema } from './persistence/shortage.schema.js';
import { ShortagesInPostgres } from './persistence/shortages-in-postgres.js';
import { ListNotificationsHandler } from './queries/list-notifications.js';
import { AfterQuietTime } from './reactions/after-quiet-time.js';
import { FollowShortages } from './reactions/follow-shortages.js';

/**
 * Who is told. It mails the buyers when a SKU runs short, once for each shortage and not for each line that was refused,
 * and keeps what it has sent.
 */
@Module({
  imports: [TypeOrmModule.forFeature([shortageSchema])],
  controllers: [NotificationsController],
  providers: [
    { provide: ALERT_POLICY, useFactory: alertPolicy, inject: [SETTINGS] },
    { provide: MailTransport, useFactory: mailTransport, inject: [SETTINGS] },
    { provide: Shortages, useClass: ShortagesInPostgres },
    Outbox,
    OutboxMetrics,
    MailMetrics,
    Postman,
    FollowShortages,
    AfterQuietTime,
    CountRefusalsHandler,
    EndShortageHandler,
    TellCountedHandler,
    ListNotificationsHandler,
  ],
})
export class NotificationsModule {}

function mailTransport({ smtpUrl, dataDir }: Settings): MailTransport {
  return smtpUrl ? new SmtpServer(smtpUrl) : new MailFolder(path.join(dataDir, 'mail'));
}
