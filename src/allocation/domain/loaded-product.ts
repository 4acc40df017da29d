import { Batch, inOrderOfPreference, type BatchState } from './batch.js';

/** An order line with its claim on a batch. */
export interface AllocatedLine {
  readonly orderId: string;
  readonly quantity: number;
  readonly batchReference: string;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
}

/** Which part of a product was loaded, so that "not there" is never a guess. */
export interface LoadedPart {
  /** Whether the order's line is here if it exists. */
  hasOrder(orderId: string): boolean;
  /** Whether the batch is here if it exists, even when it is full. */
  hasBatch(reference: string): boolean;
  /** Whether every open batch is here; if not, those that come first in the order of preference are. */
  readonly hasEveryOpenBatch: boolean;
  /** Every line of the batch from this sequence on is here; Infinity if none is for certain. */
  newestLinesFrom(reference: string): number;
  /** How many lines the batch has; undefined if they were not counted. */
  linesOn?(reference: string): number | undefined;
}

/** A product as a store loads it. */
export interface ProductState {
  readonly sku: string;
  readonly version: number;
  readonly lastSequence: number;
  readonly batches: readonly BatchState[];
  readonly lines: readonly AllocatedLine[];
  readonly loaded: LoadedPart;
}

/** What a store has to write: all that differs from what was loaded, and nothing else. */
export interface ProductChanges {
  readonly lastSequence: number;
  readonly batches: readonly BatchState[];
  readonly lines: readonly AllocatedLine[];
  readonly goneOrderIds: readonly string[];
}

/** The work asked for a part of the product that its need did not name: a programming error. */
export class NotLoaded extends Error {
  constructor(what: string) {
    super(`${what} was not loaded: the work must name it in its need.`);
    this.name = 'NotLoaded';
  }
}

/**
 * The loaded part of a product, and what has changed in it. It never takes what was not loaded for something that does
 * not exist.
 */
export class LoadedProduct {
  readonly #sku: string;
  readonly #loaded: LoadedPart;
  readonly #batches: Batch[];
  readonly #lines: Map<string, AllocatedLine>;
  readonly #changedBatches = new Set<Batch>();
  readonly #changedLines = new Map<string, AllocatedLine | null>();
  /** By batch: lines added since it was loaded, less those that have left. */
  readonly #addedLines = new Map<string, number>();
  #lastSequence: number;
  #revision = 0;

  constructor({ sku, lastSequence, batches, lines, loaded }: ProductState) {
    this.#sku = sku;
    this.#loaded = loaded;
    this.#lastSequence = lastSequence;
    this.#batches = batches.map((batch) => new Batch(batch)).sort(inOrderOfPreference);
    this.#lines = new Map(lines.map((line) => [line.orderId, line]));
  }

  /** In the order of preference (rule 3). */
  get batches(): readonly Batch[] {
    return this.#batches;
  }

  /** Raised by every change. */
  get revision(): number {
    return this.#revision;
  }

  get changes(): ProductChanges {
    return {
      lastSequence: this.#lastSequence,
      batches: [...this.#changedBatches].map(({ state }) => state),
      lines: [...this.#changedLines.values()].filter((line) => line !== null),
      goneOrderIds: [...this.#changedLines].filter(([, line]) => line === null).map(([orderId]) => orderId),
    };
  }

  /** @throws {NotLoaded} if an open batch may be missing here */
  requireEveryOpenBatch(why: string): void {
    if (!this.#loaded.hasEveryOpenBatch) throw new NotLoaded(why);
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  findBatch(reference: string): Batch | undefined {
    const batch = this.#batches.find((candidate) => candidate.reference === reference);
    if (!batch && !this.#loaded.hasBatch(reference)) throw new NotLoaded(`Batch ${reference}`);
    return batch;
  }

  /** @throws {NotLoaded | Error} if it is not here: a programming error, since `batches` registers a batch first */
  batch(reference: string): Batch {
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
   * How many lines claim units of the batch.
   * @throws {NotLoaded} if they were not counted
   */
  linesOn(reference: string): number {
    const loaded = this.#loaded.linesOn?.(reference);
    if (loaded === undefined) throw new NotLoaded(`The number of lines of batch ${reference}`);
    return loaded + (this.#addedLines.get(reference) ?? 0);
  }

  /**
   * The lines that have to leave the batch so that the rest fits `quantity`, the newest first.
   * @throws {NotLoaded} if too few of the newest lines are here
   */
  newestLinesBeyond(quantity: number, { reference, allocated }: Batch): AllocatedLine[] {
    const from = this.#loaded.newestLinesFrom(reference);
    const newestFirst = [...this.#lines.values()]
      .filter((line) => line.batchReference === reference && line.sequence >= from)
      .sort((a, b) => b.sequence - a.sequence);
    const leaving: AllocatedLine[] = [];
    let remaining = allocated;
    for (const line of newestFirst) {
      if (remaining <= quantity) break;
      leaving.push(line);
      remaining -= line.quantity;
    }
    if (remaining > quantity) throw new NotLoaded(`Enough of the newest lines of batch ${reference}`);
    return leaving;
  }

  addBatch(batch: Batch): void {
    this.#batches.push(batch);
    this.#batches.sort(inOrderOfPreference);
    this.touch(batch);
  }

  rescheduleBatch(batch: Batch, eta: string | null): void {
    batch.reschedule(eta);
    this.#batches.sort(inOrderOfPreference);
    this.touch(batch);
  }

  /** Records that the batch has changed. */
  touch(batch: Batch): void {
    this.#revision++;
    this.#changedBatches.add(batch);
  }

  /** A new line claims its units from the batch. */
  addLine(orderId: string, quantity: number, batch: Batch): AllocatedLine {
    const line = { orderId, quantity, batchReference: batch.reference, sequence: ++this.#lastSequence };
    this.claim(line, batch);
    return line;
  }

  /** The line claims its units from the batch. */
  claim(line: AllocatedLine, batch: Batch): void {
    this.#count(batch, line.quantity, 1);
    this.#lines.set(line.orderId, line);
    this.#changedLines.set(line.orderId, line);
  }

  /** The line gives its units back; it has to be claimed from another batch, or removed. */
  release(line: AllocatedLine): void {
    this.#count(this.batch(line.batchReference), -line.quantity, -1);
  }

  /** Removes a line that was released. */
  remove({ orderId }: AllocatedLine): void {
    this.#lines.delete(orderId);
    this.#changedLines.set(orderId, null);
  }

  #count(batch: Batch, units: number, lines: 1 | -1): void {
    batch.claim(units);
    this.#addedLines.set(batch.reference, (this.#addedLines.get(batch.reference) ?? 0) + lines);
    this.touch(batch);
  }
}
