/** However many come, those who are in are kept waiting no longer. 300 take some 120 ms of a processor to come in. */
const LONGEST_WAIT_MS = 250;
/** Of answering those who have waited; then it is looked for others who have come. */
const LONGEST_TURN_MS = 5;

/**
 * Takes in all who come before it answers any of them, and then answers by turns of their addresses. Node takes in one
 * new connection in each turn of its loop: if each turn answered those who are in already, the last of 300 who come
 * together would wait for 300 turns, and a probe of the health with them.
 */
export class ArrivalQueue {
  /** By addresses; who was served last stands last. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #longestWaitMs: number;
  #hasCome = false;
  #isTurning = false;
  #endsAt = 0;

  constructor(longestWaitMs = LONGEST_WAIT_MS) {
    this.#longestWaitMs = longestWaitMs;
  }

  /** A connection has come: others may stand behind it. */
  connectionArrived(): void {
    this.#hasCome = true;
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#endsAt = performance.now() + this.#longestWaitMs;
    setImmediate(this.#turn);
  }

  /** @param begin is called as soon as nobody comes any more, at once if nobody does */
  enqueue(address: string, begin: () => void): void {
    if (!this.#isTurning) begin();
    else if (!this.#waiting.get(address)?.push(begin)) this.#waiting.set(address, [begin]);
  }

  readonly #turn = (): void => {
    const now = performance.now();
    const areMoreComing = this.#hasCome && now < this.#endsAt;
    this.#hasCome = false;
    if (!areMoreComing) {
      this.#beginSome(now + LONGEST_TURN_MS);
      this.#endsAt = performance.now() + this.#longestWaitMs;
    }
    this.#isTurning = areMoreComing || this.#waiting.size > 0;
    if (this.#isTurning) setImmediate(this.#turn);
  };

  #beginSome(until: number): void {
    // What was deleted and set again comes again at the end.
    for (const [address, its] of this.#waiting) {
      const next = its.shift();
      this.#waiting.delete(address);
      if (its.length > 0) this.#waiting.set(address, its);
      next!();
      if (performance.now() >= until) return;
    }
  }
}
