import { inSteps, type Steps } from '../../kernel/domain/steps.js';
import { leavingOrder, unitsOn, type AllocatedLine } from './allocated-line.js';
import type { Batch } from './batch.js';
import { NotLoaded } from './not-loaded.js';
import { isEnded } from './order-line.js';
import { NAMED_ORDERS, type LoadedPart, type ProductChanges } from './product-state.js';

/** The lines of a product that are here, and which of them have changed. */
export class LoadedLines implements Iterable<AllocatedLine> {
  readonly #loaded: LoadedPart;
  readonly #lines = new Map<string, AllocatedLine>();
  /** By order; null: it is gone. */
  readonly #changed = new Map<string, AllocatedLine | null>();
  /** Orders that have changed and had no line when it was loaded. */
  readonly #new = new Set<string>();
  /** Lines that had changed by a moment from which on changes count as saved. */
  readonly #settled = new Set<string>();
  /** Orders whose lines claimed units of several batches when they were loaded. */
  #splitBefore: ReadonlySet<string>;
  /** By batch: lines added since it was loaded, less those that have left. */
  readonly #added = new Map<string, number>();

  constructor(lines: readonly AllocatedLine[], loaded: LoadedPart) {
    this.#loaded = loaded;
    for (const line of lines) this.#lines.set(line.orderId, line);
    this.#splitBefore = this.#splitOrders;
  }

  [Symbol.iterator](): Iterator<AllocatedLine> {
    return this.#lines.values();
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  of(orderId: string): AllocatedLine | undefined {
    const line = this.#lines.get(orderId);
    if (!line && !this.#loaded.hasOrder(orderId)) throw new NotLoaded(`The line of order ${orderId}`);
    return line;
  }

  put(line: AllocatedLine): void {
    if (!this.#lines.has(line.orderId) && !this.#changed.has(line.orderId)) this.#new.add(line.orderId);
    this.#lines.set(line.orderId, line);
    this.#changed.set(line.orderId, line);
  }

  remove({ orderId }: AllocatedLine): void {
    this.#lines.delete(orderId);
    this.#changed.set(orderId, null);
  }

  /** Another view of a line that is here: nothing of it has to be stored. */
  showAs(line: AllocatedLine): void {
    this.#lines.set(line.orderId, line);
  }

  /** @param by lines that claim units of the batch now; negative if they do no more */
  count(reference: string, by: number): void {
    this.#added.set(reference, (this.#added.get(reference) ?? 0) + by);
  }

  /**
   * How many lines claim units of the batch.
   * @throws {NotLoaded} if they were not counted
   */
  countOn(reference: string): number {
    const loaded = this.#loaded.linesOn?.(reference);
    if (loaded === undefined) throw new NotLoaded(`The number of lines of batch ${reference}`);
    return loaded + (this.#added.get(reference) ?? 0);
  }

  /** The orders whose lines would leave the batch last, the last first: `NAMED_ORDERS` at most. */
  ordersOn(reference: string): readonly string[] {
    const loaded = this.#loaded.lastToLeave?.(reference) ?? [];
    const places = new Map(
      loaded
        .filter(({ orderId }) => !this.#hasChanged(orderId))
        .map(({ orderId, place }) => [orderId, place]),
    );
    for (const line of this) if (unitsOn(line, reference) > 0) places.set(line.orderId, leavingOrder(line));
    const last = [...places].sort(([, a], [, b]) => b - a).slice(0, NAMED_ORDERS);
    return last.map(([orderId]) => orderId);
  }

  #hasChanged(orderId: string): boolean {
    return this.#changed.has(orderId) || this.#settled.has(orderId);
  }

  /** Those whose hold has ended, in the order in which they were allocated. */
  endedHolds(now: Date): AllocatedLine[] {
    const ended: AllocatedLine[] = [];
    for (const line of this) if (line.terms !== undefined && isEnded(line.terms, now)) ended.push(line);
    return ended.sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * Those that have to leave the batch so that the rest fits `quantity`, in the leaving order.
   * @param upTo the last place in the leaving order up to which all lines are here
   * @throws {NotLoaded} if too few of the lines that leave first are here
   */
  *leaving(quantity: number, { reference, allocated }: Batch, upTo: number): Steps<AllocatedLine[]> {
    const candidates: AllocatedLine[] = [];
    yield* inSteps([...this], (line) => {
      if (unitsOn(line, reference) > 0 && leavingOrder(line) <= upTo) candidates.push(line);
    });
    candidates.sort((a, b) => leavingOrder(a) - leavingOrder(b));
    const leaving: AllocatedLine[] = [];
    let remaining = allocated;
    for (const line of candidates) {
      if (remaining <= quantity) break;
      leaving.push(line);
      remaining -= unitsOn(line, reference);
    }
    if (remaining > quantity) throw new NotLoaded(`Enough of the lines that leave batch ${reference} first`);
    return leaving;
  }

  get changes(): Pick<ProductChanges, 'lines' | 'newOrderIds' | 'goneOrderIds' | 'splitBefore'> {
    return {
      lines: [...this.#changed.values()].filter((line) => line !== null),
      newOrderIds: this.#new,
      goneOrderIds: [...this.#changed].filter(([, line]) => line === null).map(([orderId]) => orderId),
      splitBefore: [...this.#splitBefore].filter((orderId) => this.#changed.has(orderId)),
    };
  }

  /** Makes them what they would be if their changes had been saved. */
  settle(): void {
    for (const orderId of this.#changed.keys()) this.#settled.add(orderId);
    this.#changed.clear();
    this.#new.clear();
    this.#splitBefore = this.#splitOrders;
  }

  get #splitOrders(): ReadonlySet<string> {
    const orders = new Set<string>();
    for (const { orderId, claims } of this) if (claims) orders.add(orderId);
    return orders;
  }
}
