/** However many connections arrive, a request waits no longer. Accepting 300 takes some 120 ms of a processor. */
const LONGEST_WAIT_MS = 250;
/** Of answering requests that waited, before new connections are accepted again. */
const LONGEST_ANSWERING_MS = 5;

/**
 * Accepts all connections that arrive together before it answers any of them, and then answers their addresses
 * round-robin. Node accepts one connection in each turn of its event loop: if each turn also answered requests, the last
 * of 300 connections, and a health probe behind them, would wait for 300 answers.
 */
export class ArrivalQueue {
  /** By address, in the order in which they were last served. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #hasArrived = false;
  #isTurning = false;
  #endsAt = 0;

  constructor(private readonly longestWaitMs = LONGEST_WAIT_MS) {}

  /** Must be called for each new connection: others may stand behind it. */
  connectionArrived(): void {
    this.#hasArrived = true;
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#endsAt = performance.now() + this.longestWaitMs;
    setImmediate(this.#turn);
  }

  /** @param begin called once no more connections arrive, at once if none do */
  enqueue(address: string, begin: () => void): void {
    if (!this.#isTurning) begin();
    else if (!this.#waiting.get(address)?.push(begin)) this.#waiting.set(address, [begin]);
  }

  readonly #turn = (): void => {
    const now = performance.now();
    const areMoreComing = this.#hasArrived && now < this.#endsAt;
    this.#hasArrived = false;
    if (!areMoreComing) {
      this.#beginSome(now + LONGEST_ANSWERING_MS);
      this.#endsAt = performance.now() + this.longestWaitMs;
    }
    this.#isTurning = areMoreComing || this.#waiting.size > 0;
    if (this.#isTurning) setImmediate(this.#turn);
  };

  #beginSome(until: number): void {
    // An address that is deleted and set again comes again at the end.
    for (const [address, its] of this.#waiting) {
      const next = its.shift();
      this.#waiting.delete(address);
      if (its.length > 0) this.#waiting.set(address, its);
      next!();
      if (performance.now() >= until) return;
    }
  }
}
