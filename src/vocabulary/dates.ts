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

/** The latest of the days, of which null is none. */
export function latest(days: readonly (string | null)[]): string | null {
  return days.reduce((last, day) => (day !== null && (last === null || day > last) ? day : last), null);
}
