import { Module, type DynamicModule } from '@nestjs/common';
import type { Kernel } from '../../kernel/kernel.js';
import { SchemaCheck } from '../migrations/schema-check.js';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/** What operators and their tools ask: health, metrics, and how far each subscription is. */
@Module({
  controllers: [SubscriptionsController, HealthController, MetricsController],
  providers: [Draining, SchemaCheck],
})
export class OperationsModule {
  /** @param telemetry exports `Telemetry` */
  static forRoot({ postgres }: Kernel, telemetry: DynamicModule): DynamicModule {
    return { module: OperationsModule, imports: [postgres, telemetry] };
  }
}
