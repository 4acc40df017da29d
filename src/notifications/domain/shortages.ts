import type { Store, Transaction } from '../../kernel/domain/store.js';
import type { Shortage } from './shortage.js';

export interface ShortageNeed {
  readonly sku: string;
}

/** Where shortages live, and where their alerts become mails to be sent. */
export abstract class Shortages implements Store<Shortage, ShortageNeed> {
  keyOf({ sku }: ShortageNeed): string {
    return sku;
  }

  abstract load(tx: Transaction, needs: readonly ShortageNeed[]): Promise<ReadonlyMap<string, Shortage>>;
  abstract save(tx: Transaction, changed: readonly Shortage[]): Promise<void>;

  /** The SKUs whose refusals were counted, and that were last reported before `alertedBefore`: `count` at most. */
  abstract dueForAlert(alertedBefore: Date, count: number): Promise<string[]>;
}
