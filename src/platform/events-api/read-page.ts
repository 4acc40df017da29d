import type { EntityManager } from 'typeorm';
import type { StoredEvent } from '../../kernel/domain/events.js';
import type { EventFilter } from '../../kernel/event-log/event-filter.js';
import type { EventLog } from '../../kernel/event-log/event-log.js';
import { page, type Page } from '../http/dto/paging.js';

/**
 * Slices that are read for one page at most, 2 ms each: 100,000 events. If few of those are wanted, the page has fewer than
 * its limit, or none, and `next` goes on behind them.
 */
const MOST_SLICES = 10;

/** @param after the position after which the page begins */
export async function readPage(
  log: EventLog,
  manager: EntityManager,
  filter: EventFilter | undefined,
  after: number,
  limit: number,
): Promise<Page<StoredEvent, number>> {
  const positionOf = ({ position }: StoredEvent) => position;
  if (!filter) return page(await log.read(manager, after, limit + 1), limit, positionOf);
  const events: StoredEvent[] = [];
  let position = after;
  for (let slices = 0; slices < MOST_SLICES; slices++) {
    const slice = await log.readMatching(manager, filter, position, limit + 1 - events.length);
    events.push(...slice.events);
    if (events.length > limit) return page(events, limit, positionOf);
    if (slice.upTo >= slice.head) return { items: events, next: null };
    position = slice.upTo;
  }
  return { items: events, next: position };
}
