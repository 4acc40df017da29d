/** Minutes of the curve. */
export const MINUTES = 60;
const MINUTE_MS = 60_000;

interface Happened {
  readonly type: string;
  readonly occurredAt: string;
}

/** How many events of these types there were in each of the last sixty minutes, the newest minute last. */
export function countPerMinute(
  events: readonly Happened[],
  types: readonly string[],
  now: number,
): readonly number[] {
  const counts = new Array<number>(MINUTES).fill(0);
  const last = Math.floor(now / MINUTE_MS);
  for (const { type, occurredAt } of events) {
    if (!types.includes(type)) continue;
    const at = MINUTES - 1 - (last - Math.floor(Date.parse(occurredAt) / MINUTE_MS));
    if (at >= 0 && at < MINUTES) counts[at]! += 1;
  }
  return counts;
}

/** The beginnings of these minutes, in seconds since 1970. */
export const minuteTimes = (now: number): number[] =>
  Array.from({ length: MINUTES }, (_, at) => (Math.floor(now / MINUTE_MS) - MINUTES + 1 + at) * 60);
