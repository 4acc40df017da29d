import { setTimeout as wait } from 'node:timers/promises';
import type { StoredEvent } from '../../../kernel/domain/events.js';
import type { EventFilter } from '../../../kernel/event-log/event-filter.js';
import { errorLine } from '../print.js';
import { messagesIn } from '../rest/event-stream.js';
import { Unreachable, type Query, type Service } from '../rest/service.js';
import { ServiceRefused } from '../rest/service-refused.js';

const PAGE = 500;
/** Before the feed is opened again, unless the service asks for more. */
const RETRY_MS = 1_000;

/** Which events a command prints. */
export interface WantedEvents {
  /** Undefined: from the first one on, or with `follow` from the next one. */
  readonly after: number | undefined;
  readonly follow: boolean;
  readonly filter: EventFilter;
}

/** The events of a service, portion by portion. Ends when the command is stopped; with `follow`, only then. */
export async function* eventsOfService(
  service: Service,
  { after, follow, filter: { types, key, subject } }: WantedEvents,
): AsyncGenerator<readonly StoredEvent[]> {
  const query = { types: types?.join(','), sku: key, orderId: subject };
  try {
    yield* follow ? feed(service, query, after) : list(service, query, after);
  } catch (error) {
    if (!service.signal.aborted) throw error;
  }
}

async function* list(service: Service, query: Query, start = 0): AsyncGenerator<readonly StoredEvent[]> {
  for (let after: number | null = start; after !== null;) {
    const page: { items: StoredEvent[]; next: number | null } = await service.get('/v1/events', {
      ...query,
      after,
      limit: PAGE,
    });
    yield page.items;
    after = page.next;
  }
}

/** Opens the live feed again after the last event if it is cut off, and reports an outage once. */
async function* feed(
  service: Service,
  query: Query,
  after: number | undefined,
): AsyncGenerator<readonly StoredEvent[]> {
  let position = after;
  let isReported = false;
  while (!service.signal.aborted) {
    let pauseMs = RETRY_MS;
    try {
      const body = await service.stream('/v1/events', query, {
        accept: 'text/event-stream',
        ...(position !== undefined && { 'last-event-id': String(position) }),
      });
      isReported = false;
      for await (const { id, data } of messagesIn(body)) {
        if (data !== '') yield [JSON.parse(data) as StoredEvent];
        if (id !== null) position = Number(id);
      }
    } catch (error) {
      if (service.signal.aborted || !isOutage(error)) throw error;
      if (!isReported) process.stderr.write(`Waiting for the service: ${errorLine(error)}\n`);
      isReported = true;
      if (error instanceof ServiceRefused) pauseMs = Math.max(pauseMs, (error.retryAfter ?? 0) * 1_000);
    }
    await wait(pauseMs, undefined, { signal: service.signal });
  }
}

/** Whether it may be over after a moment: the connection was lost, or the service or what stands before it is busy. */
function isOutage(error: unknown): boolean {
  if (error instanceof ServiceRefused) return error.status === 429 || error.status >= 500;
  // `fetch` throws a TypeError if the connection is lost while a body is read.
  return error instanceof Unreachable || error instanceof TypeError;
}
