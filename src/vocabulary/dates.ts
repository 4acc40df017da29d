/** The dates of a batch as answers show them. */
export interface Dates {
  /** `YYYY-MM-DD`; null: it is on hand. */
  readonly eta: string | null;
  /** Whether that day has passed, and the batch has not come. */
  readonly overdue: boolean;
  /** When it is expected: null if it is on hand, and if it is overdue, for then nobody knows. */
  readonly expectedDate: string | null;
}

/** @param today `YYYY-MM-DD` */
export function datesOf(eta: string | null, today: string): Dates {
  const overdue = eta !== null && eta < today;
  return { eta, overdue, expectedDate: overdue ? null : eta };
}

const DAY_MS = 86_400_000;
const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';

/**
 * The day so many days later, or with a minus sign earlier; the first or last of the calendar if there is none.
 * @param day `YYYY-MM-DD`
 */
export function addDays(day: string, days: number): string {
  const ms = Date.parse(day) + days * DAY_MS;
  if (ms < Date.parse(FIRST_DAY)) return FIRST_DAY;
  return ms > Date.parse(LAST_DAY) ? LAST_DAY : new Date(ms).toISOString().slice(0, 10);
}

/** The latest of the days, of which null is none. */
export function latest(days: readonly (string | null)[]): string | null {
  return days.reduce((last, day) => (day !== null && (last === null || day > last) ? day : last), null);
}
