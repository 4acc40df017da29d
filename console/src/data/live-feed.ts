import { EarmarkProblem, type EarmarkEvent } from '@earmark/client';
import { useSyncExternalStore } from 'react';
import { queryClient, type About, type ApiKey } from './api-query.js';
import { earmark } from './earmark.js';

/** How often what is shown is refreshed at most, however many events there are. */
const REFRESH_MS = 700;
/** The newest events that are kept for the pages that show them. */
const MOST_KEPT = 1_000;
/** Minutes of the curve on the overview. */
const MINUTES = 60;

export type FeedState = 'connecting' | 'live' | 'lost' | 'refused';

interface Feed {
  readonly state: FeedState;
  /** The newest first. */
  readonly events: readonly EarmarkEvent[];
  /** All since the page was opened. */
  readonly count: number;
}

let feed: Feed = { state: 'connecting', events: [], count: 0 };
const listeners = new Set<() => void>();
let running: AbortController | null = null;
let arrived: EarmarkEvent[] = [];
let first: number | undefined;
let timer: ReturnType<typeof setTimeout> | null = null;

/** Follows the events until it is started again or the page is closed; every page shares this one connection. */
export function startFeed(): void {
  stopFeed();
  const controller = (running = new AbortController());
  void run(controller.signal);
}

export function stopFeed(): void {
  running?.abort();
  running = null;
}

async function run(signal: AbortSignal): Promise<void> {
  show({ state: 'connecting' });
  const opened = setTimeout(
    () => signal.aborted || feed.state !== 'connecting' || show({ state: 'live' }),
    500,
  );
  try {
    const options = { signal, onReconnect: () => show({ state: 'lost' }) };
    for await (const event of earmark.events(options)) {
      if (feed.state !== 'live') show({ state: 'live' });
      first ??= event.position;
      arrived.push(event);
      timer ??= setTimeout(pass, REFRESH_MS);
    }
  } catch (error) {
    if (signal.aborted) return;
    show({ state: error instanceof EarmarkProblem ? 'refused' : 'lost' });
    // The key may have been revoked: then the sign-in is shown.
    void queryClient.invalidateQueries({ queryKey: ['session'] });
  } finally {
    clearTimeout(opened);
  }
}

/** The position of the first event that has come since the page was opened; undefined: there was none yet. */
export const firstLivePosition = (): number | undefined => first;

/** Passes on what has arrived, at once for all of it: a thousand events a second cost as much as a few. */
function pass(): void {
  timer = null;
  const events = arrived;
  arrived = [];
  count(events);
  show({
    events: [...events.toReversed(), ...feed.events].slice(0, MOST_KEPT),
    count: feed.count + events.length,
  });
  refresh(events);
}

function refresh(events: readonly EarmarkEvent[]): void {
  const skus = new Set<string>();
  const orders = new Set<string>();
  const batches = new Set<string>();
  for (const event of events) {
    const data = event.data as Readonly<Record<string, unknown>>;
    skus.add(event.key);
    if (typeof data.orderId === 'string') orders.add(data.orderId);
    for (const name of ['batchReference', 'reference'])
      if (typeof data[name] === 'string') batches.add(data[name]);
  }
  const concerns = ({ sku, orderId, batchReference }: About): boolean => {
    if (orderId !== undefined) return orders.has(orderId);
    if (batchReference !== undefined) return batches.has(batchReference);
    return sku === undefined || skus.has(sku);
  };
  void queryClient.invalidateQueries({
    predicate: ({ queryKey }) => {
      const [, about, isLive] = queryKey as unknown as ApiKey;
      return isLive !== false && typeof about === 'object' && concerns(about);
    },
  });
}

/** Events of a type in each of the last minutes, the newest minute last. */
const minutes = new Map<number, Map<string, number>>();

function count(events: readonly EarmarkEvent[]): void {
  for (const { type, occurredAt } of events) {
    const minute = Math.floor(Date.parse(occurredAt) / 60_000);
    const types = minutes.get(minute) ?? new Map<string, number>();
    types.set(type, (types.get(type) ?? 0) + 1);
    minutes.set(minute, types);
  }
  const oldest = Math.floor(Date.now() / 60_000) - MINUTES;
  for (const minute of minutes.keys()) if (minute < oldest) minutes.delete(minute);
}

/** How many events of these types there were in each of the last sixty minutes since the page was opened. */
export function perMinute(...types: readonly string[]): readonly number[] {
  const now = Math.floor(Date.now() / 60_000);
  return Array.from({ length: MINUTES }, (_, index) => {
    const ofMinute = minutes.get(now - MINUTES + 1 + index);
    return types.reduce((sum, type) => sum + (ofMinute?.get(type) ?? 0), 0);
  });
}

function show(change: Partial<Feed>): void {
  feed = { ...feed, ...change };
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The live feed, which a component is rendered again for at most every 0.7 seconds. */
export const useFeed = (): Feed => useSyncExternalStore(subscribe, () => feed);
