import type { EventAppender } from '../cause/event-appender.js';
import { Busy } from '../domain/errors.js';
import type { DomainEvent } from '../domain/events.js';
import { settleAll } from '../domain/settle-all.js';
import type { Aggregate, Store, Transaction, Transactions } from '../domain/store.js';
import { metrics } from '../metrics/instruments.js';
import type { Participants } from './participants.js';
import {
  runGroup,
  saveAndAppend,
  saveGroup,
  type Append,
  type Group,
  type Outcome,
  type Work,
} from './run-group.js';

/** The transaction of a group: what its works change, what others change because of that, and all events. */
export class GroupTransactions {
  constructor(
    private readonly transactions: Transactions,
    private readonly log: EventAppender,
    private readonly participants: Participants,
  ) {}

  /** Runs the works of a group on what is loaded. */
  run(
    store: Store<Aggregate, unknown>,
    works: readonly Work<Aggregate, unknown>[],
  ): Promise<readonly Outcome[]> {
    return this.transact((tx, append) => this.#runGroup(tx, store, works, append));
  }

  /**
   * Runs the works of a group on what the store remembers, which saves the load.
   * @returns undefined if it remembers too little, or if it does not hold any more: nothing has changed then
   * @throws {Busy} if it is not known whether the transaction has committed
   */
  async runOnRecalled(
    store: Store<Aggregate, unknown>,
    works: readonly Work<Aggregate, unknown>[],
  ): Promise<readonly Outcome[] | undefined> {
    const recalled = store.recall?.(works.map(({ need }) => need));
    if (!recalled) return undefined;
    try {
      const outcomes = await this.transact((tx, append) =>
        this.#runGroup(tx, recalled, works, append, async ({ changed }) => {
          if (changed.size === 0) throw new NotConfirmed('Only what is saved is confirmed.');
          await recalled.written;
        }),
      );
      recalled.ended(true);
      return outcomes;
    } catch (error) {
      recalled.ended(false);
      if (error instanceof Busy) throw error;
      return undefined;
    }
  }

  /**
   * Runs the works of a group, and then those of its participants. What the group has changed is written before theirs is
   * loaded, and all events are appended at the end: so everybody locks in the same order, and nobody who appends waits for
   * somebody who has yet to lock.
   */
  async #runGroup(
    tx: Transaction,
    store: Pick<Store<Aggregate, unknown>, 'keyOf' | 'load' | 'save'>,
    works: readonly Work<Aggregate, unknown>[],
    append: Append,
    beforeSave?: (group: Group<Aggregate>) => Promise<void>,
  ): Promise<readonly Outcome[]> {
    const group = await runGroup(tx, store, works);
    await beforeSave?.(group);
    const asked = this.participants.ask(group.events);
    if (asked.works.size === 0) {
      await saveAndAppend(
        () => saveGroup(tx, store, group),
        (events) => append(tx, events),
        asked.events,
      );
      return group.outcomes;
    }
    const [, theirs] = await settleAll(saveGroup(tx, store, group), this.#runParticipants(tx, asked.works));
    const events = [...asked.events, ...theirs.flatMap(({ group }) => group.events)];
    const saveTheirs = () => settleAll(...theirs.map(({ store, group }) => saveGroup(tx, store, group)));
    await saveAndAppend(saveTheirs, (events) => append(tx, events), events);
    return group.outcomes;
  }

  /** @throws {DomainError} if one of them refuses */
  async #runParticipants(tx: Transaction, works: ReturnType<Participants['ask']>['works']) {
    const groups = await settleAll(
      ...[...works].map(async ([store, works]) => ({ store, group: await runGroup(tx, store, works) })),
    );
    const refused = groups.flatMap(({ group }) => group.outcomes).find((outcome) => 'refusal' in outcome);
    if (refused) throw refused.refusal;
    return groups;
  }

  /** Runs the work in one transaction. What it appends is counted and announced once that is committed. */
  async transact<T>(work: (tx: Transaction, append: Append) => Promise<T>): Promise<T> {
    const appended: DomainEvent[] = [];
    const append: Append = async (tx, events) => {
      await this.log.append(tx, events);
      for (const { event } of events) appended.push(event);
    };
    const result = await this.transactions.run((tx) => work(tx, append));
    this.log.announce(new Set(count(appended)), appended);
    return result;
  }
}

/** What is remembered cannot be confirmed in this group: it has to be loaded. */
class NotConfirmed extends Error {}

/**
 * Counts the events that were committed.
 * @returns their types
 */
function count(events: readonly DomainEvent[]): Iterable<string> {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  for (const [type, number] of counts) metrics.events.add(number, { type });
  return counts.keys();
}
