import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Shortage } from './shortage.js';

export interface ShortageNeed {
  readonly sku: string;
}

/** The store of shortages. It also puts their alerts into the outbox. */
export abstract class Shortages implements Store<Shortage, ShortageNeed> {
  keyOf({ sku }: ShortageNeed): string {
    return sku;
  }

  abstract load(tx: Transaction, needs: readonly ShortageNeed[]): Promise<ReadonlyMap<string, Shortage>>;
  abstract save(tx: Transaction, changed: readonly Shortage[]): Promise<void>;

  /** SKUs with counted refusals whose last alert was before `alertedBefore`: at most `count`. */
  abstract dueForAlert(alertedBefore: Date, count: number): Promise<string[]>;
}
