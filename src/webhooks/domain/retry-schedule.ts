const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Of Standard Webhooks: milliseconds before each attempt after the first one, which is made at once. */
export const STANDARD_SCHEDULE: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** The token under which the schedule is injected. */
export const RETRY_SCHEDULE = Symbol('retry schedule');

/** No receiver can make us wait for longer. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR_MS;

/**
 * Milliseconds before the next attempt: as the schedule says and up to a tenth more by chance, so that events that failed
 * together do not come back together, but not sooner than the receiver has asked for.
 * @param tries how often it was tried, 1 or more
 * @param chance from 0 to 1
 * @returns null if there is no further attempt
 */
export function delayAfter(
  schedule: readonly number[],
  tries: number,
  chance: number,
  retryAfterMs = 0,
): number | null {
  const delay = schedule[tries - 1];
  if (delay === undefined) return null;
  return Math.round(Math.max(delay * (1 + chance / 10), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS)));
}
