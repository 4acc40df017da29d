import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { SubscriptionMetrics } from './subscription-metrics.js';
import { Subscriptions } from './subscriptions.js';

/** Runs every class that is marked with `@Subscription`, in whichever module it is. */
@Module({ providers: [Subscriptions, SubscriptionMetrics], exports: [Subscriptions] })
export class SubscriptionsModule {
  /** @param imports the modules that export `PROCESS_CONTEXT`, the data source, `EventLog` and `UnitOfWork` */
  static forRoot(...imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    // Nest starts what is imported first: so the bus knows its handlers before the first reaction sends a command.
    return { module: SubscriptionsModule, imports: [CqrsModule, DiscoveryModule, ...imports] };
  }
}
