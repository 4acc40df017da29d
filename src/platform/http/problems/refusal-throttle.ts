/** Refusals in a second that cost nobody else anything. */
const AT_ONCE = 500;

/**
 * What is done about callers who are told to come back in a second and come back at once: while there are so many that
 * refusing them would take the processor from everybody else, an answer is held back for the second that they should
 * have waited. It frees whoever is served, reads and health first of all; who does wait notices little.
 */
export class RefusalThrottle {
  #secondBegan = -Infinity;
  #refused = 0;

  /**
   * Counts one refusal.
   *
   * @param now in ms, by any clock that does not go back
   * @param retryAfter what the caller is told, in seconds
   * @returns how many ms to hold the answer back; partly by chance, so that a crowd does not come back as one
   */
  delayFor(now: number, retryAfter: number): number {
    if (now - this.#secondBegan >= 1_000) {
      this.#secondBegan = now;
      this.#refused = 0;
    }
    this.#refused++;
    return this.#refused <= AT_ONCE ? 0 : retryAfter * 1_000 * (0.5 + Math.random());
  }
}
