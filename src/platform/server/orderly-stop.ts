import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ApiKeyRefresher } from '../access/api-key-refresher.js';
import { LiveFeed } from '../events-api/live-feed.js';
import { Retention } from '../retention/retention.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';

/**
 * Stops the kernel once the last call is answered, and before the connections to the database are closed: whoever
 * asks for one after that waits for ever. Nest closes its global modules last and in an order of its own, and both
 * the kernel and TypeORM's module are global; hence this belongs to the module of the application, which is not.
 */
@Injectable()
export class OrderlyStop implements OnApplicationShutdown {
  constructor(
    private readonly feed: LiveFeed,
    private readonly subscriptions: Subscriptions,
    private readonly retention: Retention,
    private readonly keys: ApiKeyRefresher,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.feed.stop(), this.subscriptions.stop(), this.retention.stop(), this.keys.stop()]);
    await this.unitOfWork.flush();
  }
}
