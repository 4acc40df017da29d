import { runCausedBy } from '../cause/causation.js';
import type { CausedEvent } from '../cause/event-appender.js';
import { settleAll } from '../domain/settle-all.js';
import type { DomainEvent } from '../domain/events.js';

/**
 * Called in the transaction that appends the event, before it is written. Changes that it makes join that transaction.
 * @throws {DomainError} if it refuses the change that has recorded the event
 */
type TakePart = (event: DomainEvent) => Promise<void>;

/** Who takes part in a transaction because of its events, by their types. */
export class Participants {
  readonly #ofType = new Map<string, TakePart[]>();

  add(types: readonly string[], takePart: TakePart): void {
    for (const type of types) this.#ofType.set(type, [...(this.#ofType.get(type) ?? []), takePart]);
  }

  /** Those of the events in whose transaction somebody takes part. */
  concerned(events: readonly CausedEvent[]): readonly CausedEvent[] {
    return this.#ofType.size === 0 ? [] : events.filter(({ event }) => this.#ofType.has(event.type));
  }

  /** Shows each event to all that take part because of its type, together, so that their changes share a load and a save. */
  async show(events: readonly CausedEvent[]): Promise<void> {
    const shown = events.flatMap(({ event, cause }) =>
      this.#ofType.get(event.type)!.map((takePart) => runCausedBy(cause, () => takePart(event))),
    );
    await settleAll(...shown);
  }
}
