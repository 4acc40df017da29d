import type { DomainEvent } from './events.js';

/** What has happened to an aggregate since it was loaded, waiting for the unit of work to append it to the log. */
export class RecordedEvents<E extends DomainEvent> implements Iterable<E> {
  readonly #events: E[] = [];
  #revision = 0;

  get length(): number {
    return this.#events.length;
  }

  /** How often something was recorded. */
  get revision(): number {
    return this.#revision;
  }

  record(event: E): void {
    this.#revision++;
    this.#events.push(event);
  }

  /** Records an event, or replaces the one of its type that was recorded already. */
  recordOnce<T extends E['type']>(type: T, event: (waiting?: Extract<E, { type: T }>) => E): void {
    this.#revision++;
    const at = this.#events.findIndex((recorded) => recorded.type === type);
    if (at < 0) this.#events.push(event());
    else this.#events[at] = event(this.#events[at] as Extract<E, { type: T }>);
  }

  /** Removes all events and returns them. The revision stays. */
  take(): E[] {
    return this.#events.splice(0);
  }

  [Symbol.iterator](): Iterator<E> {
    return this.#events.values();
  }
}
