import type { Page } from './api-query.js';

interface Positioned {
  readonly position: number;
}

/** Reads items in the order of the log, after a position. */
export type ReadAfter<Item> = (after: number) => Promise<Page<Item, number>>;

/** So many positions are looked at first. */
const FIRST_WINDOW = 2_000;
/** Each window is so many times as long as the one after it: an item that is rare is found in few calls. */
const GROWTH = 8;

/**
 * The newest items of a list that the API gives oldest first: reads windows of the log, from its end backwards, until there
 * are enough items or the log has no more.
 * @param before the `next` of the page before; items at this position and before it are read
 * @param head the end of the log, about; what happens after it is read, too, if `before` is left out
 * @param mostPositions it looks no further back once it has looked through so many positions, whatever it has found
 */
export async function newestFirst<Item extends Positioned>(
  read: ReadAfter<Item>,
  {
    before,
    head,
    atLeast = 50,
    mostPositions = Infinity,
  }: {
    readonly before?: number;
    readonly head: number;
    readonly atLeast?: number;
    readonly mostPositions?: number;
  },
): Promise<Page<Item, number>> {
  const found: Item[] = [];
  let until = before ?? Number.MAX_SAFE_INTEGER;
  const start = before ?? head;
  let from = start;
  for (
    let window = FIRST_WINDOW;
    from > 0 && found.length < atLeast && start - from < mostPositions;
    window *= GROWTH
  ) {
    from = Math.max(0, from - window);
    const items = await readBetween(read, from, until);
    found.push(...items.toReversed());
    until = from;
  }
  return { items: found, next: from > 0 ? from : null };
}

/** The items after one position and up to another, the oldest first. */
export async function readBetween<Item extends Positioned>(
  read: ReadAfter<Item>,
  after: number,
  until: number,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let next: number | null = after; next !== null && next < until;) {
    const page: Page<Item, number> = await read(next);
    items.push(...page.items.filter(({ position }) => position <= until));
    next = page.next;
  }
  return items;
}

/** A position that no item is beyond, found by doubling. */
export async function endOf<Item>(
  read: (after: number, limit: number) => Promise<Page<Item, number>>,
): Promise<number> {
  for (let after = FIRST_WINDOW; ; after *= 2) {
    const page = await read(after, 1);
    if (page.items.length === 0 && page.next === null) return after;
  }
}
