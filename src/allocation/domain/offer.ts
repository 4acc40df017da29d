import type { Batch } from './batch.js';
import { inOrderOfRank, type Preference } from './preference.js';

/** Units that a batch could give on one day. A batch is itself the offer of all its units on its `eta`. */
export interface Offer {
  readonly batch: Batch;
  /** `YYYY-MM-DD`; null: now. */
  readonly eta: string | null;
  /**
   * Units that nobody claims.
   * @param own units of the batch that a line claims now and would give back
   */
  free(own: number): number;
}

/** What has come of a batch of which the rest is still to come. Those who have claimed units before come first. */
class UnitsThatHaveCome implements Offer {
  readonly eta = null;

  constructor(readonly batch: Batch) {}

  free(own: number): number {
    return this.batch.freeOnHand(own);
  }
}

/**
 * What the batches offer, in the order of preference (rule 3): a batch that has come in part offers these units among
 * those on hand, and all of its units on its `eta`.
 * @param batches in the order of preference
 */
export function offersOf(batches: readonly Batch[], preference: Preference = 'eta'): readonly Offer[] {
  const now = batches.flatMap((batch): Offer[] => {
    if (batch.eta === null) return [batch];
    return batch.isPartlyReceived ? [new UnitsThatHaveCome(batch)] : [];
  });
  const inOrder = inOrderOfRank(preference);
  now.sort((a, b) => inOrder(a.batch, b.batch));
  return [...now, ...batches.filter(({ eta }) => eta !== null)];
}
