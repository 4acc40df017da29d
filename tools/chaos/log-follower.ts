import { setTimeout as wait } from 'node:timers/promises';
import type { LoggedEvent } from './log.js';

/** An event as a reader outside has it. */
export interface FollowedEvent {
  readonly position: number;
  readonly id: string;
}

const PAUSE_MS = 40;
const PATIENCE_MS = 3_000;
const PAGE = 500;

/**
 * A reader of `GET /v1/events` outside of the service, such as a data warehouse: it keeps what it was given and its cursor, and
 * asks any instance for what comes after that.
 */
export class LogFollower {
  readonly events: FollowedEvent[] = [];
  readonly #urls: readonly string[];
  #isEnding = false;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  static start(urls: readonly string[]): LogFollower {
    const follower = new LogFollower(urls);
    follower.#running = follower.#follow();
    return follower;
  }

  /** Reads on to the end of the log, as it is now, and stops. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  /** Asks for nothing more, wherever it is. */
  stop(): void {
    this.#isStopped = true;
  }

  async #follow(): Promise<void> {
    for (let call = 0; !this.#isStopped; call++) {
      const isLast = this.#isEnding;
      const items = await this.#ask(this.#urls[call % this.#urls.length]!).catch(() => null);
      this.events.push(...(items ?? []).map(({ position, id }) => ({ position, id })));
      if (isLast && items?.length === 0) return;
      await wait(PAUSE_MS);
    }
  }

  async #ask(url: string): Promise<FollowedEvent[]> {
    const after = this.events.at(-1)?.position;
    const query = `limit=${PAGE}${after === undefined ? '' : `&after=${after}`}`;
    const answer = await fetch(`${url}/v1/events?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status !== 200) throw new Error(String(answer.status));
    return ((await answer.json()) as { items: FollowedEvent[] }).items;
  }
}

/** What a reader was given is the log: nothing is missing, nothing came twice, and nothing is there no more. */
export function checkFollowed(followed: readonly FollowedEvent[], events: readonly LoggedEvent[]): string[] {
  const gone = goneFrom(followed, events);
  const wrong = gone.map(({ position, id }) => `a reader was given ${id} at ${position}, which is not there`);
  const given = new Set(followed.map(({ id }) => id));
  const missed = events.filter(({ id }) => !given.has(id));
  if (given.size < followed.length)
    wrong.push(`a reader was given ${followed.length - given.size} events twice`);
  if (missed.length > 0)
    wrong.push(`a reader was not given ${missed.length} events, such as that at ${missed[0]!.position}`);
  if (followed.some(({ position }, i) => i > 0 && position <= followed[i - 1]!.position))
    wrong.push('a reader was given events in another order than that of the log');
  return wrong;
}

/** The events that a reader was given and that are not in the log, or not at that position. */
export function goneFrom(
  followed: readonly FollowedEvent[],
  events: readonly LoggedEvent[],
): FollowedEvent[] {
  const positions = new Map(events.map(({ id, position }) => [id, position]));
  return followed.filter(({ id, position }) => positions.get(id) !== position);
}
