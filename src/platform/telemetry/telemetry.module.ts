import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { packageJson } from '../config/package-json.js';
import type { TelemetrySettings } from '../config/telemetry-settings.js';
import { Telemetry } from './telemetry.js';

/** Metrics and traces of the process. The command line measures nothing. */
@Module({})
export class TelemetryModule {
  static forRoot(settings: TelemetrySettings, context: ProcessContext): DynamicModule {
    const start = () =>
      context === 'server' ? Telemetry.start(settings, packageJson().version) : Telemetry.none();
    return {
      module: TelemetryModule,
      providers: [{ provide: Telemetry, useFactory: start }],
      exports: [Telemetry],
    };
  }
}
