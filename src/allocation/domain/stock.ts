import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import { requireCode, requireDay, requireQuantity } from '../../vocabulary/values.js';

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
  readonly reference: string;
  #eta: string | null;
  #quantity: number;
  #allocated: number;
  #overdueNoted: string | undefined;

  /**
   * A batch as it was stored. Its reference and its date were checked when it was bought.
   * @throws {InvalidQuantity | OverAllocated}
   */
  constructor({ reference, eta, quantity, allocated, overdueNoted }: StockState) {
    requireQuantity(quantity, 0);
    this.reference = reference;
    this.#eta = eta;
    this.#quantity = quantity;
    this.#allocated = allocated;
    this.#overdueNoted = typeof overdueNoted === 'string' ? overdueNoted : undefined;
    this.#requireRoom(quantity, allocated);
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

  get eta(): string | null {
    return this.#eta;
  }

  get quantity(): number {
    return this.#quantity;
  }

  get allocated(): number {
    return this.#allocated;
  }

  get available(): number {
    return this.#quantity - this.#allocated;
  }

  /** As it is now; what comes later does not change it. */
  get state(): StockState {
    const { reference, eta, quantity, allocated } = this;
    const noted = this.#overdueNoted !== undefined && { overdueNoted: this.#overdueNoted };
    return Object.freeze({ reference, eta, quantity, allocated, ...noted });
  }

  canHold(quantity: number): boolean {
    return this.available >= quantity;
  }

  /** @param units that are claimed more; below 0: that are given back */
  claim(units: number): void {
    const allocated = this.#allocated + units;
    this.#requireRoom(this.#quantity, allocated);
    this.#allocated = allocated;
  }

  /** @throws {InvalidQuantity} */
  resize(quantity: number): void {
    requireQuantity(quantity, 0);
    this.#requireRoom(quantity, this.#allocated);
    this.#quantity = quantity;
  }

  /** @throws {InvalidDay} */
  reschedule(eta: string | null): void {
    requireDay(eta, 'eta');
    this.#eta = eta;
  }

  /** Whether its day has passed while lines wait for it, and that was not noted yet. */
  isNewlyOverdue(today: string): boolean {
    const eta = this.#eta;
    return eta !== null && eta < today && this.#allocated > 0 && this.#overdueNoted !== eta;
  }

  noteOverdue(): void {
    this.#overdueNoted = this.#eta!;
  }

  /** @throws {OverAllocated} */
  #requireRoom(quantity: number, allocated: number): void {
    if (Number.isSafeInteger(allocated) && allocated >= 0 && allocated <= quantity) return;
    const { reference, eta } = this;
    throw new OverAllocated({ reference, eta, quantity, allocated });
  }
}

/** Rule 3: on hand before inbound, then the earliest date, then the reference in byte order. */
export function inOrderOfPreference(a: StockState, b: StockState): number {
  if (a.eta === b.eta) return compareBytes(a.reference, b.reference);
  if (a.eta === null) return -1;
  if (b.eta === null) return 1;
  return a.eta < b.eta ? -1 : 1;
}
