import { Busy } from '../domain/busy.js';

/**
 * A queue whose entries are worked off in groups, one group at a time: what arrives while a group is under
 * way waits and goes together in the next. There is no timer: an entry that finds the lane idle goes at
 * once, together with what arrives in the same turn of the event loop.
 */
export class Lane<Entry> {
  readonly #capacity: number;
  readonly #groupSize: number;
  readonly #workOff: (group: Entry[]) => Promise<void>;
  readonly #isLate: (oldest: Entry) => boolean;
  #waiting: Entry[] = [];
  #running: Promise<void> | null = null;

  /**
   * @param workOff settles every entry of the group itself and never rejects
   * @param isLate whether an entry that is still waiting has waited for so long that nobody should join behind it
   */
  constructor(
    capacity: number,
    groupSize: number,
    workOff: (group: Entry[]) => Promise<void>,
    isLate: (oldest: Entry) => boolean = () => false,
  ) {
    this.#capacity = capacity;
    this.#groupSize = groupSize;
    this.#workOff = workOff;
    this.#isLate = isLate;
  }

  /** @throws {Busy} where more is waiting already than could be done in time */
  push(entry: Entry): void {
    const [oldest] = this.#waiting;
    if (this.#waiting.length >= this.#capacity || (oldest !== undefined && this.#isLate(oldest)))
      throw new Busy('Too many calls are waiting; try again in a moment.');
    this.#waiting.push(entry);
    this.#running ??= this.#run();
  }

  /** Resolves once all that was pushed is worked off. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#groupSize);
      await this.#workOff(group);
    }
    this.#running = null;
  }
}
