import { isProblem, type EarmarkEvent } from '@earmark/client';
import { useSyncExternalStore } from 'react';
import { queryClient } from './api-query.js';
import { followEvents } from './follow-events.js';
import { refreshQueries } from './refresh-queries.js';

/** How often what is shown is refreshed at most, however many events there are. */
const REFRESH_MS = 700;
/** The newest events that are kept for the overview. */
const MOST_KEPT = 50;
/** Minutes of the curve on the overview. */
const MINUTES = 60;
/** A page that was hidden for so long gives up its connection: over HTTP/1.1 a browser has six for all pages of a service. */
const HIDDEN_MS = 60_000;

export type FeedState = 'connecting' | 'live' | 'lost' | 'refused';

interface Feed {
  readonly state: FeedState;
  /** The newest first. */
  readonly events: readonly EarmarkEvent[];
  /** All since the feed was started. */
  readonly count: number;
}

const START: Feed = { state: 'connecting', events: [], count: 0 };

let feed = START;
const listeners = new Set<() => void>();
let running: AbortController | null = null;
let arrived: EarmarkEvent[] = [];
let first: number | undefined;
/** Whether something may have happened, or calls have failed, while there was no connection. */
let hasMissed = false;
/** Queries that are asked for again at the next refresh. */
let due = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;

/** Follows the events until it is started again or stopped; every page shares this one connection. */
export function startFeed(): void {
  stopFeed();
  document.addEventListener('visibilitychange', followIfSeen);
  open();
}

/** Also forgets what it has brought: the next person who signs in may not be allowed to see it. */
export function stopFeed(): void {
  document.removeEventListener('visibilitychange', followIfSeen);
  clearTimeout(hiding);
  close();
}

function followIfSeen(): void {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, HIDDEN_MS);
  else if (running === null || feed.state === 'refused') openAnew();
}

function open(): void {
  const controller = (running = new AbortController());
  void run(controller.signal);
}

function close(): void {
  running?.abort();
  running = null;
  clearTimeout(timer);
  timer = undefined;
  arrived = [];
  first = undefined;
  hasMissed = false;
  due = new Set();
  minutes.clear();
  show(START);
}

/** Begins with what happens from now on. */
function openAnew(): void {
  close();
  hasMissed = true;
  open();
}

async function run(signal: AbortSignal): Promise<void> {
  const onOpen = () => {
    if (signal.aborted) return;
    show({ state: 'live' });
    if (hasMissed) void queryClient.invalidateQueries();
    hasMissed = false;
  };
  const onReconnect = () => {
    if (signal.aborted) return;
    hasMissed = true;
    show({ state: 'lost' });
  };
  try {
    for await (const event of followEvents({ signal, onOpen, onReconnect })) {
      first ??= event.position;
      arrived.push(event);
      timer ??= setTimeout(pass, REFRESH_MS);
    }
  } catch (error) {
    if (signal.aborted) return;
    // It was away for longer than events are kept, or a backup was restored.
    if (isProblem(error, 'events-pruned', 'ahead-of-log')) return openAnew();
    show({ state: 'refused' });
    // The key may have been revoked: then the sign-in is shown.
    void queryClient.invalidateQueries({ queryKey: ['session'] });
  }
}

/** The position of the first event that has come since the feed was started; undefined: there was none yet. */
export const firstLivePosition = (): number | undefined => first;

/** Passes on what has arrived, at once for all of it: a thousand events a second cost as much as a few. */
function pass(): void {
  timer = undefined;
  const events = arrived;
  arrived = [];
  if (events.length > 0) {
    count(events);
    show({
      events: [...events.slice(-MOST_KEPT).toReversed(), ...feed.events].slice(0, MOST_KEPT),
      count: feed.count + events.length,
    });
  }
  due = refreshQueries(queryClient, events, due);
  if (due.size > 0) timer ??= setTimeout(pass, REFRESH_MS);
}

/** Events of a type in each of the last minutes. */
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

/** How many events of these types there were in each of the last sixty minutes since the feed was started. */
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
