import type { DomainEvent } from '../domain/events.js';
import type { Transaction } from '../domain/store.js';
import type { CausedEvent } from './causation.js';

/** Where a unit of work puts its events: the log, which is the only one that fulfils it outside tests. */
export abstract class EventAppender {
  /** Appends as the last writes of the transaction. */
  abstract append(tx: Transaction, events: readonly CausedEvent[]): Promise<void>;

  /** Wakes the readers of this process after the commit: events of these types can be read now. */
  abstract announce(types: ReadonlySet<string>, events?: readonly DomainEvent[]): void;
}
