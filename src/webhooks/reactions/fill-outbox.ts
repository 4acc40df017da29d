import { CommandBus } from '@nestjs/cqrs';
import type { StoredEvent } from '../../kernel/domain/events.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { QueueEvents } from '../commands/queue-events.js';
import { EVENT_TYPES } from '../domain/event-types.js';
import { Outbox } from '../domain/outbox.js';

/** Every event is queued for the webhooks that want it. What none of them wants is not even read. */
@Subscription({ name: 'webhooks.outbox', events: EVENT_TYPES })
export class FillOutbox implements Reaction {
  constructor(
    private readonly commands: CommandBus,
    private readonly outbox: Outbox,
  ) {}

  async wantedTypes(tx: Transaction): Promise<readonly string[]> {
    return this.outbox.wantedTypes(tx);
  }

  async react(event: StoredEvent): Promise<void> {
    await this.reactToAll([event]);
  }

  async reactToAll(events: readonly StoredEvent[]): Promise<void> {
    await this.commands.execute(new QueueEvents(events));
  }
}
