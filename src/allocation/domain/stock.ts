import { inByteOrder } from '../../shared/domain/byte-order.js';
import { requireCode, requireDay, requireQuantity } from '../../shared/domain/values.js';

/** What a batch offers, as allocation sees it. */
export interface StockState {
  readonly reference: string;
  /** `YYYY-MM-DD`, or null for stock on hand. */
  readonly eta: string | null;
  /** Units bought. */
  readonly quantity: number;
  /** Units of it that are claimed. */
  readonly allocated: number;
  /** The date of which it was published already that it has passed while lines wait; left out: none. */
  readonly overdueNoted?: string;
}

/** More units would be claimed from a batch than it has, or fewer than none: a mistake in the program. */
export class OverAllocated extends Error {
  constructor({ reference, quantity, allocated }: StockState) {
    super(`Batch ${reference} cannot have ${allocated} of ${quantity} units allocated.`);
    this.name = 'OverAllocated';
  }
}

/** One batch of the product's stock: an entity, the same one as long as its reference is. It is never over-allocated. */
export class Stock implements StockState {
  #state: StockState;

  /**
   * A batch as it was stored. Its reference and its date were checked when it was bought.
   * @throws {InvalidQuantity | OverAllocated}
   */
  constructor({ reference, eta, quantity, allocated, overdueNoted }: StockState) {
    requireQuantity(quantity, 0);
    const noted = typeof overdueNoted === 'string' && { overdueNoted };
    this.#state = checked({ reference, eta, quantity, allocated, ...noted });
  }

  /**
   * A batch that was bought a moment ago.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay}
   */
  static bought({ reference, eta, quantity }: Omit<StockState, 'allocated'>): Stock {
    requireCode(reference, 'reference');
    requireDay(eta, 'eta');
    return new Stock({ reference, eta, quantity, allocated: 0 });
  }

  get reference(): string {
    return this.#state.reference;
  }

  get eta(): string | null {
    return this.#state.eta;
  }

  get quantity(): number {
    return this.#state.quantity;
  }

  get allocated(): number {
    return this.#state.allocated;
  }

  get available(): number {
    return this.quantity - this.allocated;
  }

  /** As it is now; what comes later does not change it. */
  get state(): StockState {
    return this.#state;
  }

  canHold(quantity: number): boolean {
    return this.available >= quantity;
  }

  /** @param units that are claimed more; below 0: that are given back */
  claim(units: number): void {
    this.#state = checked({ ...this.#state, allocated: this.allocated + units });
  }

  /** @throws {InvalidQuantity} */
  resize(quantity: number): void {
    requireQuantity(quantity, 0);
    this.#state = checked({ ...this.#state, quantity });
  }

  /** @throws {InvalidDay} */
  reschedule(eta: string | null): void {
    requireDay(eta, 'eta');
    this.#state = Object.freeze({ ...this.#state, eta });
  }

  /** Whether its day has passed while lines wait for it, and that was not noted yet. */
  isNewlyOverdue(today: string): boolean {
    const { eta, allocated, overdueNoted } = this.#state;
    return eta !== null && eta < today && allocated > 0 && overdueNoted !== eta;
  }

  noteOverdue(): void {
    this.#state = Object.freeze({ ...this.#state, overdueNoted: this.eta! });
  }
}

function checked(state: StockState): StockState {
  const { allocated, quantity } = state;
  if (!Number.isSafeInteger(allocated) || allocated < 0 || allocated > quantity)
    throw new OverAllocated(state);
  return Object.freeze(state);
}

/** Rule 3: on hand before inbound, then the earliest date, then the reference in byte order. */
export function inOrderOfPreference(a: StockState, b: StockState): number {
  if (a.eta === b.eta) return inByteOrder(a.reference, b.reference);
  if (a.eta === null) return -1;
  if (b.eta === null) return 1;
  return a.eta < b.eta ? -1 : 1;
}
