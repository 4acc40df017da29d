import { Module, type DynamicModule } from '@nestjs/common';
import { Calendar } from './calendar.js';
import { PROCESS_CONTEXT, type ProcessContext } from './process-context.js';

/** What the process is for, and which day it is. */
@Module({})
export class LifecycleModule {
  static forRoot(context: ProcessContext, timeZone: string): DynamicModule {
    return {
      module: LifecycleModule,
      providers: [
        { provide: PROCESS_CONTEXT, useValue: context },
        { provide: Calendar, useValue: new Calendar(timeZone) },
      ],
      exports: [PROCESS_CONTEXT, Calendar],
    };
  }
}
