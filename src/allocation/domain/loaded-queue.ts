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
  readonly #upToPlace: number;
  #lastChannel: string | undefined;
  #hasServed = false;
  #waiting: number;
  #inOrder: readonly WaitingLine[] | undefined;
  #revision = 0;

  constructor({ waiting, lines, upTo, upToPlace, lastChannel }: QueueState) {
    this.#waiting = waiting;
    this.#lastChannel = lastChannel ?? undefined;
    this.#lines = new Map(lines.map((line) => [line.orderId, line]));
    const isEverything = this.#lines.size === waiting;
    const everything = { largest: Infinity, total: Infinity };
    this.#upTo = isEverything ? everything : (upTo ?? { largest: 0, total: 0 });
    this.#upToPlace = isEverything ? Infinity : (upToPlace ?? -Infinity);
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
      ...(this.#hasServed && { lastChannel: this.#lastChannel! }),
    };
  }

  /** Makes it what it would be if its changes had been saved. */
  settle(): void {
    this.#revision = 0;
    this.#changed.clear();
    this.#hasServed = false;
  }

  /** The channel that was served last in turn; undefined: none was. */
  get lastChannel(): string | undefined {
    return this.#lastChannel;
  }

  /** A channel was served in turn, and a line of it has left the queue. */
  noteTurn(channel: string): void {
    this.#lastChannel = channel;
    this.#hasServed = true;
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

  /** @throws {NotLoaded} if a line up to this place in the order of the queue may be missing here */
  requireLinesUpTo(place: number): void {
    if (place > this.#upToPlace) throw new NotLoaded('The head of the queue');
  }

  /**
   * Whether a line of another order is before the place.
   * @throws {NotLoaded} if such a line may be missing here
   */
  hasLineBefore(place: number, orderId: string): boolean {
    const first = this.inOrder.find((line) => line.orderId !== orderId);
    if (first && placeInQueue(first) < place) return true;
    this.requireLinesUpTo(place);
    return false;
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
