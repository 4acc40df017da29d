import type { DomainEvent } from '../domain/events.js';
import type { SimulatedAggregate, Store } from '../domain/store.js';
import { attempt, type Outcome } from './run-group.js';

/** What a work would have led to in a transaction of its own. */
export type Simulated<R> = Outcome<R> & { readonly events: readonly DomainEvent[] };

/**
 * Aggregates of one moment that works change one after the other, each as in a transaction of its own. Nothing is ever
 * written.
 */
export class Simulation<A extends SimulatedAggregate, Need> {
  /** @param aggregates by their keys, of all needs of all works */
  constructor(
    private readonly store: Pick<Store<A, Need>, 'keyOf'>,
    readonly aggregates: ReadonlyMap<string, A>,
  ) {
    // What time alone has done happens without the works, too, and before them.
    for (const aggregate of aggregates.values()) {
      aggregate.events.take();
      aggregate.settle();
    }
  }

  /**
   * Runs the work on the aggregate that the need names, as the works before have left it.
   * @throws any error that is no refusal, and a refusal after the work has changed something
   */
  attempt<R>(need: Need, run: (aggregate: A) => R): Simulated<R> {
    const key = this.store.keyOf(need);
    const aggregate = this.aggregates.get(key);
    if (!aggregate) throw new Error(`The store did not load ${key}.`);
    const outcome = attempt(aggregate, run);
    const events: DomainEvent[] = [];
    for (const touched of [aggregate, ...(aggregate.companions ?? [])]) {
      events.push(...touched.events.take());
      touched.settle();
    }
    return { ...outcome, events };
  }
}
