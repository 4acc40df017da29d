import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Authenticator } from '../access/authenticator.js';
import { TokenVerifier } from '../access/tokens/token-verifier.js';
import { ApiKeyRefresher } from '../access/api-key-refresher.js';
import { AuditController } from '../audit/audit.controller.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { EventAppender } from '../../kernel/cause/event-appender.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { EventsController } from '../events-api/events.controller.js';
import { LiveFeed } from '../events-api/live-feed.js';
import { Upcasters } from '../../kernel/event-log/upcasters.js';
import { Draining } from '../operations/draining.js';
import { HealthController } from '../operations/health.controller.js';
import { dataSourceOptions } from '../../kernel/postgres/data-source.js';
import { REPLICA_URLS, Replicas } from '../../kernel/postgres/replicas.js';
import { PoolMetrics } from '../../kernel/postgres/pool-metrics.js';
import { SchemaCheck } from '../migrations/schema-check.js';
import { TypeOrmTransactions } from '../../kernel/postgres/typeorm-transactions.js';
import { Retention } from '../retention/retention.js';
import { SubscriptionMetrics } from '../../kernel/subscriptions/subscription-metrics.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { SubscriptionsController } from '../operations/subscriptions.controller.js';
import { MetricsController } from '../operations/metrics.controller.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { Transactions } from '../../kernel/domain/store.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';

/** What every feature stands on. */
@Global()
@Module({})
export class KernelModule {
  static with(settings: Settings, databaseUrl: string, role: ProcessContext): DynamicModule {
    return {
      module: KernelModule,
      imports: [
        CqrsModule.forRoot(),
        DiscoveryModule,
        TelemetryModule.with(settings, role),
        TypeOrmModule.forRoot({
          ...dataSourceOptions(databaseUrl, settings.statementMs),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      controllers: [
        AuditController,
        EventsController,
        SubscriptionsController,
        HealthController,
        MetricsController,
      ],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: PROCESS_CONTEXT, useValue: role },
        { provide: REPLICA_URLS, useValue: settings.databaseReplicaUrls },
        { provide: Transactions, useClass: TypeOrmTransactions },
        {
          provide: Authenticator,
          useValue: new Authenticator(
            settings.oidc && new TokenVerifier(settings.oidc, settings.limits.tokenHours),
          ),
        },
        {
          provide: ApiKeyRefresher,
          useFactory: (dataSource: DataSource, access: Authenticator, role: ProcessContext) =>
            ApiKeyRefresher.start(dataSource, access, role),
          inject: [DataSource, Authenticator, PROCESS_CONTEXT],
        },
        { provide: Calendar, useValue: new Calendar(settings.timeZone) },
        Draining,
        EventLog,
        { provide: EventAppender, useExisting: EventLog },
        Upcasters,
        LiveFeed,
        Replicas,
        UnitOfWork,
        Subscriptions,
        Retention,
        PoolMetrics,
        SchemaCheck,
        SubscriptionMetrics,
      ],
      exports: [
        SETTINGS,
        PROCESS_CONTEXT,
        Calendar,
        ApiKeyRefresher,
        EventLog,
        Upcasters,
        LiveFeed,
        Replicas,
        UnitOfWork,
        Subscriptions,
        Retention,
      ],
    };
  }
}
