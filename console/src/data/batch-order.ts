import type { PolicyBody } from '@earmark/client';

interface Batch {
  readonly reference: string;
  readonly eta: string | null;
  readonly bestBefore: string | null;
}

/**
 * The batches in the order in which lines get them (rule 3): on hand first, then the earliest date; those of a day that
 * expire first with `fefo`, otherwise by their references. When a batch came, by which `fifo` and `lifo` go, the API does
 * not say.
 */
export const inOrderOfChoice = <Each extends Batch>(
  batches: readonly Each[],
  preference: PolicyBody['preference'],
): readonly Each[] =>
  batches.toSorted(
    (one, other) =>
      compare(one.eta ?? '', other.eta ?? '') ||
      (preference === 'fefo' ? compare(one.bestBefore ?? KEEPS, other.bestBefore ?? KEEPS) : 0) ||
      compare(one.reference, other.reference),
  );

/** After any day. */
const KEEPS = '~';

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
