import { Busy } from '../domain/errors.js';

/**
 * A queue whose entries are worked off in groups, one group at a time: what arrives while a group is under
 * way waits and goes together in the next. There is no timer: an entry that finds the lane idle goes at
 * once, together with what arrives in the same turn of the event loop.
 */
export class Lane<Entry> {
  readonly #capacity: number;
  readonly #groupSize: number;
  readonly #workOff: (group: Entry[]) => Promise<void>;
  readonly #longestWaitMs: number;
  /** How long the last two groups took, in ms. */
  #took: readonly [number, number] = [0, 0];
  #waiting: Entry[] = [];
  #running: Promise<void> | null = null;

  /**
   * @param workOff settles every entry of the group itself and never rejects
   * @param longestWaitMs who would have to wait for longer is told at once that we are busy
   */
  constructor(
    capacity: number,
    groupSize: number,
    workOff: (group: Entry[]) => Promise<void>,
    longestWaitMs = Infinity,
  ) {
    this.#capacity = capacity;
    this.#groupSize = groupSize;
    this.#workOff = workOff;
    this.#longestWaitMs = longestWaitMs;
  }

  /** @throws {Busy} where more is waiting already than could be done in time */
  push(entry: Entry): void {
    if (this.#waiting.length >= this.#capacity || this.#expectedWaitMs() > this.#longestWaitMs)
      throw new Busy('Too many calls are waiting; try again in a moment.');
    this.#waiting.push(entry);
    this.#running ??= this.#run();
  }

  /** Takes out all that wait, for whoever can say already what becomes of them. */
  takeWaiting(): Entry[] {
    return this.#waiting.splice(0);
  }

  /** Resolves once all that was pushed is worked off. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#groupSize);
      const began = performance.now();
      await this.#workOff(group);
      this.#took = [this.#took[1], performance.now() - began];
    }
    this.#running = null;
  }

  /** By the faster of the last two groups: a single slow one says nothing of those behind it. */
  #expectedWaitMs(): number {
    return (this.#waiting.length / this.#groupSize) * Math.min(...this.#took);
  }
}
