import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import type { Lot } from './lot.js';
import type { EarlierPromise } from './promised-date.js';

/** What has become of the units of a batch in the warehouse. */
export interface Goods {
  /** Units that have come of a batch of which others are still to come. */
  readonly received: number;
  /** Units that have left with shipments. */
  readonly shipped: number;
  /** Units that came back. */
  readonly returned: number;
  /** Units that were written off, less those that were found. */
  readonly writtenOff: number;
  /**
   * Of the found units, those that only explain how more could leave than was bought; with a minus sign, written off since
   * more was bought than a batch can have. Left out: none.
   */
  readonly excess?: number;
}

/** That of nearly all batches. */
export const NO_GOODS: Goods = Object.freeze({ received: 0, shipped: 0, returned: 0, writtenOff: 0 });

/** A batch as allocation stores it. */
export interface BatchState {
  readonly reference: string;
  /** `YYYY-MM-DD`, or null for a batch on hand. */
  readonly eta: string | null;
  /** Units that it still has to give: bought, less those that have left. */
  readonly quantity: number;
  /** Units that order lines claim. */
  readonly allocated: number;
  /** Of the claimed units, those of holds; left out if there are none. */
  readonly held?: number;
  /** The `eta` for which `BatchOverdue` was published last; left out if it never was. */
  readonly overdueNoted?: string;
  /** Left out if nothing has happened in the warehouse. */
  readonly goods?: Goods;
  /** Left out if nothing was said about it. */
  readonly lot?: Lot;
  /** When its first units came or, while none have, when it was registered, in ms since 1970; left out if that was not read. */
  readonly enteredAt?: number | undefined;
  /**
   * What it promised before it had its `eta`, in the order of allocation (rule 7b); left out if every line of it was
   * promised its `eta`. Empty if a line of it has a day of its own.
   */
  readonly earlier?: readonly EarlierPromise[];
}

type Dated = Pick<BatchState, 'reference' | 'eta'>;

/** Rule 3: on hand before inbound, then the earliest date, then the reference in byte order. */
export function inOrderOfPreference(a: Dated, b: Dated): number {
  if (a.eta === b.eta) return compareBytes(a.reference, b.reference);
  if (a.eta === null) return -1;
  if (b.eta === null) return 1;
  return a.eta < b.eta ? -1 : 1;
}
