import { Module, type DynamicModule } from '@nestjs/common';
import { AllocationModule } from './allocation/allocation.module.js';
import { BatchesModule } from './batches/batches.module.js';
import { registry } from './channels.js';
import { kernelModules } from './kernel/kernel.js';
import type { ProcessContext } from './kernel/lifecycle/process-context.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { AccessModule } from './platform/access/access.module.js';
import { AuditModule } from './platform/audit/audit.module.js';
import { BrokerModule } from './platform/brokers/broker.module.js';
import { EventsApiModule } from './platform/events-api/events-api.module.js';
import { KeysApiModule } from './platform/keys-api/keys-api.module.js';
import { OperationsModule } from './platform/operations/operations.module.js';
import { RetentionModule } from './platform/retention/retention.module.js';
import { TelemetryModule } from './platform/telemetry/telemetry.module.js';
import { SCOPES } from './scopes.js';
import { configuredParts, type AllSettings } from './settings.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/**
 * The whole service: the only place that puts the features together. Nest runs shutdown hooks from here downwards, in
 * the order of imports: a module ends its work while everything that it imports still works.
 */
@Module({})
export class AppModule {
  static forRoot(
    settings: AllSettings,
    databaseUrl: string,
    context: ProcessContext = 'server',
  ): DynamicModule {
    const kernel = kernelModules({ ...settings, databaseUrl, context });
    const access = AccessModule.forRoot(kernel, settings, SCOPES);
    const telemetry = TelemetryModule.forRoot(settings.telemetry, context);
    return {
      module: AppModule,
      imports: [
        // First, hence stopped after all others on its level: it sends what they have counted to the end.
        telemetry,
        BatchesModule.forRoot(kernel),
        AllocationModule.forRoot(kernel, settings),
        NotificationsModule.forRoot(kernel, settings),
        LedgerModule.forRoot(kernel, settings),
        WebhooksModule.forRoot(kernel, settings),
        AuditModule.forRoot(kernel),
        KeysApiModule.forRoot(kernel, SCOPES),
        EventsApiModule.forRoot(kernel, access, settings.limits.feedsPerCaller),
        OperationsModule.forRoot(kernel, telemetry, access, configuredParts(settings)),
        RetentionModule.forRoot(kernel, settings),
        BrokerModule.forRoot(kernel, settings, registry),
      ],
    };
  }
}
