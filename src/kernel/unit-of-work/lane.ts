import { Busy } from '../domain/errors.js';

export interface LaneOptions<Entry> {
  /** Sizes of all entries that may wait, in sum. */
  readonly capacity: number;
  /** The most works of a group; an entry of more is a group of its own. */
  readonly groupSize: number;
  /** Works of an entry. Left out: 1. */
  readonly countOf?: (entry: Entry) => number;
  /** Sizes of the entries of a group, in sum; a larger entry is a group of its own. Left out: `groupSize`. */
  readonly largestGroup?: number;
  /** Left out: each is 1. */
  readonly sizeOf?: (entry: Entry) => number;
  /** An entry that would have to wait for longer is refused at once. Left out: it waits for as long as it has to. */
  readonly longestWaitMs?: number;
  /** Whether a full group begins beside the one under way: it waits for nobody any more. */
  readonly overlaps?: boolean;
}

/** For how long a lane counts as full after its last full group. */
const FULL_MS = 1_000;

/**
 * A queue whose entries are processed in groups: entries that arrive while a group is under way form the next one. There is
 * no timer: an entry that arrives at an idle lane goes at once, together with those of the same turn of the event loop.
 * One group is under way at a time, or two if full ones overlap.
 */
export class Lane<Entry> {
  readonly #options: Required<LaneOptions<Entry>>;
  /** How long each of the last two groups kept the next one waiting, in milliseconds. */
  #lastDurations: readonly [number, number] = [0, 0];
  /** In milliseconds of `performance.now()`. */
  #finishedAt = 0;
  #waiting: Entry[] = [];
  #waitingCount = 0;
  #waitingSize = 0;
  #running: Promise<void> | null = null;
  /** When the last full group was taken, in milliseconds of `performance.now()`. */
  #fullAt = -Infinity;
  /** Full groups, beside those of `#running`. */
  #runningFull: Promise<void> | null = null;

  /** @param process settles every entry of the group itself and never rejects */
  constructor(
    private readonly process: (group: Entry[]) => Promise<void>,
    options: LaneOptions<Entry>,
  ) {
    const { groupSize } = options;
    const one = () => 1;
    const usual = {
      largestGroup: groupSize,
      countOf: one,
      sizeOf: one,
      longestWaitMs: Infinity,
      overlaps: false,
    };
    this.#options = { ...usual, ...options };
  }

  /** @throws {Busy} if too many entries are waiting to process this one in time */
  push(entry: Entry): void {
    const { capacity, longestWaitMs, countOf, sizeOf, overlaps } = this.#options;
    if (this.#waitingSize >= capacity || this.#expectedWaitMs() > longestWaitMs)
      throw new Busy('The service is overloaded; retry shortly.');
    this.#waiting.push(entry);
    this.#waitingCount += countOf(entry);
    this.#waitingSize += sizeOf(entry);
    this.#running ??= this.#run();
    if (overlaps && this.#isFull) this.#runningFull ??= this.#runFull();
  }

  /** Removes the entries that wait, for a caller that can settle them already. */
  takeWaiting(): Entry[] {
    this.#waitingCount = 0;
    this.#waitingSize = 0;
    return this.#waiting.splice(0);
  }

  /** Whether a full group was taken within the last second: entries come as fast as they are processed, or faster. */
  get isSaturated(): boolean {
    return performance.now() - this.#fullAt < FULL_MS;
  }

  /** Resolves once every entry is processed. */
  async flush(): Promise<void> {
    while (this.#running ?? this.#runningFull) await Promise.all([this.#running, this.#runningFull]);
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#processNext();
    this.#running = null;
  }

  async #runFull(): Promise<void> {
    while (this.#isFull) await this.#processNext();
    this.#runningFull = null;
  }

  get #isFull(): boolean {
    const { groupSize, largestGroup } = this.#options;
    return this.#waitingCount >= groupSize || this.#waitingSize >= largestGroup;
  }

  async #processNext(): Promise<void> {
    const began = performance.now();
    if (this.#isFull) this.#fullAt = began;
    const group = this.#takeGroup();
    await this.process(group);
    const now = performance.now();
    this.#lastDurations = [this.#lastDurations[1], now - Math.max(began, this.#finishedAt)];
    this.#finishedAt = now;
  }

  #takeGroup(): Entry[] {
    const { groupSize, largestGroup, countOf, sizeOf } = this.#options;
    let [entries, count, size] = [0, 0, 0];
    for (const next of this.#waiting) {
      const [itsCount, itsSize] = [countOf(next), sizeOf(next)];
      if (entries > 0 && (count + itsCount > groupSize || size + itsSize > largestGroup)) break;
      entries++;
      count += itsCount;
      size += itsSize;
    }
    this.#waitingCount -= count;
    this.#waitingSize -= size;
    return this.#waiting.splice(0, entries);
  }

  /** By the faster of the last two groups: a single slow one says nothing about the next ones. */
  #expectedWaitMs(): number {
    const { groupSize, largestGroup } = this.#options;
    const groups = Math.max(this.#waitingCount / groupSize, this.#waitingSize / largestGroup);
    return groups * Math.min(...this.#lastDurations);
  }
}
