import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Endpoint } from './endpoint.js';

export interface EndpointNeed {
  readonly id: string;
}

/** Where the webhooks are. */
export abstract class Endpoints implements Store<Endpoint, EndpointNeed> {
  keyOf({ id }: EndpointNeed): string {
    return id;
  }

  abstract load(tx: Transaction, needs: readonly EndpointNeed[]): Promise<ReadonlyMap<string, Endpoint>>;

  /** @throws {TooManyWebhooks | EventsPruned | AheadOfLog} the last two of a replay */
  abstract save(tx: Transaction, changed: readonly Endpoint[]): Promise<void>;
}
