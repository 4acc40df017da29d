import type { DomainEvent } from '../domain/events.js';
import type { Transaction } from '../domain/store.js';
import type { Cause } from './causation.js';

/** An event and what led to it. */
export interface CausedEvent {
  readonly event: DomainEvent;
  readonly cause: Cause;
  /** Left out: it gets one when it is appended. */
  readonly id?: string;
  /** Subscriptions that had their effect in the transaction that appends it, so that their readers pass over it. */
  readonly handledBy?: readonly string[];
}

/** Where a unit of work puts its events: the event log, or a double of it in tests. */
export abstract class EventAppender {
  /** Appends as the last writes of the transaction. */
  abstract append(tx: Transaction, events: readonly CausedEvent[]): Promise<void>;

  /** Wakes the readers of this process after the commit: events of these types can be read now. */
  abstract announce(types: ReadonlySet<string>, events?: readonly DomainEvent[]): void;
}
