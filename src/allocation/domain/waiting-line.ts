import { SEQUENCES } from './allocated-line.js';
import type { LineTerms } from './order-line.js';

/** An order line that waits for its units, and claims none. */
export interface WaitingLine {
  readonly orderId: string;
  /** Units. */
  readonly quantity: number;
  /** Its age: its place in the order in which lines of the product were ordered. It keeps it when it gets its units. */
  readonly sequence: number;
  readonly terms: LineTerms;
  /** The day that it was promised before it had to wait (rule 7b), null: at once; left out: it was promised none yet. */
  readonly promisedDate?: string | null;
}

const HIGHEST_PRIORITY = 9;

/** Lines wait in this order, the smallest number first (rule 12): higher priority before lower, then the oldest. */
export function placeInQueue({
  sequence,
  terms: { priority },
}: Pick<WaitingLine, 'sequence' | 'terms'>): number {
  return (HIGHEST_PRIORITY - priority) * SEQUENCES + sequence;
}

/** That of a line which was not ordered before: it is behind all others of its priority. */
export const YOUNGEST = SEQUENCES - 1;

/** Units that are free: of the batch with the most of them, and of all batches. */
export interface FreeUnits {
  readonly largest: number;
  readonly total: number;
}

export function isHeldInQueue({ terms }: WaitingLine): boolean {
  return terms.expiresAt !== null;
}

/** The queue of a product as a store loads it. */
export interface QueueState {
  /** Lines that wait, loaded or not. */
  readonly waiting: number;
  /** Those of the orders that the needs name, those whose hold has ended, and those of `upTo`. */
  readonly lines: readonly WaitingLine[];
  /** So many units may be free: every line that they could meet is here. Left out: none is for certain. */
  readonly upTo?: FreeUnits;
  /** Every line up to this place in the order of the queue is here. Left out: none is for certain. */
  readonly upToPlace?: number;
  /** The channel that was served last in turn, empty: lines of no channel. Null or left out: none was. */
  readonly lastChannel?: string | null;
}

export const NOBODY_WAITS: QueueState = Object.freeze({ waiting: 0, lines: [] });

/** What a store has to write of a queue. */
export interface QueueChanges {
  /** Lines that wait. */
  readonly waiting: number;
  readonly lines: readonly WaitingLine[];
  readonly goneOrderIds: readonly string[];
  /** The channel that was served last in turn. Left out: it has not changed. */
  readonly lastChannel?: string;
}
