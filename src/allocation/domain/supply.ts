import { takeAtOnce, type Steps } from '../../kernel/domain/steps.js';
import { MOST_UNITS, requireQuantity } from '../../vocabulary/quantity.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import type { Backorders } from './backorders.js';
import { Batch } from './batch.js';
import type { BatchState } from './batch-state.js';
import { BatchClaimed } from './errors.js';
import type { LoadedProduct } from './loaded-product.js';
import { isSameLot, type Lot } from './lot.js';
import { batchOverdue, promisesChanged } from './product-events.js';
import type { Resizing } from './resizing.js';
import type { Warehouse } from './warehouse.js';

/** How the batches of a product are changed: its loaded part and its events. */
interface Access {
  readonly sku: string;
  readonly loaded: LoadedProduct;
  record(event: (productVersion: number) => AllocationEvent): void;
}

/** The batches of a product as they are bought: how many units, when they come, and what can be promised of them. */
export class Supply {
  constructor(
    private readonly product: Access,
    private readonly backorders: Backorders,
    private readonly resizing: Resizing,
    private readonly warehouse: Warehouse,
  ) {}

  /**
   * A batch was registered; a batch that is known already is left as it is.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if nobody could buy such a batch
   */
  addBatch(batch: Omit<BatchState, 'allocated'>): void {
    if (this.product.loaded.findBatch(batch.reference)) return;
    this.product.loaded.addBatch(Batch.registered(batch));
    this.backorders.serve();
  }

  /**
   * Changes the quantity of a batch. If it no longer holds what is claimed from it, lines leave it until the rest fits:
   * holds first, and the newest first. Then each is placed again, the other way round, and keeps its place in the order
   * of allocation (rule 6).
   * @param quantity units, 0 or more
   * @throws {InvalidQuantity}
   */
  changeQuantity(reference: string, quantity: number): void {
    takeAtOnce(this.#changeQuantityInSteps(reference, quantity));
  }

  *#changeQuantityInSteps(reference: string, quantity: number): Steps {
    requireQuantity(quantity, 0);
    const batch = this.product.loaded.batch(reference);
    if (batch.quantity === quantity) return;
    yield* this.resizing.resize(batch, quantity, () => batch.changeQuantity(quantity));
    this.backorders.serve();
  }

  /**
   * Changes the quantity of a batch by a difference, since units of it may have left. What a batch cannot have, fewer than
   * 0 units or too many, counts as found or as missing, until another change explains it. In steps, since any number of lines
   * may have to leave.
   * @param by units, negative if there are fewer
   */
  *changeQuantityBy(reference: string, by: number): Steps {
    const { quantity, excess } = this.product.loaded.batch(reference);
    const wanted = quantity - excess + by;
    const possible = Math.min(Math.max(wanted, 0), MOST_UNITS);
    yield* this.#changeQuantityInSteps(reference, possible);
    if (possible - wanted !== excess) this.warehouse.noteExcess(reference, possible - wanted);
  }

  /**
   * Changes the date of a batch, or notes that it has arrived (null). No line moves (rule 7), and each keeps the day that
   * it was promised: if lines wait for another day now, one event says so for all of them (rule 7b).
   * @param at when that was said; left out: nobody knows
   * @throws {InvalidDay}
   */
  reschedule(reference: string, eta: string | null, at?: Date): void {
    const batch = this.product.loaded.batch(reference);
    const { eta: previousEta, allocated, isPartlyReceived } = batch;
    if (previousEta === eta) return;
    const lines = eta !== null && allocated > 0 && this.product.loaded.lines.countOn(reference);
    this.product.loaded.rescheduleBatch(batch, eta);
    if (eta === null && !isPartlyReceived && at) this.product.loaded.enter(batch, at);
    if (lines)
      this.product.record((version) =>
        promisesChanged(
          this.product.sku,
          batch,
          previousEta,
          { lines, orderIds: this.product.loaded.lines.ordersOn(reference) },
          version,
        ),
      );
    this.backorders.serve();
  }

  /** Changes what is known of a lot: what is left out stays as it is. No claim changes. */
  changeLot(reference: string, change: Partial<Lot>): void {
    const batch = this.product.loaded.batch(reference);
    const lot = { ...batch.lot, ...change };
    if (isSameLot(batch.lot, lot)) return;
    this.product.loaded.changeLot(batch, lot);
    this.backorders.serve();
  }

  /**
   * Notes that a batch is in another place.
   * @throws {BatchClaimed} if lines claim units of it: they were promised where it is
   */
  move(reference: string, location: string): void {
    const { allocated, lot } = this.product.loaded.batch(reference);
    if (lot.location !== location && allocated > 0) throw new BatchClaimed(reference, allocated);
    this.changeLot(reference, { location });
  }

  /**
   * Publishes that the `eta` of a batch has passed while lines wait for it, once for each `eta`.
   * @param today `YYYY-MM-DD`
   */
  noteOverdue(reference: string, today: string): void {
    const batch = this.product.loaded.batch(reference);
    if (!batch.isNewlyOverdue(today)) return;
    const lines = this.product.loaded.lines.countOn(reference);
    batch.noteOverdue();
    this.product.loaded.touch(batch);
    this.product.record((version) => batchOverdue(this.product.sku, batch, lines, version));
  }
}
