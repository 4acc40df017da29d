import { setTimeout as wait } from 'node:timers/promises';
import { Busy } from '../domain/errors.js';
import { backOff } from '../lifecycle/back-off.js';
import { isUnavailable } from '../postgres/retry.js';

/** How long one change of a large work is retried while the service is overloaded. */
const BULK_PATIENCE_MS = 30_000;

/**
 * Admits the changes of large works, of 20,000 changes say, a bounded number at a time and first come, first served. The
 * lane behind it never holds more of them than that, so that calls of others go between.
 */
export class BulkGate {
  readonly #patienceMs: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /**
   * @param places changes that are admitted at a time
   * @param patienceMs how long a change is retried while it is refused with `Busy`
   */
  constructor(places: number, patienceMs = BULK_PATIENCE_MS) {
    this.#free = places;
    this.#patienceMs = patienceMs;
  }

  /**
   * Runs the change when a place is free. While the service is overloaded the change is retried, unlike the calls of
   * others, since half of a large work is of no use to its caller.
   * @throws {Busy} if the database cannot be reached, or the overload did not end in time
   */
  async pass<T>(change: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((admit) => this.#waiting.push(admit));
    try {
      return await this.#patiently(change);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  async #patiently<T>(change: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#patienceMs;
    for (let attempt = 4; ; attempt++) {
      try {
        return await change();
      } catch (error) {
        if (!(error instanceof Busy) || isUnavailable(error.cause)) throw error;
        const pause = backOff(attempt);
        if (performance.now() + pause > deadline) throw error;
        await wait(pause);
      }
    }
  }
}
