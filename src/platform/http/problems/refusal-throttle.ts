/** Refusals in a second that cost other callers nothing. */
const UNDELAYED_PER_SECOND = 500;

/**
 * Delays refusals for callers who ignore `Retry-After` and come back at once. While there are so many refusals that they
 * would take the processor from other calls, each is held back for about the time that the caller should have waited.
 * Callers who do wait notice little.
 */
export class RefusalThrottle {
  #secondBegan = -Infinity;
  #refused = 0;

  /**
   * Counts one refusal.
   * @param now milliseconds of `performance.now()`
   * @param retryAfter the seconds of its `Retry-After`
   * @returns how many ms to hold the answer back; partly random, so that callers do not come back together
   */
  delayFor(now: number, retryAfter: number): number {
    if (now - this.#secondBegan >= 1_000) {
      this.#secondBegan = now;
      this.#refused = 0;
    }
    this.#refused++;
    return this.#refused <= UNDELAYED_PER_SECOND ? 0 : retryAfter * 1_000 * (0.5 + Math.random());
  }
}
