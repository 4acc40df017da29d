const MINUTE_MS = 60_000;
/** More refusals of one caller in a minute are counted and not told one by one. */
const MOST_LINES = 100;
const OTHERS = 'others';

/** Refusals of one caller and status that have no line of their own. */
export interface LeftOut {
  readonly caller: string;
  readonly status: number;
  readonly count: number;
}

interface Counted {
  readonly caller: string;
  readonly status: number;
  readonly since: number;
  count: number;
}

/** Keeps whoever is refused over and over from filling the log, and forgets none of the refusals. */
export class LinesPerCaller {
  readonly #counts = new Map<string, Counted>();
  readonly #mostCallers: number;

  /** @param mostCallers who are told apart within a minute; all beyond share the lines of one */
  constructor(mostCallers: number) {
    this.#mostCallers = mostCallers;
  }

  /**
   * Whether a refusal of this caller has a line of its own; else it is counted.
   * @param now milliseconds of `performance.now()`
   */
  take(caller: string, status: number, now = performance.now()): boolean {
    const isKnown = this.#counts.has(`${status} ${caller}`);
    const who = isKnown || this.#counts.size < this.#mostCallers ? caller : OTHERS;
    const key = `${status} ${who}`;
    const counted = this.#counts.get(key) ?? { caller: who, status, since: now, count: 0 };
    this.#counts.set(key, counted);
    return ++counted.count <= MOST_LINES;
  }

  /**
   * What was left out in the minutes that are over. Each caller is forgotten then, and has lines again.
   * @param now milliseconds of `performance.now()`
   */
  takeCounts(now = performance.now()): LeftOut[] {
    const over = [...this.#counts].filter(([, { since }]) => now - since >= MINUTE_MS);
    for (const [key] of over) this.#counts.delete(key);
    return over
      .map(([, { caller, status, count }]) => ({ caller, status, count: count - MOST_LINES }))
      .filter(({ count }) => count > 0);
  }
}
