import type { Logger } from '@nestjs/common';
import { errorMessage } from './error-message.js';
import { backOff } from './back-off.js';

/** Fewer failures in a row pass by themselves, and an operator need not know of them. */
const LOGGED_AT = 5;

/** The failures in a row of something that has to go on: how long to pause, and when to log. */
export class FailureStreak {
  #failures = 0;

  /**
   * @param what the beginning of a line of the log
   * @param loggedAt the failure of a row that is logged
   */
  constructor(
    private readonly logger: Logger,
    private readonly what: string,
    private readonly loggedAt = LOGGED_AT,
  ) {}

  /**
   * It has failed again. The log has one line for a row of failures.
   * @param firstMs the longest pause after one failure; a pause doubles with each further one
   * @param longestMs the longest pause after any failure
   * @returns after how many milliseconds to try again
   */
  failed(error: unknown, firstMs?: number, longestMs?: number): number {
    this.#failures++;
    if (this.#failures === this.loggedAt) this.logger.warn(`${this.what}, retrying: ${errorMessage(error)}`);
    return backOff(this.#failures, firstMs, longestMs);
  }

  recovered(): void {
    this.#failures = 0;
  }
}
