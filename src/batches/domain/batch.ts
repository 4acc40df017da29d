import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import { requireCode } from '../../vocabulary/code.js';
import { requireDay } from '../../vocabulary/eta.js';
import { requireQuantity } from '../../vocabulary/quantity.js';
import { requireVersion } from '../../kernel/domain/errors.js';
import type { BatchesEvent } from '../contract/batches.contract.js';
import { BatchConflict, ReferenceOfOtherSku, UnknownBatch } from './errors.js';

/** What was bought: a quantity of one SKU, on hand (`eta` null) or inbound on a date (`YYYY-MM-DD`). */
export interface Registration {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** What a batch is to be, whether it is known or not. */
export interface Draft {
  readonly sku: string;
  /** 0 is for a batch that is known. */
  readonly quantity: number;
  /** undefined: as it is, and on hand if the batch is new. */
  readonly eta?: string | null | undefined;
}

/** The paper of a batch: what was bought under its reference and when it comes. Who gets it is not its business. */
export class Batch {
  readonly reference: string;
  readonly events = new RecordedEvents<BatchesEvent>();
  #state: BatchState | null;

  /** @param state null: nothing was registered under the reference yet */
  constructor(reference: string, state: BatchState | null) {
    this.reference = reference;
    this.#state = state;
  }

  get revision(): number {
    return this.events.revision;
  }

  /** The version that it has once its changes are saved; the store raises it by one, however many they are. */
  get version(): number {
    return this.state.loadedVersion + (this.revision > 0 ? 1 : 0);
  }

  /** @throws {UnknownBatch} where nothing was registered */
  get state(): BatchState {
    if (!this.#state) throw new UnknownBatch(this.reference);
    return this.#state;
  }

  /**
   * Registers what was bought; the same registration again changes nothing, whatever has become of the batch.
   * @throws {BatchConflict} where something else was registered under the reference
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if it is nothing that anybody could buy
   * @returns whether the batch is new
   */
  register(registration: Registration): boolean {
    if (this.#state) {
      this.#refuseOtherSku(registration.sku);
      if (!isSame(this.#state.registered, registration)) throw new BatchConflict(this.reference);
      return false;
    }
    const { sku, quantity, eta } = registration;
    requireCode(this.reference, 'reference');
    requireCode(sku, 'sku');
    requireQuantity(quantity, 1);
    requireDay(eta, 'eta');
    const registered = Object.freeze({ sku, quantity, eta });
    this.#state = Object.freeze({ ...registered, registered, loadedVersion: 0 });
    const data = { batchReference: this.reference, sku, quantity, eta };
    this.events.record({ type: 'BatchRegistered', version: 1, key: sku, data });
    return true;
  }

  /**
   * Changes what is given. Both together are one decision: the new date is recorded first, so that the lines that have
   * to leave a smaller batch are placed with that date in force (rule 6).
   * @param seen the versions that the caller has seen and means to change; undefined: whichever there is
   * @throws {VersionMismatch} where the batch has another version
   * @throws {InvalidQuantity | InvalidDay} if no batch can have them; nothing has changed then
   */
  change(
    { quantity, eta }: { quantity?: number | undefined; eta?: string | null | undefined },
    seen?: readonly number[],
  ): void {
    requireVersion(this.version, seen);
    if (quantity !== undefined) requireQuantity(quantity, 0);
    if (eta !== undefined) requireDay(eta, 'eta');
    if (eta !== undefined) this.#reschedule(eta);
    if (quantity !== undefined) this.#changeQuantity(quantity);
  }

  /**
   * Makes the batch what is given: a batch that is unknown is registered, a known one is changed.
   * @param registration its units; its date, `undefined` for as it is
   * @throws {ReferenceOfOtherSku}
   * @throws {UnknownBatch} if there is no batch that could be left with 0 units
   */
  registerOrChange({ sku, quantity, eta }: Draft): 'registered' | 'changed' | 'unchanged' {
    if (!this.#state) {
      if (quantity === 0) throw new UnknownBatch(this.reference);
      this.register({ sku, quantity, eta: eta ?? null });
      return 'registered';
    }
    this.#refuseOtherSku(sku);
    const { revision } = this;
    this.change({ quantity, eta });
    return this.revision > revision ? 'changed' : 'unchanged';
  }

  /** The batch as it now is. */
  snapshot(): BatchSnapshot {
    const { sku, quantity, eta } = this.state;
    return { reference: this.reference, sku, quantity, eta, version: this.version };
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

  #reschedule(eta: string | null): void {
    const { sku, eta: previousEta } = this.state;
    if (eta === previousEta) return;
    this.#state = Object.freeze({ ...this.state, eta });
    const data = { batchReference: this.reference, sku, eta, previousEta };
    this.events.record({ type: 'BatchRescheduled', version: 1, key: sku, data });
  }
}

export interface BatchState extends Registration {
  /** What was first registered, kept so that the same registration is known again. */
  readonly registered: Registration;
  /** 0 for a batch that is new. */
  readonly loadedVersion: number;
}

export interface BatchSnapshot extends Registration {
  readonly reference: string;
  readonly version: number;
}

function isSame(a: Registration, b: Registration): boolean {
  return a.sku === b.sku && a.quantity === b.quantity && a.eta === b.eta;
}
