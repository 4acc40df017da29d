import { Module, type DynamicModule } from '@nestjs/common';
import type { Kernel } from '../../kernel/kernel.js';
import { SchemaCheck } from '../migrations/schema-check.js';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { InfoController } from './info.controller.js';
import { CONFIGURED_PARTS, type ConfiguredParts } from './info.dto.js';
import { MetricsController } from './metrics.controller.js';
import { MigrationsController } from './migrations.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/** What operators and their tools ask and do: health, metrics, what is configured, subscriptions, migrations. */
@Module({
  controllers: [
    SubscriptionsController,
    HealthController,
    InfoController,
    MetricsController,
    MigrationsController,
  ],
  providers: [Draining, SchemaCheck],
})
export class OperationsModule {
  /**
   * @param telemetry exports `Telemetry`
   * @param access exports `Authenticator`
   */
  static forRoot(
    { postgres, subscriptions }: Kernel,
    telemetry: DynamicModule,
    access: DynamicModule,
    parts: ConfiguredParts,
  ): DynamicModule {
    return {
      module: OperationsModule,
      imports: [postgres, subscriptions, telemetry, access],
      providers: [{ provide: CONFIGURED_PARTS, useValue: parts }],
    };
  }
}
