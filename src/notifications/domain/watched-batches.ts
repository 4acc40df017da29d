import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { WatchedBatch } from './watched-batch.js';

export interface WatchedBatchNeed {
  readonly sku: string;
  readonly reference: string;
}

/** The store of watched batches. It also puts their alerts into the outbox. */
export abstract class WatchedBatches implements Store<WatchedBatch, WatchedBatchNeed> {
  keyOf({ sku, reference }: WatchedBatchNeed): string {
    return JSON.stringify([sku, reference]);
  }

  abstract load(
    tx: Transaction,
    needs: readonly WatchedBatchNeed[],
  ): Promise<ReadonlyMap<string, WatchedBatch>>;
  abstract save(tx: Transaction, changed: readonly WatchedBatch[]): Promise<void>;

  /** Batches with collected lost promises whose last alert was before `alertedBefore`: at most `count`. */
  abstract dueForAlert(alertedBefore: Date, count: number): Promise<WatchedBatchNeed[]>;
}
