import { Module, type DynamicModule } from '@nestjs/common';
import { AllocationModule } from './allocation/allocation.module.js';
import { BatchesModule } from './batches/batches.module.js';
import { registry } from './channels.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { BrokerModule } from './platform/brokers/broker.module.js';
import type { ProcessContext } from './kernel/lifecycle/process-context.js';
import type { Settings } from './platform/config/settings.js';
import { KernelModule } from './platform/server/kernel.module.js';
import { OrderlyStop } from './platform/server/orderly-stop.js';

/** The only place where the features are put together. */
@Module({})
export class AppModule {
  static with(settings: Settings, databaseUrl: string, role: ProcessContext = 'server'): DynamicModule {
    return {
      module: AppModule,
      imports: [
        BatchesModule,
        AllocationModule,
        NotificationsModule,
        KernelModule.with(settings, databaseUrl, role),
        BrokerModule.with(settings, registry),
      ],
      providers: [OrderlyStop],
    };
  }
}
