export interface QueueLimits {
  readonly running: number;
  readonly runningPerCaller: number;
  readonly waiting: number;
  readonly waitingPerCaller: number;
  readonly maxWaitMs: number;
}

interface WaitingCall {
  readonly begin: () => void;
  readonly reject: () => void;
  readonly timer: NodeJS.Timeout;
}

interface CallsOfCaller {
  running: number;
  readonly waiting: Set<WaitingCall>;
}

/**
 * Runs a limited number of calls at once, and gives no caller more than a share of them. However many calls one caller
 * makes, another one finds a free place, or gets the next one that becomes free: waiting callers are served round-robin.
 */
export class FairQueue {
  /** In the order in which they were last served. */
  readonly #callers = new Map<string, CallsOfCaller>();
  #running = 0;
  #waiting = 0;

  /** @param mayBegin whether this caller may begin another call now; `beginWaiting` asks again */
  constructor(
    private readonly limits: QueueLimits,
    private readonly mayBegin: (caller: string) => boolean = () => true,
  ) {}

  /**
   * @param begin called now or later; `leave` must follow
   * @param reject called instead if too many calls wait already, or if this one has waited too long
   */
  enter(caller: string, begin: () => void, reject: () => void): void {
    const { waiting, waitingPerCaller } = this.limits;
    const its = this.#callers.get(caller) ?? { running: 0, waiting: new Set() };
    if (its.waiting.size === 0 && this.#hasRoomFor(caller, its)) {
      this.#callers.set(caller, its);
      this.#begin(its, begin);
    } else if (its.waiting.size >= waitingPerCaller || this.#waiting >= waiting) {
      reject();
    } else {
      this.#callers.set(caller, its);
      this.#wait(caller, its, begin, reject);
    }
  }

  /** A call of this caller has ended. */
  leave(caller: string): void {
    const its = this.#callers.get(caller);
    if (its === undefined || its.running === 0) return;
    its.running--;
    this.#running--;
    this.#forgetIfDone(caller, its);
    this.beginWaiting();
  }

  /** Begins waiting calls, as far as there is room. */
  beginWaiting(): void {
    if (this.#waiting === 0) return;
    for (const [caller, its] of [...this.#callers]) {
      const [next] = its.waiting;
      if (next === undefined || !this.#hasRoomFor(caller, its)) continue;
      this.#take(its, next);
      // To the end, so that every other caller is served before this one is again.
      this.#callers.delete(caller);
      this.#callers.set(caller, its);
      this.#begin(its, next.begin);
    }
  }

  #hasRoomFor(caller: string, its: CallsOfCaller): boolean {
    const { running, runningPerCaller } = this.limits;
    return this.#running < running && its.running < runningPerCaller && this.mayBegin(caller);
  }

  #begin(its: CallsOfCaller, begin: () => void): void {
    its.running++;
    this.#running++;
    begin();
  }

  #wait(caller: string, its: CallsOfCaller, begin: () => void, reject: () => void): void {
    const timer = setTimeout(() => {
      this.#take(its, call);
      this.#forgetIfDone(caller, its);
      reject();
    }, this.limits.maxWaitMs);
    const call: WaitingCall = { begin, reject, timer };
    its.waiting.add(call);
    this.#waiting++;
  }

  #take(its: CallsOfCaller, call: WaitingCall): void {
    clearTimeout(call.timer);
    its.waiting.delete(call);
    this.#waiting--;
  }

  #forgetIfDone(caller: string, its: CallsOfCaller): void {
    if (its.running === 0 && its.waiting.size === 0 && this.#callers.get(caller) === its)
      this.#callers.delete(caller);
  }
}
