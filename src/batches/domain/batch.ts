import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import { requireCode } from '../../vocabulary/code.js';
import { requireDay } from '../../vocabulary/eta.js';
import { DEFAULT_LOCATION } from '../../vocabulary/location.js';
import { MOST_UNITS, requireQuantity } from '../../vocabulary/quantity.js';
import { requireVersion } from '../../kernel/domain/errors.js';
import type { BatchesEvent } from '../contract/batches.contract.js';
import { BatchConflict, ReferenceOfOtherSku, UnknownBatch } from './errors.js';

/** What is registered under a reference: a quantity of one SKU, on hand (`eta` null) or inbound on a date (`YYYY-MM-DD`). */
export interface Registration {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
  /** Where it is; left out: `main`. */
  readonly location?: string | undefined;
  /** The last day on which its units can be used, `YYYY-MM-DD`; null, or left out: they keep. */
  readonly bestBefore?: string | null | undefined;
  /** Who it was bought from; null, or left out: nobody says it. */
  readonly supplier?: string | null | undefined;
  /** Whether nothing is claimed from it from the beginning. It says nothing of whether it is the same registration. */
  readonly blocked?: boolean | undefined;
}

/** A batch as callers see it. */
export interface BatchSnapshot {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
  readonly location: string;
  readonly bestBefore: string | null;
  readonly supplier: string | null;
  readonly reference: string;
  /** Whether nothing new is claimed from it. */
  readonly blocked: boolean;
  /** 0 for a batch that is new. */
  readonly version: number;
}

/** A batch as it is stored: also what was registered first, so that the same registration is recognised later. */
export interface BatchState extends BatchSnapshot {
  readonly registeredQuantity: number;
  readonly registeredEta: string | null;
  readonly registeredBestBefore: string | null;
  /** null: where it is. */
  readonly registeredLocation: string | null;
}

/** A change of a batch: undefined leaves a value as it is. */
export interface BatchChange {
  readonly quantity?: number | undefined;
  readonly eta?: string | null | undefined;
  readonly bestBefore?: string | null | undefined;
  readonly blocked?: boolean | undefined;
  /** Only while nothing of it is claimed: see `BatchMoved`. */
  readonly location?: string | undefined;
}

/** What a receipt says of what was bought. */
export interface Receipt {
  /** Units that came beyond those that were bought. */
  readonly overReceived: number;
  /** Units that will not come. */
  readonly missing: number;
  /** Units that are still to come. */
  readonly outstanding: number;
}

/** What a batch is to be, whether it exists or not. A new one without `eta` is on hand. */
export interface Draft extends BatchChange {
  readonly sku: string;
  /** 0 or more; more than 0 for a batch that is new. */
  readonly quantity: number;
  /** Of a batch that is new. */
  readonly supplier?: string | null | undefined;
}

/** The state of a batch right after its registration. */
export function registeredAs(reference: string, registration: Registration, version: number): BatchState {
  const { sku, quantity, eta, location = DEFAULT_LOCATION } = registration;
  const { bestBefore = null, supplier = null, blocked = false } = registration;
  const lot = { location, bestBefore, supplier, blocked };
  const registered = {
    ...{ registeredQuantity: quantity, registeredEta: eta, registeredBestBefore: bestBefore },
    registeredLocation: null,
  };
  return Object.freeze({ reference, sku, quantity, eta, ...lot, version, ...registered });
}

function isSameRegistration(a: BatchState, b: BatchState): boolean {
  return (
    a.registeredQuantity === b.registeredQuantity &&
    a.registeredEta === b.registeredEta &&
    a.registeredBestBefore === b.registeredBestBefore &&
    (a.registeredLocation ?? a.location) === (b.registeredLocation ?? b.location) &&
    a.supplier === b.supplier
  );
}

/** What was bought under a reference, and when it comes. Which orders get it is the business of allocation. */
export class Batch {
  readonly reference: string;
  readonly events = new RecordedEvents<BatchesEvent>();
  #state: BatchState | null;
  /** Receipts that were followed: they are events of another feature already. */
  #receipts = 0;

  /** @param state null if nothing was registered under the reference yet */
  constructor(reference: string, state: BatchState | null) {
    this.reference = reference;
    this.#state = state;
  }

  get revision(): number {
    return this.events.revision + this.#receipts;
  }

  /** The version once the changes are saved: one higher, however many they are. */
  get version(): number {
    return this.state.version + (this.revision > 0 ? 1 : 0);
  }

  /**
   * The batch as it now is, with the version that was loaded.
   * @throws {UnknownBatch} if nothing was registered
   */
  get state(): BatchState {
    if (!this.#state) throw new UnknownBatch(this.reference);
    return this.#state;
  }

  /**
   * Registers what was bought; the same registration again changes nothing, even if the batch has changed since.
   * @throws {BatchConflict} if something else was registered under the reference
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if nobody could buy such a batch
   * @returns whether the batch is new
   */
  register(registration: Registration): boolean {
    if (this.#state) {
      this.#refuseOtherSku(registration.sku);
      const again = registeredAs(this.reference, registration, 0);
      if (!isSameRegistration(again, this.#state)) throw new BatchConflict(this.reference);
      return false;
    }
    const { sku, quantity, eta } = registration;
    requireCode(this.reference, 'reference');
    requireCode(sku, 'sku');
    requireQuantity(quantity, 1);
    requireDay(eta, 'eta');
    const { location, bestBefore, supplier, blocked } = registration;
    if (location !== undefined) requireCode(location, 'location');
    requireDay(bestBefore ?? null, 'bestBefore');
    this.#state = registeredAs(this.reference, registration, 0);
    const data = {
      ...{ batchReference: this.reference, sku, quantity, eta },
      ...(location !== undefined && location !== DEFAULT_LOCATION && { location }),
      ...(bestBefore != null && { bestBefore }),
      ...(supplier != null && { supplier }),
      ...(blocked && { blocked }),
    };
    this.events.record({ type: 'BatchRegistered', version: 1, key: sku, data });
    return true;
  }

  /**
   * Changes what is given. Of quantity and date, the date is recorded first, so that lines that have to leave a
   * smaller batch are placed by the new date (rule 6). That it moves is recorded before all else: it may be refused.
   * @param expectedVersions the versions that the caller means to change; undefined for any
   * @throws {VersionMismatch} if the batch has another version
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if no batch can have them; nothing has changed then
   */
  change(
    { quantity, eta, bestBefore, blocked, location }: BatchChange,
    expectedVersions?: readonly number[],
  ): void {
    requireVersion(this.version, expectedVersions);
    if (quantity !== undefined) requireQuantity(quantity, 0);
    if (eta !== undefined) requireDay(eta, 'eta');
    if (bestBefore !== undefined) requireDay(bestBefore, 'bestBefore');
    if (location !== undefined) requireCode(location, 'location');
    if (location !== undefined) this.#move(location);
    // First, so that lines which have to leave are placed by it.
    this.#changeLot({
      bestBefore: bestBefore === undefined ? this.state.bestBefore : bestBefore,
      blocked: blocked ?? this.state.blocked,
    });
    if (eta !== undefined) this.#reschedule(eta);
    if (quantity !== undefined) this.#changeQuantity(quantity);
  }

  /**
   * Registers a batch that is new, and changes one that exists, except for its supplier.
   * @throws {ReferenceOfOtherSku}
   * @throws {UnknownBatch} if the quantity is 0 and the batch is new
   */
  registerOrChange(draft: Draft): 'registered' | 'changed' | 'unchanged' {
    if (!this.#state) {
      if (draft.quantity === 0) throw new UnknownBatch(this.reference);
      this.register({ ...draft, eta: draft.eta ?? null });
      return 'registered';
    }
    this.#refuseOtherSku(draft.sku);
    const { revision } = this;
    this.change(draft);
    return this.revision > revision ? 'changed' : 'unchanged';
  }

  /**
   * Goods have come: the quantity is what has come and what is still to come, and once all has come the batch is on hand.
   *
   * The receipt is published already. But a change of the batch may have crossed it, which allocation heard of after the
   * receipt and this batch before it; so what is different on both sides then is published as a change.
   */
  followReceipt({ overReceived, missing, outstanding }: Receipt): void {
    const { quantity, eta } = this.state;
    const counted = quantity + overReceived - missing;
    const hasArrived = outstanding === 0 && eta !== null;
    if (counted === quantity && !hasArrived) return;
    const mayHaveCrossed = this.version > 1;
    this.#receipts++;
    this.#state = Object.freeze({ ...this.state, quantity: counted });
    this.#changeQuantity(Math.min(Math.max(counted, 0), MOST_UNITS));
    if (!hasArrived) return;
    if (mayHaveCrossed) this.#reschedule(null);
    else this.#state = Object.freeze({ ...this.state, eta: null });
  }

  /** The batch as it now is, with the version that it has once it is saved. */
  snapshot(): BatchSnapshot {
    const { sku, quantity, eta, location, bestBefore, supplier, blocked } = this.state;
    const lot = { location, bestBefore, supplier, blocked };
    return { reference: this.reference, sku, quantity, eta, ...lot, version: this.version };
  }

  #refuseOtherSku(sku: string): void {
    const { sku: registered } = this.state;
    if (sku !== registered) throw new ReferenceOfOtherSku(this.reference, registered, sku);
  }

  #changeQuantity(quantity: number): void {
    const { sku, quantity: previousQuantity } = this.state;
    if (quantity === previousQuantity) return;
    this.#state = Object.freeze({ ...this.state, quantity });
    const data = { batchReference: this.reference, sku, quantity, previousQuantity };
    this.events.record({ type: 'BatchQuantityChanged', version: 1, key: sku, data });
  }

  #move(location: string): void {
    const { sku, location: previousLocation, registeredLocation } = this.state;
    if (location === previousLocation) return;
    const registered = { registeredLocation: registeredLocation ?? previousLocation };
    this.#state = Object.freeze({ ...this.state, location, ...registered });
    const data = { batchReference: this.reference, sku, location, previousLocation };
    this.events.record({ type: 'BatchMoved', version: 1, key: sku, data });
  }

  #changeLot(lot: Pick<BatchState, 'bestBefore' | 'blocked'>): void {
    const { sku, location, bestBefore, blocked } = this.state;
    if (lot.bestBefore === bestBefore && lot.blocked === blocked) return;
    this.#state = Object.freeze({ ...this.state, ...lot });
    const data = { batchReference: this.reference, sku, location, ...lot };
    this.events.record({ type: 'BatchLotChanged', version: 1, key: sku, data });
  }

  #reschedule(eta: string | null): void {
    const { sku, eta: previousEta } = this.state;
    if (eta === previousEta) return;
    this.#state = Object.freeze({ ...this.state, eta });
    const data = { batchReference: this.reference, sku, eta, previousEta };
    this.events.record({ type: 'BatchRescheduled', version: 1, key: sku, data });
  }
}
