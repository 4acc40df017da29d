import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import type { Settings } from '../config/settings.js';
import { packageJson } from '../config/package-json.js';
import { Telemetry } from './telemetry.js';

/** What is measured, and who may see it. The command line measures nothing. */
@Module({})
export class TelemetryModule {
  static with({ telemetry }: Settings, role: ProcessContext): DynamicModule {
    const start = () =>
      role === 'server' ? Telemetry.start(telemetry, packageJson().version) : Telemetry.none();
    return {
      module: TelemetryModule,
      providers: [{ provide: Telemetry, useFactory: start }],
      exports: [Telemetry],
    };
  }
}
