import { runGroup, saveAndAppend, saveGroup, type Append, type Outcome, type Work } from './run-group.js';
import type { Aggregate, Store, Transaction } from '../domain/store.js';

interface Joined {
  readonly store: Store<Aggregate, unknown>;
  readonly work: Work<Aggregate, unknown>;
  readonly settle: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A transaction under way, which changes join instead of having their own. Changes that are made in one turn of the event
 * loop form a group: a thousand events cost one load and one save.
 */
export class JoinedTransaction {
  readonly #changedKeys = new Map<unknown, ReadonlySet<string>>();
  #waiting: Joined[] = [];
  #running: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly tx: Transaction,
    private readonly append: Append,
  ) {}

  join<A extends Aggregate, Need>(store: Store<A, Need>, work: Work<A, Need>): Promise<Outcome> {
    return new Promise((settle, reject) => {
      const joined = { store, work, settle, reject } as unknown as Joined;
      this.#waiting.push(joined);
      this.#running ??= this.#run();
    });
  }

  /** Resolves once every change that joined is written; rejects if any of them failed, so that nothing commits. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
    if (this.#failure) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const arrived = this.#waiting.splice(0).sort(byPosition);
      for (const store of new Set(arrived.map(({ store }) => store))) {
        await this.#runGroup(
          store,
          arrived.filter((joined) => joined.store === store),
        );
      }
    }
    this.#running = null;
  }

  async #runGroup(store: Joined['store'], group: readonly Joined[]): Promise<void> {
    try {
      if (this.#failure) throw this.#failure.error;
      const works = group.map(({ work }) => work);
      const done = await runGroup(this.tx, store, works);
      this.#rejectSecondChange(store, [...done.changed.keys()]);
      await saveAndAppend(
        () => saveGroup(this.tx, store, done),
        (events) => this.append(this.tx, events),
        done.events,
      );
      group.forEach(({ settle }, i) => settle(done.outcomes[i]!));
    } catch (error) {
      this.#failure = { error };
      for (const { reject } of group) reject(error);
    }
  }

  /** Rule 8: a version goes up by exactly one per transaction, so an aggregate is changed in one go. */
  #rejectSecondChange(store: Joined['store'], keys: readonly string[]): void {
    const before = this.#changedKeys.get(store) ?? new Set();
    const twice = keys.find((key) => before.has(key));
    if (twice !== undefined) {
      throw new Error(`${twice} was changed twice in one transaction: make the changes together.`);
    }
    this.#changedKeys.set(store, new Set([...before, ...keys]));
  }
}

/** A later event may come first here, if its handler took fewer steps. */
function byPosition(a: Joined, b: Joined): number {
  return (a.work.cause.position ?? 0) - (b.work.cause.position ?? 0);
}
