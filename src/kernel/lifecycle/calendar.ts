/** Which day it is. The only place that decides it, so that all answers and events agree. */
export class Calendar {
  /** The clock: tests and simulations replace it. */
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
}
