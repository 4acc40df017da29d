import type { Allocation } from './order-line.js';
import type { WaitingLine } from './waiting-line.js';

/** What an allocation answers if a batch can hold the line. */
export interface Allocated {
  /** Whether the line was allocated by this call; otherwise it had this allocation before. */
  readonly isNew: boolean;
  readonly allocation: Allocation;
}

/** What an allocation answers if the line waits. */
export interface Backordered {
  /** Whether the line came to the queue by this call; otherwise it has waited before. */
  readonly isNew: boolean;
  readonly waiting: WaitingLine;
}
