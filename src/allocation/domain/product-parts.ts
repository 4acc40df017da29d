import { NotLoaded } from './errors.js';
import type { AllocatedLine, LoadedPart, ProductChanges, ProductState } from './product-state.js';
import { inOrderOfPreference, Stock } from './stock.js';

/**
 * The batches and lines of a product as far as they were loaded, and what of them has changed. What was not loaded is
 * never taken for something that does not exist.
 */
export class ProductParts {
  readonly #sku: string;
  readonly #loaded: LoadedPart;
  readonly #stock: Stock[];
  readonly #lines: Map<string, AllocatedLine>;
  readonly #changedStock = new Set<Stock>();
  readonly #changedLines = new Map<string, AllocatedLine | null>();
  /** By batch: lines that have come since it was loaded, less those that have gone. */
  readonly #addedLines = new Map<string, number>();
  #revision = 0;

  constructor({ sku, stock, lines, loaded }: ProductState) {
    this.#sku = sku;
    this.#loaded = loaded;
    this.#stock = stock.map((batch) => new Stock(batch)).sort(inOrderOfPreference);
    this.#lines = new Map(lines.map((line) => [line.orderId, line]));
  }

  /** In the order of preference. */
  get stock(): readonly Stock[] {
    return this.#stock;
  }

  /** Raised by every change. */
  get revision(): number {
    return this.#revision;
  }

  /** All that differs from what was loaded, and nothing else. */
  get changes(): Omit<ProductChanges, 'lastSequence'> {
    return {
      stock: [...this.#changedStock].map(({ state }) => state),
      lines: [...this.#changedLines.values()].filter((line) => line !== null),
      goneOrderIds: [...this.#changedLines].filter(([, line]) => line === null).map(([orderId]) => orderId),
    };
  }

  /** @throws {NotLoaded} if there may be an open batch that is not here */
  requireEveryOpenBatch(why: string): void {
    if (!this.#loaded.hasEveryOpenBatch) throw new NotLoaded(why);
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  findBatch(reference: string): Stock | undefined {
    const batch = this.#stock.find((candidate) => candidate.reference === reference);
    if (!batch && !this.#loaded.hasBatch(reference)) throw new NotLoaded(`Batch ${reference}`);
    return batch;
  }

  /** A batch that exists. */
  batch(reference: string): Stock {
    const batch = this.findBatch(reference);
    if (!batch) throw new Error(`Product ${this.#sku} has no batch ${reference}.`);
    return batch;
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  lineOf(orderId: string): AllocatedLine | undefined {
    const line = this.#lines.get(orderId);
    if (!line && !this.#loaded.hasOrder(orderId)) throw new NotLoaded(`The line of order ${orderId}`);
    return line;
  }

  /**
   * How many lines the batch has.
   * @throws {NotLoaded} if they were not counted
   */
  linesOn(reference: string): number {
    const loaded = this.#loaded.linesOn?.(reference);
    if (loaded === undefined) throw new NotLoaded(`The number of lines of batch ${reference}`);
    return loaded + (this.#addedLines.get(reference) ?? 0);
  }

  /** The lines of the batch, the newest first: as many as are here without a gap. */
  newestLinesOn(reference: string): AllocatedLine[] {
    const from = this.#loaded.newestLinesFrom(reference);
    return [...this.#lines.values()]
      .filter((line) => line.batchReference === reference && line.sequence >= from)
      .sort((a, b) => b.sequence - a.sequence);
  }

  addBatch(batch: Stock): void {
    this.#stock.push(batch);
    this.#stock.sort(inOrderOfPreference);
    this.touch(batch);
  }

  rescheduleBatch(batch: Stock, eta: string | null): void {
    batch.reschedule(eta);
    this.#stock.sort(inOrderOfPreference);
    this.touch(batch);
  }

  /** Notes that the batch has changed. */
  touch(batch: Stock): void {
    this.#revision++;
    this.#changedStock.add(batch);
  }

  /** The line has its units of the batch from now on. */
  claim(batch: Stock, line: AllocatedLine): void {
    this.#count(batch, line.quantity, 1);
    this.#lines.set(line.orderId, line);
    this.#changedLines.set(line.orderId, line);
  }

  /** The units of the line are free again; the line is to be claimed from another batch, or removed. */
  release(line: AllocatedLine): void {
    this.#count(this.batch(line.batchReference), -line.quantity, -1);
  }

  /** A line that was released is gone. */
  remove({ orderId }: AllocatedLine): void {
    this.#lines.delete(orderId);
    this.#changedLines.set(orderId, null);
  }

  #count(batch: Stock, units: number, lines: 1 | -1): void {
    batch.claim(units);
    this.#addedLines.set(batch.reference, (this.#addedLines.get(batch.reference) ?? 0) + lines);
    this.touch(batch);
  }
}
