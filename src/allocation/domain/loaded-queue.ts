import { NotLoaded } from './not-loaded.js';
import {
  placeInQueue,
  type FreeUnits,
  type QueueChanges,
  type QueueState,
  type WaitingLine,
} from './waiting-line.js';

/** The loaded part of the queue of a product, and what has changed in it. */
export class LoadedQueue {
  readonly #lines: Map<string, WaitingLine>;
  readonly #changed = new Map<string, WaitingLine | null>();
  readonly #upTo: FreeUnits;
  #waiting: number;
  #inOrder: readonly WaitingLine[] | undefined;
  #revision = 0;

  constructor({ waiting, lines, upTo }: QueueState) {
    this.#waiting = waiting;
    this.#lines = new Map(lines.map((line) => [line.orderId, line]));
    // A queue without lines is here, whatever is free.
    const everything = { largest: Infinity, total: Infinity };
    this.#upTo = waiting === 0 ? everything : (upTo ?? { largest: 0, total: 0 });
  }

  /** Lines that wait, loaded or not. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Raised by every change. */
  get revision(): number {
    return this.#revision;
  }

  get changes(): QueueChanges {
    return {
      waiting: this.#waiting,
      lines: [...this.#changed.values()].filter((line) => line !== null),
      goneOrderIds: [...this.#changed].filter(([, line]) => line === null).map(([orderId]) => orderId),
    };
  }

  /** Makes it what it would be if its changes had been saved. */
  settle(): void {
    this.#revision = 0;
    this.#changed.clear();
  }

  /** The waiting line of an order that the needs name. */
  find(orderId: string): WaitingLine | undefined {
    return this.#lines.get(orderId);
  }

  /** The lines that are here, the head of the queue first. */
  get inOrder(): readonly WaitingLine[] {
    this.#inOrder ??= [...this.#lines.values()].sort((a, b) => placeInQueue(a) - placeInQueue(b));
    return this.#inOrder;
  }

  /** @throws {NotLoaded} if a line that so many units could meet may be missing here */
  requireLinesFor({ largest, total }: FreeUnits): void {
    if (largest > this.#upTo.largest || total > this.#upTo.total) throw new NotLoaded('The queue');
  }

  /** Adds the line, or puts it in the place of that of its order. */
  put(line: WaitingLine): void {
    if (!this.#lines.has(line.orderId)) this.#waiting++;
    this.#lines.set(line.orderId, line);
    this.#note(line.orderId, line);
  }

  remove({ orderId }: WaitingLine): void {
    this.#waiting--;
    this.#lines.delete(orderId);
    this.#note(orderId, null);
  }

  #note(orderId: string, line: WaitingLine | null): void {
    this.#revision++;
    this.#inOrder = undefined;
    this.#changed.set(orderId, line);
  }
}
