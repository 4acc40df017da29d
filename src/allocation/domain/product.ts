import { requireQuantity } from '../../vocabulary/values.js';
import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { AllocationEvent, LineDeallocated } from '../contract/allocation.contract.js';
import {
  AllocationConflict,
  ForeignLine,
  NotLoaded,
  OutOfStock,
  UnknownAllocation,
  UnknownSku,
} from './errors.js';
import { OrderLine, type Allocation, type OrderLineFacts, type StandingLine } from './order-line.js';
import { ProductParts } from './product-parts.js';
import type { AllocatedLine, ProductChanges, ProductState } from './product-state.js';
import { Stock, type StockState } from './stock.js';

/**
 * A product: one SKU, the batches it has in stock, and the order lines that claim them. It is the boundary
 * inside which the promise holds: a line has one batch, and no batch more lines than it can hold.
 *
 * It knows its open batches and that part of the rest which the work at hand has named. Every method
 * checks before it changes anything: one that throws has changed nothing and recorded nothing.
 */
export class Product {
  readonly sku: string;
  /** Of the product as it was loaded; 0 for a SKU that was never seen. The store raises it (rule 8). */
  readonly version: number;
  readonly events = new RecordedEvents<AllocationEvent>();

  readonly #parts: ProductParts;
  #lastSequence: number;

  constructor(state: ProductState) {
    this.sku = state.sku;
    this.version = state.version;
    this.#parts = new ProductParts(state);
    this.#lastSequence = state.lastSequence;
  }

  /**
   * Promises the line to the best batch that can hold it whole (rules 1 and 3), or answers with the promise
   * it already has (rule 4). A refusal is an outcome and not a failure, for it is told to others (rule 5).
   * @throws {UnknownSku} where no batch of the SKU was ever registered
   * @throws {AllocationConflict} where the order has a line of the SKU with another quantity (rule 4)
   * @throws {InvalidQuantity | InvalidCode} if it is no line that anybody could order
   * @throws {ForeignLine} if it is a line of another SKU
   */
  allocate(wanted: OrderLineFacts): Allocation | OutOfStock {
    const line = OrderLine.of(wanted);
    if (line.sku !== this.sku) throw new ForeignLine(line, this.sku);
    if (this.version === 0 && this.#parts.stock.length === 0) throw new UnknownSku(line.sku);
    const standing = this.#parts.lineOf(line.orderId);
    if (standing && standing.quantity !== line.quantity)
      throw new AllocationConflict(line, standing.quantity);
    if (standing) return this.#allocationOf(standing, this.#parts.batch(standing.batchReference));

    const batch = this.#bestBatchFor(line.quantity);
    if (!batch) return this.#refuse(line);

    const { orderId, sku, quantity } = line;
    const { reference: batchReference, eta } = batch;
    const allocation = this.#claim(batch, {
      orderId,
      quantity,
      sequence: ++this.#lastSequence,
      batchReference,
    });
    const productVersion = this.#nextVersion;
    const data = { orderId, sku, quantity, batchReference, eta, productVersion };
    this.#record({ type: 'LineAllocated', data });
    return allocation;
  }

  /**
   * Gives the claim of an order's line back.
   * @throws {UnknownAllocation} where the order has none
   */
  deallocate(orderId: string): void {
    const line = this.#parts.lineOf(orderId);
    if (!line) throw new UnknownAllocation(orderId, this.sku);
    this.#parts.release(line);
    this.#forget(line, 'cancelled');
  }

  /** Whether the order has a claim on this product. */
  holds(orderId: string): boolean {
    return this.#parts.lineOf(orderId) !== undefined;
  }

  /** The place of an order's claim in the order of allocation, if it has one. */
  placeOf(orderId: string): number | undefined {
    return this.#parts.lineOf(orderId)?.sequence;
  }

  /** The claim of an order on this product, if it has one. */
  standingLineOf(orderId: string): StandingLine | undefined {
    const line = this.#parts.lineOf(orderId);
    if (!line) return undefined;
    return { ...this.#allocationOf(line, this.#parts.batch(line.batchReference)), sequence: line.sequence };
  }

  /**
   * A batch was bought: it can be promised from now on.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if it is no batch that anybody could buy
   */
  addStock(batch: Omit<StockState, 'allocated'>): void {
    if (!this.#parts.findBatch(batch.reference)) this.#parts.addBatch(Stock.bought(batch));
  }

  /**
   * A batch turned out smaller or larger. If it no longer holds what is allocated from it, lines leave it, the newest
   * first, until the rest fits; then each is placed again by rule 3, the oldest first, and keeps its place in the order
   * of allocation (rule 6).
   * @param quantity units, 0 or more
   * @throws {InvalidQuantity}
   */
  changeQuantity(reference: string, quantity: number): void {
    requireQuantity(quantity, 0);
    const batch = this.#parts.batch(reference);
    if (batch.quantity === quantity) return;
    const leaving = this.#newestLinesBeyond(batch, quantity);
    for (const line of leaving) this.#parts.release(line);
    batch.resize(quantity);
    this.#parts.touch(batch);
    for (const line of leaving.reverse()) this.#reallocate(line);
  }

  /**
   * A batch comes on another day, or has arrived (null). No line moves by itself (rule 7).
   * @throws {InvalidDay}
   */
  reschedule(reference: string, eta: string | null): void {
    const batch = this.#parts.batch(reference);
    if (batch.eta !== eta) this.#parts.rescheduleBatch(batch, eta);
  }

  /**
   * Notes that the day of a batch has passed while lines wait for it, and publishes it: once for each date of a batch.
   * @param today `YYYY-MM-DD`
   */
  noteOverdue(reference: string, today: string): void {
    const batch = this.#parts.batch(reference);
    if (!batch.isNewlyOverdue(today)) return;
    const lines = this.#parts.linesOn(reference);
    batch.noteOverdue();
    this.#parts.touch(batch);
    const { sku } = this;
    const { eta, allocated: units } = batch;
    const data = {
      sku,
      batchReference: reference,
      eta: eta!,
      lines,
      units,
      productVersion: this.#nextVersion,
    };
    this.#record({ type: 'BatchOverdue', data });
  }

  /** What the store has to write: all that differs from what was loaded, and nothing else. */
  get changes(): ProductChanges {
    return { lastSequence: this.#lastSequence, ...this.#parts.changes };
  }

  get revision(): number {
    return this.#parts.revision;
  }

  get #nextVersion(): number {
    return this.version + 1;
  }

  #bestBatchFor(quantity: number): Stock | undefined {
    const best = this.#parts.stock.find((batch) => batch.canHold(quantity));
    if (!best) this.#parts.requireEveryOpenBatch(`A batch for ${quantity} units`);
    return best;
  }

  #refuse(line: Pick<OrderLine, 'orderId' | 'quantity'>): OutOfStock {
    const { sku } = this;
    const available = this.#parts.stock.reduce((largest, batch) => Math.max(largest, batch.available), 0);
    this.events.recordOnce('OutOfStock', (earlier) => ({
      type: 'OutOfStock',
      version: 1,
      key: sku,
      data: {
        sku,
        refusals: (earlier?.data.refusals ?? 0) + 1,
        units: (earlier?.data.units ?? 0) + line.quantity,
        available,
        productVersion: this.revision > 0 ? this.#nextVersion : this.version,
      },
    }));
    return new OutOfStock({ ...line, sku }, available);
  }

  #claim(batch: Stock, line: AllocatedLine): Allocation {
    this.#parts.claim(batch, line);
    return this.#allocationOf(line, batch);
  }

  #reallocate(line: AllocatedLine): void {
    const best = this.#bestBatchFor(line.quantity);
    if (!best) {
      this.#forget(line, 'batch-shrunk');
      this.#refuse(line);
      return;
    }
    const allocation = this.#claim(best, { ...line, batchReference: best.reference });
    if (best.reference === line.batchReference) return;
    this.#record({
      type: 'LineReallocated',
      data: {
        ...allocation,
        previousBatchReference: line.batchReference,
        reason: 'batch-shrunk',
        productVersion: this.#nextVersion,
      },
    });
  }

  #forget(line: AllocatedLine, reason: LineDeallocated['data']['reason']): void {
    const { orderId, quantity, batchReference } = line;
    this.#parts.remove(line);
    const data = {
      orderId,
      sku: this.sku,
      quantity,
      batchReference,
      reason,
      productVersion: this.#nextVersion,
    };
    this.#record({ type: 'LineDeallocated', data });
  }

  #newestLinesBeyond(batch: Stock, quantity: number): AllocatedLine[] {
    const leaving: AllocatedLine[] = [];
    let allocated = batch.allocated;
    for (const line of this.#parts.newestLinesOn(batch.reference)) {
      if (allocated <= quantity) break;
      leaving.push(line);
      allocated -= line.quantity;
    }
    if (allocated > quantity) throw new NotLoaded(`Enough of the newest lines of batch ${batch.reference}`);
    return leaving;
  }

  #allocationOf({ orderId, quantity }: AllocatedLine, { reference, eta }: Stock): Allocation {
    return { orderId, sku: this.sku, quantity, batchReference: reference, eta };
  }

  #record({ type, data }: Pick<AllocationEvent, 'type' | 'data'>): void {
    this.events.record({ type, version: 1, key: this.sku, data } as AllocationEvent);
  }
}
