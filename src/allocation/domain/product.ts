import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import { requireQuantity } from '../../vocabulary/quantity.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { Batch, type BatchState } from './batch.js';
import { AllocationConflict, ForeignLine, OutOfStock, UnknownAllocation, UnknownSku } from './errors.js';
import {
  LoadedProduct,
  type AllocatedLine,
  type ProductChanges,
  type ProductState,
} from './loaded-product.js';
import { OrderLine, type Allocation, type OrderLineFacts } from './order-line.js';
import {
  batchOverdue,
  lineAllocated,
  lineDeallocated,
  lineReallocated,
  outOfStock,
} from './product-events.js';

/** What `Product.allocate` answers if a batch can hold the line. */
export interface Allocated {
  /** Whether the line was allocated by this call; otherwise it had this allocation before. */
  readonly isNew: boolean;
  readonly allocation: Allocation;
}

/**
 * A product: one SKU, its batches, and the order lines that claim units of them. The rules, which docs/rules.md shows
 * case by case:
 *
 * 1. An order line gets all of its units from one batch, or none.
 * 2. What is claimed from a batch never exceeds its quantity.
 * 3. Stock on hand comes first, then the earliest date, then the reference in byte order.
 * 4. The same line again gets the allocation it has; another quantity is a conflict.
 * 5. A line that no batch can hold is refused, changes nothing and is reported as out of stock.
 * 6. When a batch shrinks, the newest lines leave it and are placed again, the oldest first.
 * 7. A new date moves no line, but every allocation shows it.
 * 8. A transaction that changes a product raises its version by exactly one.
 * 9. Once a batch is registered or changed, every allocation sees it.
 *
 * Every method checks before it changes anything: one that throws has changed nothing and recorded nothing.
 */
export class Product {
  readonly sku: string;
  /** The version that was loaded; 0 for a SKU that was never seen. The store raises it (rule 8). */
  readonly version: number;
  readonly events = new RecordedEvents<AllocationEvent>();
  readonly #loaded: LoadedProduct;

  constructor(state: ProductState) {
    this.sku = state.sku;
    this.version = state.version;
    this.#loaded = new LoadedProduct(state);
  }

  /**
   * Allocates the line to the first batch that can hold all of it (rules 1 and 3), or returns the allocation that it
   * has (rule 4). A refusal is returned and not thrown, since its event has to be saved (rule 5).
   * @throws {UnknownSku} if no batch of the SKU was ever registered
   * @throws {AllocationConflict} if the order has a line of the SKU with another quantity (rule 4)
   * @throws {InvalidQuantity | InvalidCode} if nobody could order such a line
   * @throws {ForeignLine} if the line is of another SKU
   */
  allocate(wanted: OrderLineFacts): Allocated | OutOfStock {
    const line = OrderLine.of(wanted);
    if (line.sku !== this.sku) throw new ForeignLine(line, this.sku);
    if (this.version === 0 && this.#loaded.batches.length === 0) throw new UnknownSku(line.sku);
    const existing = this.#loaded.lineOf(line.orderId);
    if (existing && existing.quantity !== line.quantity)
      throw new AllocationConflict(line, existing.quantity);
    if (existing) {
      const batch = this.#loaded.batch(existing.batchReference);
      return { isNew: false, allocation: this.#allocation(existing, batch) };
    }
    const batch = this.#bestBatchFor(line.quantity);
    if (!batch) return this.#refuse(line.quantity);
    const allocation = this.#allocation(this.#loaded.addLine(line.orderId, line.quantity, batch), batch);
    this.events.record(lineAllocated(allocation, this.#nextVersion));
    return { isNew: true, allocation };
  }

  /**
   * Gives the claim of the order's line back.
   * @throws {UnknownAllocation} if the order has none
   */
  deallocate(orderId: string): void {
    const line = this.#loaded.lineOf(orderId);
    if (!line) throw new UnknownAllocation(orderId, this.sku);
    this.#loaded.release(line);
    this.#remove(line, 'cancelled');
  }

  /** Whether the order has a claim on this product. */
  holds(orderId: string): boolean {
    return this.#loaded.lineOf(orderId) !== undefined;
  }

  /** The allocation of the order's line, if it has one. */
  allocationOf(orderId: string): Allocation | undefined {
    const line = this.#loaded.lineOf(orderId);
    return line && this.#allocation(line, this.#loaded.batch(line.batchReference));
  }

  /**
   * A batch was registered; a batch that is known already is left as it is.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if nobody could buy such a batch
   */
  addBatch(batch: Omit<BatchState, 'allocated'>): void {
    if (!this.#loaded.findBatch(batch.reference)) this.#loaded.addBatch(Batch.registered(batch));
  }

  /**
   * Changes the quantity of a batch. If it no longer holds what is claimed from it, the newest lines leave it until the
   * rest fits; then each is placed again by rule 3, the oldest first, and keeps its place in the order of allocation
   * (rule 6).
   * @param quantity units, 0 or more
   * @throws {InvalidQuantity}
   */
  changeQuantity(reference: string, quantity: number): void {
    requireQuantity(quantity, 0);
    const batch = this.#loaded.batch(reference);
    if (batch.quantity === quantity) return;
    const leaving = this.#loaded.newestLinesBeyond(quantity, batch);
    for (const line of leaving) this.#loaded.release(line);
    batch.changeQuantity(quantity);
    this.#loaded.touch(batch);
    for (const line of leaving.reverse()) this.#reallocate(line);
  }

  /**
   * Changes the date of a batch, or notes that it has arrived (null). No line moves (rule 7).
   * @throws {InvalidDay}
   */
  reschedule(reference: string, eta: string | null): void {
    const batch = this.#loaded.batch(reference);
    if (batch.eta !== eta) this.#loaded.rescheduleBatch(batch, eta);
  }

  /**
   * Publishes that the `eta` of a batch has passed while lines wait for it, once for each `eta`.
   * @param today `YYYY-MM-DD`
   */
  noteOverdue(reference: string, today: string): void {
    const batch = this.#loaded.batch(reference);
    if (!batch.isNewlyOverdue(today)) return;
    const lines = this.#loaded.linesOn(reference);
    batch.noteOverdue();
    this.#loaded.touch(batch);
    this.events.record(batchOverdue(this.sku, batch, lines, this.#nextVersion));
  }

  get changes(): ProductChanges {
    return this.#loaded.changes;
  }

  get revision(): number {
    return this.#loaded.revision;
  }

  get #nextVersion(): number {
    return this.version + 1;
  }

  #bestBatchFor(quantity: number): Batch | undefined {
    const best = this.#loaded.batches.find((batch) => batch.canHold(quantity));
    if (!best) this.#loaded.requireEveryOpenBatch(`A batch for ${quantity} units`);
    return best;
  }

  #refuse(quantity: number): OutOfStock {
    const line = { sku: this.sku, quantity };
    const available = this.#loaded.batches.reduce((most, batch) => Math.max(most, batch.available), 0);
    const version = this.revision > 0 ? this.#nextVersion : this.version;
    this.events.recordOnce('OutOfStock', (earlier) => outOfStock(line, available, version, earlier));
    return new OutOfStock(line, available);
  }

  #reallocate(line: AllocatedLine): void {
    const batch = this.#bestBatchFor(line.quantity);
    if (!batch) {
      this.#remove(line, 'batch-shrunk');
      this.#refuse(line.quantity);
      return;
    }
    const moved = { ...line, batchReference: batch.reference };
    this.#loaded.claim(moved, batch);
    if (batch.reference === line.batchReference) return;
    const allocation = this.#allocation(moved, batch);
    this.events.record(lineReallocated(allocation, line.batchReference, this.#nextVersion));
  }

  #remove(line: AllocatedLine, reason: 'cancelled' | 'batch-shrunk'): void {
    this.#loaded.remove(line);
    this.events.record(lineDeallocated(this.sku, line, reason, this.#nextVersion));
  }

  #allocation({ orderId, quantity, sequence }: AllocatedLine, { reference, eta }: Batch): Allocation {
    return { orderId, sku: this.sku, quantity, batchReference: reference, eta, sequence };
  }
}
