import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Access } from './access/access.js';
import { Issuer } from './access/issuer.js';
import { KeyWatch } from './access/key-watch.js';
import { AuditController } from './audit/audit.controller.js';
import { Calendar } from './calendar.js';
import { ROLE, type Role } from './config/role.js';
import { SETTINGS, type Settings } from './config/settings.js';
import { EventLog } from './event-log/event-log.js';
import { EventsController } from './event-log/events.controller.js';
import { LiveFeed } from './event-log/live-feed.js';
import { Upcasters } from './event-log/upcasters.js';
import { Draining } from './http/draining.js';
import { HealthController } from './http/health.controller.js';
import { dataSourceOptions } from './persistence/data-source.js';
import { Replicas } from './persistence/replicas.js';
import { PoolMetrics } from './persistence/pool-metrics.js';
import { SchemaState } from './persistence/schema-state.js';
import { TypeOrmTransactions } from './persistence/typeorm-transactions.js';
import { Retention } from './retention/retention.js';
import { SubscriptionMetrics } from './subscriptions/subscription-metrics.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { Transactions } from './unit-of-work/transactions.js';
import { UnitOfWork } from './unit-of-work/unit-of-work.js';

/** What every feature stands on. */
@Global()
@Module({})
export class KernelModule {
  static with(settings: Settings, databaseUrl: string, role: Role): DynamicModule {
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
      controllers: [AuditController, EventsController, SubscriptionsController, HealthController],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: ROLE, useValue: role },
        { provide: Transactions, useClass: TypeOrmTransactions },
        {
          provide: Access,
          useValue: new Access(settings.oidc && new Issuer(settings.oidc, settings.limits.tokenHours)),
        },
        {
          provide: KeyWatch,
          useFactory: (dataSource: DataSource, access: Access, role: Role) =>
            KeyWatch.begin(dataSource, access, role),
          inject: [DataSource, Access, ROLE],
        },
        { provide: Calendar, useValue: new Calendar(settings.timeZone) },
        Draining,
        EventLog,
        Upcasters,
        LiveFeed,
        Replicas,
        UnitOfWork,
        Subscriptions,
        Retention,
        PoolMetrics,
        SchemaState,
        SubscriptionMetrics,
      ],
      exports: [
        SETTINGS,
        ROLE,
        Calendar,
        KeyWatch,
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
