import { requireQuantity } from '../../shared/domain/values.js';
import { RecordedEvents } from '../../shared/domain/recorded-events.js';
import type { AllocationEvent, LineDeallocated } from '../allocation.contract.js';
import {
  AllocationConflict,
  ForeignLine,
  NotLoaded,
  OutOfStock,
  UnknownAllocation,
  UnknownSku,
} from './errors.js';
import { OrderLine, type Allocation, type OrderLineFacts, type StandingLine } from './order-line.js';
import type { AllocatedLine, LoadedPart, ProductChanges, ProductState } from './product-state.js';
import { inOrderOfPreference, Stock, type StockState } from './stock.js';

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

  readonly #loaded: LoadedPart;
  readonly #stock: Stock[];
  readonly #lines: Map<string, AllocatedLine>;
  readonly #changedStock = new Set<Stock>();
  readonly #changedLines = new Map<string, AllocatedLine | null>();
  /** By batch: lines that have come since it was loaded, less those that have gone. */
  readonly #addedLines = new Map<string, number>();
  #lastSequence: number;
  #revision = 0;

  constructor(state: ProductState) {
    this.sku = state.sku;
    this.version = state.version;
    this.#loaded = state.loaded;
    this.#stock = state.stock.map((batch) => new Stock(batch)).sort(inOrderOfPreference);
    this.#lines = new Map(state.lines.map((line) => [line.orderId, line]));
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
    if (this.version === 0 && this.#stock.length === 0) throw new UnknownSku(line.sku);
    const standing = this.#lineOf(line.orderId);
    if (standing && standing.quantity !== line.quantity)
      throw new AllocationConflict(line, standing.quantity);
    if (standing) return this.#allocationOf(standing, this.#named(standing.batchReference));

    const batch = this.#bestBatchFor(line.quantity);
    if (!batch) return this.#refuse(line);

    const { orderId, quantity } = line;
    const sequence = ++this.#lastSequence;
    const allocation = this.#claim(batch, { orderId, quantity, sequence, batchReference: batch.reference });
    this.#record({ type: 'LineAllocated', data: { ...allocation, productVersion: this.#nextVersion } });
    return allocation;
  }

  /**
   * Gives the claim of an order's line back.
   * @throws {UnknownAllocation} where the order has none
   */
  deallocate(orderId: string): void {
    const line = this.#lineOf(orderId);
    if (!line) throw new UnknownAllocation(orderId, this.sku);
    this.#release(line);
    this.#forget(line, 'cancelled');
  }

  /** Whether the order has a claim on this product. */
  holds(orderId: string): boolean {
    return this.#lineOf(orderId) !== undefined;
  }

  /** The claim of an order on this product, if it has one. */
  standingLineOf(orderId: string): StandingLine | undefined {
    const line = this.#lineOf(orderId);
    if (!line) return undefined;
    return { ...this.#allocationOf(line, this.#named(line.batchReference)), sequence: line.sequence };
  }

  /**
   * A batch was bought: it can be promised from now on.
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if it is no batch that anybody could buy
   */
  addStock(batch: Omit<StockState, 'allocated'>): void {
    if (this.#findNamed(batch.reference)) return;
    const stock = Stock.bought(batch);
    this.#stock.push(stock);
    this.#stock.sort(inOrderOfPreference);
    this.#touch(stock);
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
    const batch = this.#named(reference);
    if (batch.quantity === quantity) return;
    const leaving = this.#newestLinesBeyond(batch, quantity);
    for (const line of leaving) this.#release(line);
    batch.resize(quantity);
    this.#touch(batch);
    for (const line of leaving.reverse()) this.#reallocate(line);
  }

  /**
   * A batch comes on another day, or has arrived (null). No line moves by itself (rule 7).
   * @throws {InvalidDay}
   */
  reschedule(reference: string, eta: string | null): void {
    const batch = this.#named(reference);
    if (batch.eta === eta) return;
    batch.reschedule(eta);
    this.#stock.sort(inOrderOfPreference);
    this.#touch(batch);
  }

  /**
   * Notes that the day of a batch has passed while lines wait for it, and publishes it: once for each date of a batch.
   * @param today `YYYY-MM-DD`
   */
  noteOverdue(reference: string, today: string): void {
    const batch = this.#named(reference);
    if (!batch.isNewlyOverdue(today)) return;
    const lines = this.#linesOn(reference);
    batch.noteOverdue();
    this.#touch(batch);
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
    return {
      lastSequence: this.#lastSequence,
      stock: [...this.#changedStock].map(({ state }) => state),
      lines: [...this.#changedLines.values()].filter((line) => line !== null),
      goneOrderIds: [...this.#changedLines].filter(([, line]) => line === null).map(([orderId]) => orderId),
    };
  }

  get revision(): number {
    return this.#revision;
  }

  #touch(batch: Stock): void {
    this.#revision++;
    this.#changedStock.add(batch);
  }

  get #nextVersion(): number {
    return this.version + 1;
  }

  #bestBatchFor(quantity: number): Stock | undefined {
    const best = this.#stock.find((batch) => batch.canHold(quantity));
    if (!best && !this.#loaded.hasEveryOpenBatch) throw new NotLoaded(`A batch for ${quantity} units`);
    return best;
  }

  #refuse(line: Pick<OrderLine, 'orderId' | 'quantity'>): OutOfStock {
    const { sku } = this;
    const available = this.#stock.reduce((largest, batch) => Math.max(largest, batch.available), 0);
    this.events.recordOnce('OutOfStock', (earlier) => ({
      type: 'OutOfStock',
      version: 1,
      key: sku,
      data: {
        sku,
        refusals: (earlier?.data.refusals ?? 0) + 1,
        units: (earlier?.data.units ?? 0) + line.quantity,
        available,
        productVersion: this.#revision > 0 ? this.#nextVersion : this.version,
      },
    }));
    return new OutOfStock({ ...line, sku }, available);
  }

  #claim(batch: Stock, line: AllocatedLine): Allocation {
    batch.claim(line.quantity);
    this.#addedLines.set(batch.reference, (this.#addedLines.get(batch.reference) ?? 0) + 1);
    this.#touch(batch);
    this.#lines.set(line.orderId, line);
    this.#changedLines.set(line.orderId, line);
    return this.#allocationOf(line, batch);
  }

  #release(line: AllocatedLine): void {
    const batch = this.#named(line.batchReference);
    batch.claim(-line.quantity);
    this.#addedLines.set(batch.reference, (this.#addedLines.get(batch.reference) ?? 0) - 1);
    this.#touch(batch);
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
    this.#lines.delete(orderId);
    this.#changedLines.set(orderId, null);
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
    const from = this.#loaded.newestLinesFrom(batch.reference);
    const newestFirst = [...this.#lines.values()]
      .filter((line) => line.batchReference === batch.reference && line.sequence >= from)
      .sort((a, b) => b.sequence - a.sequence);
    const leaving: AllocatedLine[] = [];
    let allocated = batch.allocated;
    for (const line of newestFirst) {
      if (allocated <= quantity) break;
      leaving.push(line);
      allocated -= line.quantity;
    }
    if (allocated > quantity) throw new NotLoaded(`Enough of the newest lines of batch ${batch.reference}`);
    return leaving;
  }

  #linesOn(reference: string): number {
    const loaded = this.#loaded.linesOn?.(reference);
    if (loaded === undefined) throw new NotLoaded(`The number of lines of batch ${reference}`);
    return loaded + (this.#addedLines.get(reference) ?? 0);
  }

  #lineOf(orderId: string): AllocatedLine | undefined {
    const line = this.#lines.get(orderId);
    if (!line && !this.#loaded.hasOrder(orderId)) throw new NotLoaded(`The line of order ${orderId}`);
    return line;
  }

  #findNamed(reference: string): Stock | undefined {
    const batch = this.#stock.find((candidate) => candidate.reference === reference);
    if (!batch && !this.#loaded.hasBatch(reference)) throw new NotLoaded(`Batch ${reference}`);
    return batch;
  }

  #named(reference: string): Stock {
    const batch = this.#findNamed(reference);
    if (!batch) throw new Error(`Product ${this.sku} has no batch ${reference}.`);
    return batch;
  }

  #allocationOf({ orderId, quantity }: AllocatedLine, { reference, eta }: Stock): Allocation {
    return { orderId, sku: this.sku, quantity, batchReference: reference, eta };
  }

  #record(event: Pick<AllocationEvent, 'type' | 'data'>): void {
    this.events.record({ ...event, version: 1, key: this.sku } as AllocationEvent);
  }
}
