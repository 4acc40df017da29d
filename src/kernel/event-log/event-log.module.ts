import { Module, type DynamicModule } from '@nestjs/common';
import { EventAppender } from '../cause/event-appender.js';
import { EventLog } from './event-log.js';
import { PartitionJob } from './partitions.js';
import { Upcasters } from './upcasters.js';

/** The log of events. */
@Module({
  providers: [Upcasters, EventLog, { provide: EventAppender, useExisting: EventLog }, PartitionJob],
  exports: [Upcasters, EventLog, EventAppender],
})
export class EventLogModule {
  /**
   * @param lifecycle exports `PROCESS_CONTEXT`
   * @param postgres exports the data source
   */
  static forRoot(lifecycle: DynamicModule, postgres: DynamicModule): DynamicModule {
    return { module: EventLogModule, imports: [lifecycle, postgres] };
  }
}
