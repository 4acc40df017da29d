import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventLog } from '../../kernel/event-log/event-log.js';
import type { Kernel } from '../../kernel/kernel.js';
import { EventsController } from './events.controller.js';
import { LiveFeed } from './live-feed.js';

/** The event log over HTTP: page by page, or as a live feed. */
@Module({ controllers: [EventsController] })
export class EventsApiModule {
  /**
   * @param access exports `Authenticator`
   * @param feedsPerCaller how many live feeds one caller may have open
   */
  static forRoot(
    { postgres, eventLog }: Kernel,
    access: DynamicModule,
    feedsPerCaller: number,
  ): DynamicModule {
    return {
      module: EventsApiModule,
      imports: [postgres, eventLog, access],
      providers: [
        {
          provide: LiveFeed,
          useFactory: (log: EventLog, dataSource: DataSource) =>
            new LiveFeed(log, dataSource, feedsPerCaller),
          inject: [EventLog, DataSource],
        },
      ],
    };
  }
}
