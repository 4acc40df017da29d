import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Kernel } from '../../kernel/kernel.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { Retention, type RetentionDays } from './retention.js';

/** Deletes what is old enough. */
@Module({})
export class RetentionModule {
  static forRoot({ lifecycle, postgres }: Kernel, days: RetentionDays): DynamicModule {
    return {
      module: RetentionModule,
      imports: [lifecycle, postgres],
      providers: [
        {
          provide: Retention,
          useFactory: (dataSource: DataSource, context: ProcessContext) =>
            new Retention(dataSource, days, context),
          inject: [DataSource, PROCESS_CONTEXT],
        },
      ],
    };
  }
}
