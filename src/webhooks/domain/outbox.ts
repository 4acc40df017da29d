import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Dispatch } from './dispatch.js';

export interface DispatchNeed {
  readonly eventId: string;
}

/** Where the events wait until they are sent. */
export abstract class Outbox implements Store<Dispatch, DispatchNeed> {
  keyOf({ eventId }: DispatchNeed): string {
    return eventId;
  }

  /** The types of events that any webhook wants. Until the transaction ends, no webhook is added or changed. */
  abstract wantedTypes(tx: Transaction): Promise<readonly string[]>;
  abstract load(tx: Transaction, needs: readonly DispatchNeed[]): Promise<ReadonlyMap<string, Dispatch>>;
  abstract save(tx: Transaction, changed: readonly Dispatch[]): Promise<void>;
}
