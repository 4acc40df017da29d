import { RecordedEvents } from '../../shared/domain/recorded-events.js';
import { refuseStale } from '../../shared/domain/version-mismatch.js';
import type { BatchesEvent } from '../batches.contract.js';
import { BatchConflict, UnknownBatch } from './errors.js';

/** What was bought: a quantity of one SKU, on hand (`eta` null) or inbound on a date (`YYYY-MM-DD`). */
export interface Registration {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
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
   * @returns whether the batch is new
   */
  register(registration: Registration): boolean {
    if (this.#state) {
      if (!isSame(this.#state.registered, registration)) throw new BatchConflict(this.reference);
      return false;
    }
    const { sku, quantity, eta } = registration;
    this.#state = { sku, quantity, eta, registered: registration, loadedVersion: 0 };
    const data = { batchReference: this.reference, sku, quantity, eta };
    this.events.record({ type: 'BatchRegistered', version: 1, key: sku, data });
    return true;
  }

  /**
   * Changes what is given. Both together are one decision: the new date is recorded first, so that the lines that have
   * to leave a smaller batch are placed with that date in force (rule 6).
   * @param seen the versions that the caller has seen and means to change; undefined: whichever there is
   * @throws {VersionMismatch} where the batch has another version
   */
  change(
    { quantity, eta }: { quantity?: number | undefined; eta?: string | null | undefined },
    seen?: readonly number[],
  ): void {
    refuseStale(this.version, seen);
    if (eta !== undefined) this.#reschedule(eta);
    if (quantity !== undefined) this.#changeQuantity(quantity);
  }

  /** The batch as it now is. */
  snapshot(): BatchSnapshot {
    const { sku, quantity, eta } = this.state;
    return { reference: this.reference, sku, quantity, eta, version: this.version };
  }

  #changeQuantity(quantity: number): void {
    const { sku, quantity: previousQuantity } = this.state;
    if (quantity === previousQuantity) return;
    this.#state = { ...this.state, quantity };
    const data = { batchReference: this.reference, sku, quantity, previousQuantity };
    this.events.record({ type: 'BatchQuantityChanged', version: 1, key: sku, data });
  }

  #reschedule(eta: string | null): void {
    const { sku, eta: previousEta } = this.state;
    if (eta === previousEta) return;
    this.#state = { ...this.state, eta };
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
