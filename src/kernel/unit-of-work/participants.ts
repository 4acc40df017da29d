import { randomUUID } from 'node:crypto';
import type { CausedEvent } from '../cause/event-appender.js';
import type { DomainEvent } from '../domain/events.js';
import type { Aggregate, Store } from '../domain/store.js';
import type { Work } from './run-group.js';

/** A change of an aggregate, as `UnitOfWork.change` makes it. */
export interface Change<A extends Aggregate = Aggregate, Need = unknown> {
  readonly store: Store<A, Need>;
  readonly need: Need;
  run(aggregate: A): unknown;
}

/** Says what is changed because of an event, in the transaction that appends it. */
export type TakePart = (event: DomainEvent) => Change;

interface Participant {
  readonly takePart: TakePart;
  /** The subscription whose reader handles the event if this participant is not asked; undefined: there is none. */
  readonly subscription: string | undefined;
}

/** The events of a transaction, and the works of its participants, by store. */
interface Participation {
  readonly events: readonly CausedEvent[];
  readonly works: ReadonlyMap<Store<Aggregate, unknown>, readonly Work<Aggregate, unknown>[]>;
}

/** Who takes part in a transaction because of its events, by their types. */
export class Participants {
  readonly #ofType = new Map<string, Participant[]>();

  add(types: readonly string[], participant: Participant): void {
    for (const type of types) this.#ofType.set(type, [...this.#of(type), participant]);
  }

  /** The first event with a participant that must be asked, since no reader handles the event afterwards. */
  findRequiring(events: readonly CausedEvent[]): DomainEvent | undefined {
    const isRequired = ({ event }: CausedEvent) =>
      this.#of(event.type).some(({ subscription }) => subscription === undefined);
    return events.find(isRequired)?.event;
  }

  /** Asks all participants about their events. Such an event gets its id now: it is the cause of what they change. */
  ask(events: readonly CausedEvent[]): Participation {
    const works = new Map<Store<Aggregate, unknown>, Work<Aggregate, unknown>[]>();
    const asked = events.map((caused): CausedEvent => {
      const participants = this.#of(caused.event.type);
      if (participants.length === 0) return caused;
      const id = randomUUID();
      const cause = { ...caused.cause, causationId: id };
      for (const { takePart } of participants) {
        const change = takePart(caused.event);
        const itsWorks = works.get(change.store) ?? [];
        works.set(change.store, itsWorks);
        itsWorks.push({ need: change.need, run: (aggregate) => change.run(aggregate), cause });
      }
      return { ...caused, id, handledBy: participants.flatMap(({ subscription }) => subscription ?? []) };
    });
    return { events: asked, works };
  }

  #of(type: string): readonly Participant[] {
    return this.#ofType.get(type) ?? [];
  }
}
