import type { Logger } from '@nestjs/common';
import { backOff } from '../postgres/retry.js';

/** Fewer failures in a row pass by themselves, and are nothing that an operator has to know of. */
const TOLD_AT = 5;

/** Something that has to go on whatever happens: how long to pause while it fails, and what the log is told of it. */
export class FailureStreak {
  readonly #logger: Logger;
  readonly #what: string;
  #failures = 0;

  /** @param what the beginning of a sentence for the log */
  constructor(logger: Logger, what = 'cannot go on') {
    this.#logger = logger;
    this.#what = what;
  }

  /**
   * It has failed again. The log is told once in a row of failures.
   * @returns after how many milliseconds to try again
   */
  failed(error: unknown): number {
    this.#failures++;
    if (this.#failures === TOLD_AT) this.#logger.warn(`${this.#what}, will keep trying: ${String(error)}`);
    return backOff(this.#failures);
  }

  /** It has gone well. */
  recovered(): void {
    this.#failures = 0;
  }
}
