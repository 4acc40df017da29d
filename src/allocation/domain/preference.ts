import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import { inOrderOfPreference, type BatchState } from './batch-state.js';

/**
 * Which of the batches that are available on the same day are taken first: by their references (`eta`), those that expire
 * first (`fefo`), those that came first (`fifo`), or those that came last (`lifo`).
 */
export const PREFERENCES = ['eta', 'fefo', 'fifo', 'lifo'] as const;
export type Preference = (typeof PREFERENCES)[number];

type Ranked = Pick<BatchState, 'lot' | 'enteredAt'>;

const DAY_MS = 86_400_000;

/**
 * The sort key of a batch among those that are available on the same day: the smallest first, and among equals the
 * reference in byte order. Units that keep for ever expire last. A batch of which nobody knows when it came is the oldest.
 */
export function rankOf({ lot, enteredAt = 0 }: Ranked, preference: Preference): number {
  switch (preference) {
    case 'eta':
      return 0;
    case 'fefo':
      return lot?.bestBefore ? Date.parse(lot.bestBefore) / DAY_MS : Number.MAX_SAFE_INTEGER;
    case 'fifo':
      return enteredAt;
    case 'lifo':
      return 0 - enteredAt;
  }
}

type InOrder = Ranked & Pick<BatchState, 'reference' | 'eta'>;

/** Rule 3: on hand before inbound, then the earliest date, and only then the preference. */
export function inOrderOf(preference: Preference): (a: InOrder, b: InOrder) => number {
  if (preference === 'eta') return inOrderOfPreference;
  const byRank = inOrderOfRank(preference);
  return (a, b) => (a.eta === b.eta ? byRank(a, b) : inOrderOfPreference(a, b));
}

/** The order of batches that are available on the same day. */
export function inOrderOfRank(preference: Preference): (a: InOrder, b: InOrder) => number {
  return (a, b) => rankOf(a, preference) - rankOf(b, preference) || compareBytes(a.reference, b.reference);
}
