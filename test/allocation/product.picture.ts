import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import type { Policy } from '../../src/allocation/domain/policy.js';
import type { Line } from './placement.model.js';
import type { Waiting } from './queue.model.js';

/** A batch as it is stored; of its goods, the units that have come while others are still to come. */
export type BatchPicture = Omit<BatchState, 'goods' | 'earlier' | 'enteredAt'> & {
  readonly received?: number;
};

/** The terms of a line as they are stored. */
export interface TermsPicture extends Pick<LineTerms, 'split' | 'neededBy' | 'expiresAt' | 'priority'> {
  readonly locations: readonly string[] | null;
}

/** What is there of a product. */
export interface Picture {
  readonly version: number;
  /** In the order of their references. */
  readonly batches: readonly BatchPicture[];
  /** In the order of allocation, with their claims in the order of references. */
  readonly lines: readonly (Pick<Line, 'orderId' | 'claims' | 'promisedDate'> & {
    readonly terms: TermsPicture;
    readonly mayWait: boolean;
  })[];
  /** In the order of the queue. */
  readonly waiting: readonly (Pick<Waiting, 'orderId' | 'quantity' | 'promisedDate'> & {
    readonly terms: TermsPicture;
    readonly channel: string;
  })[];
  /** Of all lines, those that wait included: the oldest first. */
  readonly orderIds: readonly string[];
  readonly policy: Policy;
  readonly lastChannel: string | null;
}

export const termsPicture = ({
  split,
  neededBy,
  expiresAt,
  priority,
  locations,
}: LineTerms): TermsPicture => ({
  ...{ split, neededBy, expiresAt, priority, locations: locations ?? null },
});
