/** How many may be under way and wait. */
export interface Shares {
  readonly atOnce: number;
  readonly perCaller: number;
  readonly waiting: number;
  readonly waitingPerCaller: number;
  /** How long one waits at most. */
  readonly patienceMs: number;
}

interface Place {
  readonly begin: () => void;
  readonly refuse: () => void;
  readonly timer: NodeJS.Timeout;
}

interface Caller {
  underWay: number;
  readonly waiting: Set<Place>;
}

/**
 * Lets calls of one kind begin, so many at once, and no caller more than a share of them: whoever has one to make finds a
 * free place, or the next one that becomes free, however many calls another one makes. Those who wait are taken by turns.
 */
export class FairQueue {
  readonly #shares: Shares;
  readonly #mayBegin: (caller: string) => boolean;
  /** Those who have calls here; who was served last stands last. */
  readonly #callers = new Map<string, Caller>();
  #underWay = 0;
  #waiting = 0;

  /** @param mayBegin whether a caller may have another call begun now; asked again at `look` */
  constructor(shares: Shares, mayBegin: (caller: string) => boolean = () => true) {
    this.#shares = shares;
    this.#mayBegin = mayBegin;
  }

  /** Lets a call begin if nothing stands in its way, to be followed by one of `leave`; whether it does. */
  enterAtOnce(caller: string): boolean {
    const its = this.#callers.get(caller);
    if (its === undefined) {
      const fresh = { underWay: 0, waiting: new Set<Place>() };
      if (!this.#hasRoomFor(caller, fresh)) return false;
      this.#callers.set(caller, fresh);
      fresh.underWay++;
    } else if (its.waiting.size > 0 || !this.#hasRoomFor(caller, its)) return false;
    else its.underWay++;
    this.#underWay++;
    return true;
  }

  /**
   * @param begin is called at once or later; each of these calls must be followed by one of `leave`
   * @param refuse is called instead if too many wait already, or if this one has waited for too long
   */
  enter(caller: string, begin: () => void, refuse: () => void): void {
    if (this.enterAtOnce(caller)) {
      begin();
      return;
    }
    const its = this.#callers.get(caller) ?? { underWay: 0, waiting: new Set() };
    if (its.waiting.size >= this.#shares.waitingPerCaller || this.#waiting >= this.#shares.waiting) {
      refuse();
    } else {
      this.#callers.set(caller, its);
      this.#wait(caller, its, begin, refuse);
    }
  }

  /** A call of this caller has ended. */
  leave(caller: string): void {
    const its = this.#callers.get(caller);
    if (its === undefined || its.underWay === 0) return;
    its.underWay--;
    this.#underWay--;
    this.#forgetIfDone(caller, its);
    this.look();
  }

  /** Lets those begin for whom there is room. */
  look(): void {
    if (this.#waiting === 0) return;
    for (const [caller, its] of [...this.#callers]) {
      const [next] = its.waiting;
      if (next === undefined || !this.#hasRoomFor(caller, its)) continue;
      this.#take(its, next);
      // To the end, so that everybody else has a turn before the next one of this caller.
      this.#callers.delete(caller);
      this.#callers.set(caller, its);
      this.#begin(its, next.begin);
    }
  }

  #hasRoomFor(caller: string, its: Caller): boolean {
    const { atOnce, perCaller } = this.#shares;
    return this.#underWay < atOnce && its.underWay < perCaller && this.#mayBegin(caller);
  }

  #begin(its: Caller, begin: () => void): void {
    its.underWay++;
    this.#underWay++;
    begin();
  }

  #wait(caller: string, its: Caller, begin: () => void, refuse: () => void): void {
    const timer = setTimeout(() => {
      this.#take(its, place);
      this.#forgetIfDone(caller, its);
      refuse();
    }, this.#shares.patienceMs);
    const place: Place = { begin, refuse, timer };
    its.waiting.add(place);
    this.#waiting++;
  }

  #take(its: Caller, place: Place): void {
    clearTimeout(place.timer);
    its.waiting.delete(place);
    this.#waiting--;
  }

  #forgetIfDone(caller: string, its: Caller): void {
    if (its.underWay === 0 && its.waiting.size === 0 && this.#callers.get(caller) === its)
      this.#callers.delete(caller);
  }
}
