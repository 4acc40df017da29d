import { requireCode } from '../../vocabulary/code.js';
import { requireDay } from '../../vocabulary/eta.js';
import { MOST_UNITS, requireQuantity } from '../../vocabulary/quantity.js';
import { NO_GOODS, type BatchState, type Goods } from './batch-state.js';
import { promisedAt, withPromise, type EarlierPromise } from './promised-date.js';
import { isSameLot, PLAIN_LOT, usable, type Lot } from './lot.js';
import { TooManyUnits } from './warehouse-errors.js';

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
  #goods: Goods;
  #lot: Lot;
  #enteredAt: number | undefined;
  #earlier: readonly EarlierPromise[] | undefined;

  /**
   * A stored batch. Its reference and date were checked when it was registered.
   * @throws {InvalidQuantity | OverAllocated}
   */
  constructor({
    reference,
    eta,
    quantity,
    allocated,
    held = 0,
    overdueNoted,
    goods,
    lot,
    enteredAt,
    earlier,
  }: BatchState) {
    requireQuantity(quantity, 0);
    this.reference = reference;
    this.#eta = eta;
    this.#quantity = quantity;
    this.#allocated = allocated;
    this.#held = held;
    this.#overdueNoted = typeof overdueNoted === 'string' ? overdueNoted : undefined;
    this.#goods = goods ? withoutExcess(goods) : NO_GOODS;
    this.#lot = lot && !isSameLot(lot, PLAIN_LOT) ? lot : PLAIN_LOT;
    this.#enteredAt = enteredAt ?? undefined;
    this.#earlier = earlier ?? undefined;
    this.#requireRoom(quantity, allocated);
  }

  /**
   * A new batch, of which no unit is claimed.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay}
   */
  static registered({
    reference,
    eta,
    quantity,
    lot = PLAIN_LOT,
    enteredAt,
  }: Omit<BatchState, 'allocated'>): Batch {
    requireCode(reference, 'reference');
    requireDay(eta, 'eta');
    const entered = enteredAt !== undefined && { enteredAt };
    return new Batch({ reference, eta, quantity, allocated: 0, lot, ...entered });
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

  /** It is itself the offer of all its units on its `eta`: see `Offer`. */
  get batch(): this {
    return this;
  }

  /** @param own claimed units that are given back */
  free(own: number): number {
    return this.available + own;
  }

  /** Whether units of it have come while others are still to come. */
  get isPartlyReceived(): boolean {
    return this.#goods.received > 0;
  }

  /**
   * Of the units that have come of a batch of which others are still to come, those that nobody claims.
   * @param own claimed units that are given back
   */
  freeOnHand(own: number): number {
    return Math.max(this.#goods.received - this.#allocated + own, 0);
  }

  /**
   * When units of it are available, `YYYY-MM-DD`; null: now.
   * @param own claimed units that are given back for them
   */
  dateOf(units: number, own: number): string | null {
    return this.freeOnHand(own) >= units ? null : this.#eta;
  }

  /** Units in the warehouse, claimed or not. */
  get onHand(): number {
    return this.#eta === null ? this.#quantity : this.#goods.received;
  }

  /** Units that are still to come. */
  get outstanding(): number {
    return this.#quantity - this.onHand;
  }

  /** Units that were bought: those that it has, and those that have gone. */
  get bought(): number {
    const { shipped, writtenOff, returned } = this.#goods;
    return this.#quantity + shipped + writtenOff - returned;
  }

  get goods(): Goods {
    return this.#goods;
  }

  get lot(): Lot {
    return this.#lot;
  }

  /** See `BatchState`. */
  get enteredAt(): number | undefined {
    return this.#enteredAt;
  }

  /** Its first units have come. */
  enter(at: Date): void {
    this.#enteredAt = at.getTime();
  }

  changeLot(lot: Lot): void {
    this.#lot = isSameLot(lot, PLAIN_LOT) ? PLAIN_LOT : Object.freeze({ ...lot });
  }

  /** Whether units of it can be promised for the day: see `usable`. */
  isUsable(day: string, minimumShelfLifeDays = 0): boolean {
    return this.#lot === PLAIN_LOT || usable(this.#lot, day, minimumShelfLifeDays);
  }

  /** A frozen copy: later changes of the batch do not reach it. */
  get state(): BatchState {
    const { reference, eta, quantity, allocated } = this;
    const facts = { reference, eta, quantity, allocated };
    // Nearly all batches have no more, and pay nothing for it.
    if (!this.#hasMore) return Object.freeze(facts);
    const noted = this.#overdueNoted !== undefined && { overdueNoted: this.#overdueNoted };
    const held = this.#held > 0 && { held: this.#held };
    const goods = this.#goods !== NO_GOODS && { goods: this.#goods };
    const earlier = this.#earlier && { earlier: this.#earlier };
    const lot = this.#lot !== PLAIN_LOT && { lot: this.#lot };
    const entered = this.#enteredAt !== undefined && { enteredAt: this.#enteredAt };
    return Object.freeze({ ...facts, ...held, ...noted, ...goods, ...lot, ...entered, ...earlier });
  }

  get #hasMore(): boolean {
    const isNoted = this.#overdueNoted !== undefined || this.#earlier !== undefined;
    const isSpecial = this.#lot !== PLAIN_LOT || this.#goods !== NO_GOODS || this.#enteredAt !== undefined;
    return isNoted || isSpecial || this.#held > 0;
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
    // What has come stays, as far as there is still so much of the batch.
    if (this.#goods.received > quantity) this.#note({ received: quantity });
  }

  /**
   * A date for a batch that is on hand means that it has not come after all. Its lines keep the day that they were
   * promised (rule 7b).
   * @param lastSequence the place in the order of allocation that was given out last
   * @throws {InvalidDay}
   */
  reschedule(eta: string | null, lastSequence: number): void {
    requireDay(eta, 'eta');
    this.#earlier =
      this.#allocated > 0
        ? withPromise(this.#earlier ?? [], { upTo: lastSequence, eta: this.#eta })
        : undefined;
    this.#eta = eta;
    if (eta === null && this.#goods.received > 0) this.#note({ received: 0 });
  }

  /**
   * The batch has more units than were bought. Units that were found may let it have more than were bought already.
   * @throws {TooManyUnits}
   */
  grow(units: number): void {
    const most = Math.max(this.bought, this.#quantity) + units;
    if (most > MOST_UNITS) throw new TooManyUnits(this.reference, most);
    this.#quantity += units;
  }

  /** Units have come, as many as are outstanding at most. */
  receive(units: number): void {
    if (this.#eta !== null) this.#note({ received: this.#goods.received + units });
  }

  /**
   * Claimed units leave.
   * @param units negative if they have not left after all
   * @throws {OverAllocated} if fewer are claimed
   */
  ship(units: number): void {
    this.#requireRoom(this.#quantity - units, this.#allocated - units);
    this.#moveStock(-units);
    this.#allocated -= units;
    this.#note({ shipped: this.#goods.shipped + units });
  }

  /** Units that had left come back, and can be promised. */
  restock(units: number): void {
    this.#moveStock(units);
    this.#note({ returned: this.#goods.returned + units });
  }

  /** Units that had left come back, and are of no use. */
  scrap(units: number): void {
    this.#note({ returned: this.#goods.returned + units, writtenOff: this.#goods.writtenOff + units });
  }

  /** See `Goods`. */
  get excess(): number {
    return this.#goods.excess ?? 0;
  }

  /** As `noteDifference`, for units that are no more than an explanation. */
  noteExcess(excess: number): void {
    this.noteDifference(excess - this.excess);
    this.#note({ excess });
  }

  /** There are more units than were bought and have left can explain, or with a minus sign fewer. */
  noteDifference(units: number): void {
    this.#note({ writtenOff: this.#goods.writtenOff - units });
  }

  /**
   * Units are found, or are missing.
   * @param by units; negative if they are missing
   * @throws {OverAllocated} if the batch has fewer left than are claimed
   */
  adjust(by: number): void {
    this.#requireRoom(this.#quantity + by, this.#allocated);
    this.#moveStock(by);
    this.#note({ writtenOff: this.#goods.writtenOff - by });
  }

  /**
   * The day that a line was promised that has none of its own (rule 7b); null: at once.
   * @param sequence the place of the line in the order of allocation
   */
  promisedAt(sequence: number): string | null {
    return this.#earlier ? promisedAt(sequence, { eta: this.#eta, earlier: this.#earlier }) : this.#eta;
  }

  /** A line of it was promised another day than it has. */
  noteOtherPromise(): void {
    this.#earlier ??= [];
  }

  /** Whether its `eta` has passed while lines wait for it, and this `eta` was not noted yet. */
  isNewlyOverdue(today: string): boolean {
    const eta = this.#eta;
    return eta !== null && eta < today && this.#allocated > 0 && this.#overdueNoted !== eta;
  }

  noteOverdue(): void {
    this.#overdueNoted = this.#eta!;
  }

  /** @throws {TooManyUnits} */
  #moveStock(by: number): void {
    const quantity = this.#quantity + by;
    if (quantity > MOST_UNITS) throw new TooManyUnits(this.reference, quantity);
    this.#quantity = quantity;
    if (this.#eta !== null) this.#note({ received: this.#goods.received + by });
  }

  #note(goods: Partial<Goods>): void {
    this.#goods = Object.freeze({ ...this.#goods, ...goods });
  }

  /** @throws {OverAllocated} */
  #requireRoom(quantity: number, allocated: number): void {
    if (Number.isSafeInteger(allocated) && allocated >= 0 && allocated <= quantity) return;
    const { reference, eta } = this;
    throw new OverAllocated({ reference, eta, quantity, allocated });
  }
}

/**
 * Whether claimed units of a batch are in the warehouse. If a part of the batch has come, it is for the lines that were
 * promised their units at once, and for all if there are as many as are claimed.
 */
export function haveCome(
  units: number,
  { eta, onHand, allocated }: Pick<Batch, 'eta' | 'onHand' | 'allocated'>,
  wasPromisedAtOnce: boolean,
): boolean {
  return eta === null || onHand >= allocated || (wasPromisedAtOnce && onHand >= units);
}

/** A stored batch has the number, be it that it is 0. */
function withoutExcess({ excess, ...goods }: Goods): Goods {
  return excess ? { ...goods, excess } : goods;
}
