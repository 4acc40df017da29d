import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Batch } from './batch.js';

export interface BatchNeed {
  readonly reference: string;
}

/** The store of batches: one in PostgreSQL, one in memory for tests. */
export abstract class Batches implements Store<Batch, BatchNeed> {
  keyOf({ reference }: BatchNeed): string {
    return reference;
  }

  abstract load(tx: Transaction, needs: readonly BatchNeed[]): Promise<ReadonlyMap<string, Batch>>;
  abstract save(tx: Transaction, changed: readonly Batch[]): Promise<void>;
}
