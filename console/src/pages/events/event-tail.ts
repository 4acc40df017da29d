import type { EarmarkEvent, EventType } from '@earmark/client';
import { earmark } from '../../data/earmark.js';
import { followEvents } from '../../data/follow-events.js';
import { headOfLog } from '../../data/log-head.js';
import { newestFirst } from '../../data/newest-first.js';

export interface EventFilter {
  readonly types?: EventType[];
  readonly sku?: string;
  readonly orderId?: string;
}

export interface Tail {
  readonly state: 'opening' | 'live' | 'lost' | 'refused';
  readonly error: Error | null;
  /** The newest first. */
  readonly events: readonly EarmarkEvent[];
  readonly isPaused: boolean;
  /** Events that have come since it was paused. */
  readonly waiting: number;
  /** All events after this position that the filter lets through are shown; null: nothing was read yet. */
  readonly from: number | null;
  readonly isReadingOlder: boolean;
}

/** Rendered again at most so often, however many events there are. */
const SHOW_MS = 700;
/** At a thousand events a second these are ten seconds. */
export const MOST_KEPT = 10_000;
/** The API's largest page. */
const PAGE = 500;
const FIRST = 100;
const OLDER = 200;
/** One press reads so far back at most, so that it ends soon although nothing is found. */
const MOST_POSITIONS = 200_000;

const START: Tail = {
  state: 'opening',
  error: null,
  events: [],
  isPaused: false,
  waiting: 0,
  from: null,
  isReadingOlder: false,
};

/** Events as they happen, and those before, without a gap between them: the feed begins where the first reading ended. */
export class EventTail {
  #tail = START;
  #controller = new AbortController();
  /** Arrived since the last time that something was shown. */
  #arrived: EarmarkEvent[] = [];
  /** How many of these there were, since only the newest are kept. */
  #arrivals = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly filter: EventFilter) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly tail = (): Tail => this.#tail;

  readonly start = (): (() => void) => {
    this.restart();
    return this.#stop;
  };

  /** Begins anew, e.g. after it was refused. */
  readonly restart = (): void => {
    this.#stop();
    this.#show(START);
    const { signal } = (this.#controller = new AbortController());
    void this.#run(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#show({ state: 'refused', error: error as Error });
    });
  };

  readonly #stop = (): void => {
    this.#controller.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#arrived = [];
    this.#arrivals = 0;
    this.#tail = START;
  };

  /** Called for each step of scrolling, too. */
  readonly pause = (): void => {
    if (!this.#tail.isPaused) this.#show({ isPaused: true });
  };

  readonly resume = (): void => {
    this.#show({ isPaused: false });
    this.#pass();
  };

  readonly readOlder = async (): Promise<void> => {
    const { signal } = this.#controller;
    const { from, isReadingOlder } = this.#tail;
    if (isReadingOlder || from === null) return;
    this.#show({ isReadingOlder: true, error: null });
    try {
      const older = await this.#before(from, OLDER, signal);
      // Meanwhile so many may have come that the oldest were left out: these would follow after a gap.
      if (this.#tail.from === from)
        this.#show({ events: [...this.#tail.events, ...older.items], from: older.next ?? 0 });
    } catch (error) {
      if (!signal.aborted) this.#show({ error: error as Error });
    } finally {
      if (!signal.aborted) this.#show({ isReadingOlder: false });
    }
  };

  async #run(signal: AbortSignal): Promise<void> {
    const head = await headOfLog(signal);
    const { items, next } = await this.#before(head, FIRST, signal);
    this.#show({ events: items, from: next ?? 0, state: 'live' });
    const onOpen = () => this.#show({ state: 'live' });
    const onReconnect = () => signal.aborted || this.#show({ state: 'lost' });
    for await (const event of followEvents({ ...this.filter, after: head, signal, onOpen, onReconnect })) {
      this.#arrived.push(event);
      this.#arrivals++;
      // Twice as much at most, so that not every event after that moves all the others.
      if (this.#arrived.length >= 2 * MOST_KEPT) this.#arrived = this.#arrived.slice(-MOST_KEPT);
      this.#timer ??= setTimeout(() => this.#pass(), SHOW_MS);
    }
  }

  /** Shows what has arrived, or while it is paused, how much that is. */
  #pass(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#tail.isPaused) return this.#show({ waiting: this.#arrivals });
    const isCut = this.#arrivals + this.#tail.events.length > MOST_KEPT;
    const events = [...this.#arrived.toReversed(), ...this.#tail.events];
    this.#arrived = [];
    this.#arrivals = 0;
    if (isCut) events.length = Math.min(events.length, MOST_KEPT);
    this.#show({
      events,
      waiting: 0,
      ...(isCut && { from: events.at(-1)!.position - 1 }),
    });
  }

  #before(position: number, atLeast: number, signal: AbortSignal) {
    const read = async (after: number) =>
      (await earmark.events.list({ query: { ...this.filter, after, limit: PAGE }, signal })).data;
    return newestFirst(read, {
      before: position,
      head: position,
      atLeast,
      mostPositions: MOST_POSITIONS,
    });
  }

  #show(change: Partial<Tail>): void {
    this.#tail = { ...this.#tail, ...change };
    for (const listener of this.#listeners) listener();
  }
}
