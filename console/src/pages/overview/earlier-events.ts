import type { EarmarkEvent } from '@earmark/client';

/** Events of a page of the log. */
const PAGE = 500;
/** So many pages are read at most: a busy service has more events in an hour than a page needs to load. */
const MOST_PAGES = 4;
const HOUR_MS = 60 * 60 * 1_000;

export interface EarlierEvents {
  /** The newest first. */
  readonly events: readonly EarmarkEvent[];
  /** When the oldest event happened that was read; null: all of the last hour was read. */
  readonly since: string | null;
}

/**
 * The events of the last hour up to a position, read backwards from there: as many of them as a few pages hold.
 * @param pageAfter the events after a position, in their order
 */
export async function readEarlier(
  head: number,
  now: number,
  pageAfter: (position: number, limit: number) => Promise<readonly EarmarkEvent[]>,
): Promise<EarlierEvents> {
  const events: EarmarkEvent[] = [];
  let end = head;
  for (let page = 0; page < MOST_PAGES && end > 0; page++) {
    const start = Math.max(end - PAGE, 0);
    const found = (await pageAfter(start, PAGE)).filter(({ position }) => position <= end);
    events.push(...found.toReversed());
    const oldest = found[0];
    if (oldest && now - Date.parse(oldest.occurredAt) > HOUR_MS) return { events, since: null };
    end = start;
  }
  return { events, since: end > 0 ? (events.at(-1)?.occurredAt ?? null) : null };
}
