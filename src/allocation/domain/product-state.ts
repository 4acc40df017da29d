import type { AllocatedLine } from './allocated-line.js';
import type { BatchState } from './batch-state.js';
import type { Documents } from './document.js';
import type { EndedPromise } from './ended-promises.js';
import type { Policy } from './policy.js';
import type { QueueChanges, QueueState } from './waiting-line.js';

/** The most orders of a batch that an event names. */
export const NAMED_ORDERS = 20;

/** An order whose line would leave a batch last, and its place in the leaving order. */
export interface LastToLeave {
  readonly orderId: string;
  readonly place: number;
}

/** Which part of a product was loaded, so that "not there" is never a guess. */
export interface LoadedPart {
  /** Whether the order's line is here if it exists. */
  hasOrder(orderId: string): boolean;
  /** Whether the batch is here if it exists, even when it is full. */
  hasBatch(reference: string): boolean;
  /** Whether every open batch is here; if not, those that come first in the order of preference are. */
  readonly hasEveryOpenBatch: boolean;
  /** Every line of the batch that leaves it no later than this, in the leaving order, is here; -Infinity if none is for certain. */
  leavingLinesUpTo(reference: string): number;
  /** Whether the order has a record of its own, so that its lines change with it. Left out: no order has. */
  isPartOfOrder?(orderId: string): boolean;
  /** Whether every line is here; undefined: no need asks for that; false: there are too many. */
  readonly hasEveryLine?: boolean;
  /** How many lines the batch has; undefined if they were not counted. */
  linesOn?(reference: string): number | undefined;
  /** Of the lines of the batch, those that would leave it last, `NAMED_ORDERS` at most; left out if they were not counted. */
  lastToLeave?(reference: string): readonly LastToLeave[] | undefined;
}

/** A product as a store loads it. */
export interface ProductState {
  readonly sku: string;
  readonly version: number;
  readonly lastSequence: number;
  readonly batches: readonly BatchState[];
  readonly lines: readonly AllocatedLine[];
  readonly loaded: LoadedPart;
  /** Those that the work names; left out: none. */
  readonly documents?: Documents;
  /** Left out: none was set. If it protects units, every open batch is loaded. */
  readonly policy?: Partial<Policy> | null;
  /** `YYYY-MM-DD` in the time zone of the service; left out: long ago, so that nothing has passed. */
  readonly today?: string;
  /** The lines that wait; left out: none do. */
  readonly queue?: QueueState;
}

/** A product without its lines: enough to allocate new ones, as long as none waits or is held, and no policy was set. */
export type ProductWithoutLines = Required<
  Pick<ProductState, 'version' | 'lastSequence' | 'batches' | 'today'>
> &
  Pick<LoadedPart, 'hasEveryOpenBatch'>;

/** A batch as a store writes it. */
export interface ChangedBatch extends BatchState {
  /** By what the store finds it; left out if nothing of it can have changed. */
  readonly index?: {
    /** See `rankOf`; null: 0. */
    readonly rank: number | null;
    /** See `lastUsableDay`; null: any day. */
    readonly usableUntil: string | null;
  };
}

/** What a store has to write: all that differs from what was loaded, and nothing else. */
export interface ProductChanges {
  readonly lastSequence: number;
  readonly batches: readonly ChangedBatch[];
  readonly lines: readonly AllocatedLine[];
  /** The orders of those lines that the product did not have when it was loaded. */
  readonly newOrderIds: ReadonlySet<string>;
  readonly goneOrderIds: readonly string[];
  /** Of the changed and the gone lines, those that were split over several batches before. */
  readonly splitBefore: readonly string[];
  readonly queue: QueueChanges;
  /** For the records of their orders. */
  readonly endedPromises: readonly EndedPromise[];
  /** Left out: it has not changed. */
  readonly policy?: Policy;
}
