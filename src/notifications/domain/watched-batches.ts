import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { WatchedBatch } from './watched-batch.js';

export interface WatchedBatchNeed {
  readonly sku: string;
  readonly reference: string;
}

/** Where the batches live of which something was reported, and where their alerts become mails to be sent. */
export abstract class WatchedBatches implements Store<WatchedBatch, WatchedBatchNeed> {
  keyOf({ sku, reference }: WatchedBatchNeed): string {
    return JSON.stringify([sku, reference]);
  }

  abstract load(
    tx: Transaction,
    needs: readonly WatchedBatchNeed[],
  ): Promise<ReadonlyMap<string, WatchedBatch>>;
  abstract save(tx: Transaction, changed: readonly WatchedBatch[]): Promise<void>;

  /** The batches whose lost promises wait, and that were last reported before `alertedBefore`: `count` at most. */
  abstract dueForAlert(alertedBefore: Date, count: number): Promise<WatchedBatchNeed[]>;
}
