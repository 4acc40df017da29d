import type { StoredEvent } from '../../kernel/domain/events.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { Subscription, type SliceReaction } from '../../kernel/subscriptions/readers/subscription.js';
import { EVENT_TYPES } from '../domain/event-types.js';
import { Outbox } from '../domain/outbox.js';

/**
 * Every event is queued for the webhooks that want it. What none of them wants is not even read. Calls come first: while they take all
 * there is, few events could be sent.
 */
@Subscription({ name: 'webhooks.outbox', events: EVENT_TYPES, yieldsToCalls: true })
export class FillOutbox implements SliceReaction {
  constructor(private readonly outbox: Outbox) {}

  async wantedTypes(tx: Transaction): Promise<readonly string[]> {
    return this.outbox.wantedTypes(tx);
  }

  async reactToAll(events: readonly StoredEvent[], tx: Transaction): Promise<void> {
    await this.outbox.queue(tx, events);
  }
}
