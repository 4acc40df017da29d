import { inByteOrder } from '../../shared/domain/byte-order.js';

/** What a batch offers, as allocation sees it. */
export interface StockState {
  readonly reference: string;
  /** `YYYY-MM-DD`, or null for stock on hand. */
  readonly eta: string | null;
  /** Units bought. */
  readonly quantity: number;
  /** Units of it that are claimed. */
  readonly allocated: number;
}

/** One batch of the product's stock: an entity, the same one as long as its reference is. */
export class Stock implements StockState {
  readonly reference: string;
  eta: string | null;
  quantity: number;
  allocated: number;

  constructor(state: StockState) {
    this.reference = state.reference;
    this.eta = state.eta;
    this.quantity = state.quantity;
    this.allocated = state.allocated;
  }

  get available(): number {
    return this.quantity - this.allocated;
  }

  canHold(quantity: number): boolean {
    return this.available >= quantity;
  }
}

/** Rule 3: on hand before inbound, then the earliest date, then the reference in byte order. */
export function inOrderOfPreference(a: StockState, b: StockState): number {
  if (a.eta === b.eta) return inByteOrder(a.reference, b.reference);
  if (a.eta === null) return -1;
  if (b.eta === null) return 1;
  return a.eta < b.eta ? -1 : 1;
}
