import type { StoredEvent } from '../../kernel/domain/events.js';
import type { Transaction } from '../../kernel/domain/store.js';

/** Where the events wait until they are sent. */
export abstract class Outbox {
  /** The types of events that any webhook wants. Until the transaction ends, no webhook is added or changed. */
  abstract wantedTypes(tx: Transaction): Promise<readonly string[]>;

  /** Queues events, in their order, for every webhook that wants them. */
  abstract queue(tx: Transaction, events: readonly StoredEvent[]): Promise<void>;
}
