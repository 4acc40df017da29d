/** The dates of a batch as answers show them. */
export interface Dates {
  /** `YYYY-MM-DD`; null: it is on hand. */
  readonly eta: string | null;
  /** Whether that day has passed, and the batch has not come. */
  readonly overdue: boolean;
  /** When it is expected: null if it is on hand, and if it is overdue, for then nobody knows. */
  readonly expectedDate: string | null;
}

/** Which day it is. The only place that judges it, so that all answers and alerts agree. */
export class Calendar {
  /** To be replaced where time is played. */
  now: () => Date;
  readonly #days: Intl.DateTimeFormat;
  #minute = NaN;
  #today = '';

  /** @param timeZone an IANA name, e.g. `Europe/Amsterdam` */
  constructor(timeZone: string, now = () => new Date()) {
    this.now = now;
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    this.#days = new Intl.DateTimeFormat('en', { timeZone, calendar: 'iso8601', ...digits });
  }

  /** `YYYY-MM-DD` in the time zone. */
  get today(): string {
    const now = this.now().getTime();
    // No zone changes its day within a minute, and this is asked for with every answer.
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) {
      const parts = new Map(this.#days.formatToParts(now).map(({ type, value }) => [type, value]));
      this.#today = `${parts.get('year')!.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
      this.#minute = minute;
    }
    return this.#today;
  }

  /** @param today to be given if there are thousands, so that the clock is read once */
  datesOf(eta: string | null, today = this.today): Dates {
    const overdue = eta !== null && eta < today;
    return { eta, overdue, expectedDate: overdue ? null : eta };
  }
}
