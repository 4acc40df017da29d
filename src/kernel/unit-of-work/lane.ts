import { Busy } from '../domain/errors.js';

/**
 * A queue whose entries are processed in groups, one group at a time: entries that arrive while a group is under way form
 * the next one. There is no timer: an entry that arrives at an idle lane goes at once, together with those of the same
 * turn of the event loop.
 */
export class Lane<Entry> {
  /** Of the last two groups, in milliseconds. */
  #lastDurations: readonly [number, number] = [0, 0];
  #waiting: Entry[] = [];
  #waitingSize = 0;
  #running: Promise<void> | null = null;

  /**
   * @param capacity sizes of all entries that may wait, in sum
   * @param groupSize the most entries of a group
   * @param process settles every entry of the group itself and never rejects
   * @param largestGroup sizes of the entries of a group, in sum; a larger entry is a group of its own
   * @param longestWaitMs an entry that would have to wait for longer is refused at once
   */
  constructor(
    private readonly capacity: number,
    private readonly groupSize: number,
    private readonly process: (group: Entry[]) => Promise<void>,
    private readonly longestWaitMs = Infinity,
    private readonly sizeOf: (entry: Entry) => number = () => 1,
    private readonly largestGroup = groupSize,
  ) {}

  /** @throws {Busy} if too many entries are waiting to process this one in time */
  push(entry: Entry): void {
    if (this.#waitingSize >= this.capacity || this.#expectedWaitMs() > this.longestWaitMs)
      throw new Busy('The service is overloaded; retry shortly.');
    this.#waiting.push(entry);
    this.#waitingSize += this.sizeOf(entry);
    this.#running ??= this.#run();
  }

  /** Removes the entries that wait, for a caller that can settle them already. */
  takeWaiting(): Entry[] {
    this.#waitingSize = 0;
    return this.#waiting.splice(0);
  }

  /** Resolves once every entry is processed. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const began = performance.now();
      await this.process(group);
      this.#lastDurations = [this.#lastDurations[1], performance.now() - began];
    }
    this.#running = null;
  }

  #takeGroup(): Entry[] {
    let size = 0;
    let count = 0;
    for (; count < Math.min(this.#waiting.length, this.groupSize); count++) {
      const next = this.sizeOf(this.#waiting[count]!);
      if (count > 0 && size + next > this.largestGroup) break;
      size += next;
    }
    this.#waitingSize -= size;
    return this.#waiting.splice(0, count);
  }

  /** By the faster of the last two groups: a single slow one says nothing about the next ones. */
  #expectedWaitMs(): number {
    const groups = Math.max(this.#waiting.length / this.groupSize, this.#waitingSize / this.largestGroup);
    return groups * Math.min(...this.#lastDurations);
  }
}
