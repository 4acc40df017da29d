const DAY_MS = 24 * 60 * 60 * 1_000;

/** The dates of a line that say how late it is, `YYYY-MM-DD`. */
export interface PromisedDates {
  /** null: at once. */
  readonly promisedDate: string | null;
  /** null: it is on hand or, if `overdue`, nobody knows. */
  readonly expectedDate: string | null;
  readonly neededBy: string | null;
  readonly overdue: boolean;
}

export interface Lateness {
  /** The day by which it should come: it was promised for it, or is needed by it; null: at once. */
  readonly due: string | null;
  readonly days: number;
  /** Whether it may be more: nobody knows when it comes, or which day `at once` was. */
  readonly isAtLeast: boolean;
}

/** `YYYY-MM-DD` of the reader's own day. */
export const todayOf = (now: Date): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');

/**
 * By how many days a late line comes after it was promised or is needed, whichever is earlier. What is overdue comes today at
 * the earliest, and what was promised at once was promised for today at the latest.
 */
export function latenessOf(
  { promisedDate, expectedDate, neededBy, overdue }: PromisedDates,
  today: string,
): Lateness {
  const promised = promisedDate ?? today;
  const isNeededBefore = neededBy !== null && neededBy < promised;
  const due = isNeededBefore ? neededBy : promised;
  const comes = overdue ? today : (expectedDate ?? today);
  return {
    due: isNeededBefore ? neededBy : promisedDate,
    days: Math.max(0, Math.round((Date.parse(comes) - Date.parse(due)) / DAY_MS)),
    isAtLeast: overdue || (promisedDate === null && !isNeededBefore),
  };
}
