import type { StoredEvent } from '../../kernel/domain/events.js';
import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Dispatch } from './dispatch.js';

export interface DispatchNeed {
  readonly events: readonly StoredEvent[];
}

/** Where the events wait until they are sent. */
export abstract class Outbox implements Store<Dispatch, DispatchNeed> {
  keyOf({ events }: DispatchNeed): string {
    return events[0]!.id;
  }

  /** The types of events that any webhook wants. Until the transaction ends, no webhook is added or changed. */
  abstract wantedTypes(tx: Transaction): Promise<readonly string[]>;
  abstract load(tx: Transaction, needs: readonly DispatchNeed[]): Promise<ReadonlyMap<string, Dispatch>>;
  abstract save(tx: Transaction, changed: readonly Dispatch[]): Promise<void>;
}
