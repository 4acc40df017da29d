import { setTimeout as wait } from 'node:timers/promises';
import { Busy } from '../domain/errors.js';
import { backOff } from '../lifecycle/back-off.js';
import { CommitInDoubt, isUnavailable } from '../postgres/retry.js';

/** How long one change of a large work is retried while the service is overloaded. */
const BULK_PATIENCE_MS = 30_000;

/**
 * Admits the changes of large works, of 20,000 changes say, a bounded number at a time and first come, first served. The
 * lane behind it never holds more of them than that, so that calls of others go between.
 */
export class BulkGate {
  readonly #patienceMs: number;
  readonly #waiting: { readonly size: number; readonly admit: () => void }[] = [];
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
   * Runs the change when there is room for it. While the service is overloaded the change is retried, unlike the calls of
   * others, since half of a large work is of no use to its caller.
   * @param size the places that it takes, at most all of them
   * @throws {Busy} if the database cannot be reached, a commit is in doubt, or the overload did not end in time
   */
  async pass<T>(change: () => Promise<T>, size = 1): Promise<T> {
    if (this.#waiting.length === 0 && this.#free >= size) this.#free -= size;
    else await new Promise<void>((admit) => this.#waiting.push({ size, admit }));
    try {
      return await this.#patiently(change);
    } finally {
      this.#free += size;
      this.#admitNext();
    }
  }

  #admitNext(): void {
    for (let next = this.#waiting[0]; next && next.size <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.size;
      next.admit();
    }
  }

  async #patiently<T>(change: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#patienceMs;
    for (let attempt = 4; ; attempt++) {
      try {
        return await change();
      } catch (error) {
        if (!(error instanceof Busy) || !isOverload(error)) throw error;
        const pause = backOff(attempt);
        if (performance.now() + pause > deadline) throw error;
        await wait(pause);
      }
    }
  }
}

/** Whether the change may be run again: it was not carried out, and the database is there. */
const isOverload = ({ cause }: Busy) => !isUnavailable(cause) && !(cause instanceof CommitInDoubt);
