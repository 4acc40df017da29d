import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import { requireCode } from '../../vocabulary/code.js';
import { requireDay } from '../../vocabulary/eta.js';
import { requireQuantity } from '../../vocabulary/quantity.js';

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
}

/** Rule 2 would be broken: more units claimed than the batch has, or fewer than 0. A programming error. */
export class OverAllocated extends Error {
  constructor({ reference, quantity, allocated }: BatchState) {
    super(`Batch ${reference} cannot have ${allocated} of ${quantity} units allocated.`);
    this.name = 'OverAllocated';
  }
}

/** A batch of a product, and the units of it that order lines claim: never more than it has (rule 2). */
export class Batch implements BatchState {
  readonly reference: string;
  #eta: string | null;
  #quantity: number;
  #allocated: number;
  #held: number;
  #overdueNoted: string | undefined;

  /**
   * A stored batch. Its reference and date were checked when it was registered.
   * @throws {InvalidQuantity | OverAllocated}
   */
  constructor({ reference, eta, quantity, allocated, held = 0, overdueNoted }: BatchState) {
    requireQuantity(quantity, 0);
    this.reference = reference;
    this.#eta = eta;
    this.#quantity = quantity;
    this.#allocated = allocated;
    this.#held = held;
    this.#overdueNoted = typeof overdueNoted === 'string' ? overdueNoted : undefined;
    this.#requireRoom(quantity, allocated);
  }

  /**
   * A new batch, of which no unit is claimed.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay}
   */
  static registered({ reference, eta, quantity }: Omit<BatchState, 'allocated'>): Batch {
    requireCode(reference, 'reference');
    requireDay(eta, 'eta');
    return new Batch({ reference, eta, quantity, allocated: 0 });
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

  /** Of the claimed units, those of holds. */
  get held(): number {
    return this.#held;
  }

  get available(): number {
    return this.#quantity - this.#allocated;
  }

  /** A frozen copy: later changes of the batch do not reach it. */
  get state(): BatchState {
    const { reference, eta, quantity, allocated } = this;
    const noted = this.#overdueNoted !== undefined && { overdueNoted: this.#overdueNoted };
    const held = this.#held > 0 && { held: this.#held };
    return Object.freeze({ reference, eta, quantity, allocated, ...held, ...noted });
  }

  /**
   * @param units to claim; negative to give units back
   * @throws {OverAllocated}
   */
  claim(units: number, { areHeld }: { readonly areHeld: boolean }): void {
    const allocated = this.#allocated + units;
    this.#requireRoom(this.#quantity, allocated);
    this.#allocated = allocated;
    if (areHeld) this.#held += units;
  }

  /** @throws {InvalidQuantity | OverAllocated} */
  changeQuantity(quantity: number): void {
    requireQuantity(quantity, 0);
    this.#requireRoom(quantity, this.#allocated);
    this.#quantity = quantity;
  }

  /** @throws {InvalidDay} */
  reschedule(eta: string | null): void {
    requireDay(eta, 'eta');
    this.#eta = eta;
  }

  /** Whether its `eta` has passed while lines wait for it, and this `eta` was not noted yet. */
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

type Dated = Pick<BatchState, 'reference' | 'eta'>;

/** Rule 3: on hand before inbound, then the earliest date, then the reference in byte order. */
export function inOrderOfPreference(a: Dated, b: Dated): number {
  if (a.eta === b.eta) return compareBytes(a.reference, b.reference);
  if (a.eta === null) return -1;
  if (b.eta === null) return 1;
  return a.eta < b.eta ? -1 : 1;
}
