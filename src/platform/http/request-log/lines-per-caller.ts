const MINUTE_MS = 60_000;
/** Lines for the refusals of one caller and status in a minute; more refusals are only counted. */
const MOST_LINES = 100;
const OTHERS = 'others';

/** How many refusals a caller has met with a status. */
export interface Counted {
  readonly caller: string;
  readonly status: number;
  readonly since: number;
  count: number;
}

/** Keeps callers that are refused over and over from filling the log, and counts the refusals without a line. */
export class LinesPerCaller {
  readonly #counts = new Map<string, Counted>();

  /** @param mostCallers how many callers have their own lines within a minute; all others share the lines of one */
  constructor(private readonly mostCallers: number) {}

  /**
   * Whether a refusal of this caller has a line; if not, it is counted.
   * @param now milliseconds of `performance.now()`
   */
  take(caller: string, status: number, now = performance.now()): boolean {
    const isKnown = this.#counts.has(`${status} ${caller}`);
    const who = isKnown || this.#counts.size < this.mostCallers ? caller : OTHERS;
    const key = `${status} ${who}`;
    const counted = this.#counts.get(key) ?? { caller: who, status, since: now, count: 0 };
    this.#counts.set(key, counted);
    return ++counted.count <= MOST_LINES;
  }

  /**
   * The refusals without a line in the minutes that are over. After that, their callers have lines again.
   * @param now milliseconds of `performance.now()`
   */
  takeCounts(now = performance.now()): Omit<Counted, 'since'>[] {
    const over = [...this.#counts].filter(([, { since }]) => now - since >= MINUTE_MS);
    for (const [key] of over) this.#counts.delete(key);
    return over
      .map(([, { caller, status, count }]) => ({ caller, status, count: count - MOST_LINES }))
      .filter(({ count }) => count > 0);
  }
}
