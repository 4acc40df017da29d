import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Busy, DomainError } from '../domain/errors.js';
import type { Steps } from '../domain/steps.js';
import { EventAppender } from '../cause/event-appender.js';
import { metrics } from '../metrics/instruments.js';
import { AsyncContext } from '../cause/async-context.js';
import { BulkGate } from './bulk-gate.js';
import {
  BULK_PLACES,
  busyAmong,
  runInSlices,
  stopAtRefusal,
  upToRefusal,
  type InBulk,
} from './bulk-slices.js';
import { currentCause } from '../cause/causation.js';
import { inGroupSpan } from './group-span.js';
import { GroupTransactions } from './group-transactions.js';
import type { Outcome, Work } from './run-group.js';
import { JoinedTransaction } from './joined-transaction.js';
import { Participants, type TakePart } from './participants.js';
import { Lane } from './lane.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';
import { isUnavailable, PATIENCE_MS, retryTransient } from '../postgres/retry.js';
import {
  type Aggregate,
  type SimulatedAggregate,
  type Store,
  type Transaction,
  Transactions,
} from '../domain/store.js';
import { Simulation } from './simulation.js';

const LANE = {
  /** Aggregates whose changes may wait in a lane; more are refused with `Busy`. */
  capacity: 5_000,
  /** Works that share a transaction at most. */
  groupSize: 256,
  /** Aggregates that share a transaction at most, unless a single work is about more. */
  largestGroup: 1_024,
  /** A call that would have to wait for longer is refused at once: it could be refused in the end, having waited for nothing. */
  longestWaitMs: 3_000,
  /** While one group waits for the database, the next one loads. If both change an aggregate, its lock makes the second wait. */
  overlaps: true,
};

interface Waiting {
  /** That of a call, or several of a large work, which share a transaction. */
  readonly works: readonly Work<Aggregate, unknown>[];
  /** Whether no work is committed after one before it that is not. */
  readonly inOrder?: boolean;
  /** In milliseconds of `performance.now()`. */
  readonly since: number;
  readonly settle: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Changes aggregates: one transaction around load, work, save and the events that the work has recorded.
 * Calls that arrive while a transaction is under way share the next one (group commit), which is what makes
 * a hot key fast: a thousand waiting callers share one commit instead of queueing for a row lock.
 */
@Injectable()
export class UnitOfWork implements OnApplicationShutdown {
  /** One lane for each store: on two cores, one was faster than four. */
  readonly #lanes = new Map<unknown, Lane<Waiting>>();
  /** Large works of each store, one at a time beside the groups of its other lane. */
  readonly #largeLanes = new Map<unknown, Lane<Waiting>>();
  readonly #bulk = new BulkGate(BULK_PLACES);
  readonly #joined = new AsyncContext<JoinedTransaction>();
  readonly #participants = new Participants();
  readonly #groups: GroupTransactions;
  /** The database was away for longer than a caller waits: no call waits any more until it is back. */
  #isAway = false;

  constructor(
    private readonly transactions: Transactions,
    log: EventAppender,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext = 'server',
  ) {
    this.#groups = new GroupTransactions(transactions, log, this.#participants);
  }

  /**
   * Runs the work on the aggregate that the need names, and resolves with what it returns once that is
   * committed. The work may be run several times, each time on what is there then; it must be synchronous, or in steps, and
   * touch nothing but its aggregate. Inside `inTransaction` it joins that transaction.
   *
   * @throws {DomainError} if the work broke a rule; nothing has changed then
   * @throws {Busy} if too many calls wait, or contention did not end in time. Nothing has changed then, unless its commit is in
   *   doubt: see `Busy`
   */
  async change<A extends Aggregate, Need, R>(
    store: Store<A, Need>,
    need: Need,
    run: (aggregate: A) => R | Steps<R>,
  ): Promise<R> {
    const work = { need, run, cause: currentCause() };
    const joined = this.#joined.current;
    const outcome = joined ? await joined.join(store, work) : (await this.#wait(store, [work]))[0]!;
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value as R;
  }

  /**
   * Registers who takes part in every transaction of `change` that records an event of these types: what they change is
   * written in it, and if they refuse that, the change is refused as well, and nothing of it is written.
   * @param subscription whose reader passes over these events then; left out: it has no reader
   */
  takePart(types: readonly string[], takePart: TakePart, subscription?: string): void {
    this.#participants.add(types, { takePart, subscription });
  }

  /**
   * Runs works on aggregates of one moment and writes nothing: what would happen if they ran now. It takes no lock, waits
   * in no lane, and joins no transaction. On a read replica, if there is one, the moment may be a little while ago.
   *
   * @param needs all that the works need
   * @param run makes the attempts; it must be synchronous
   * @throws {Busy} if the database does not answer in time
   */
  async simulate<A extends SimulatedAggregate, Need, R>(
    store: Store<A, Need>,
    needs: readonly Need[],
    run: (simulation: Simulation<A, Need>) => R,
  ): Promise<R> {
    const load = () => this.transactions.snapshot((tx) => store.load(tx, needs));
    return run(new Simulation(store, await retryTransient(load)));
  }

  /**
   * Runs one of the many changes of a large work, each in a transaction that others share. However many changes and large
   * works there are, calls of others go between.
   *
   * @param change calls `change` once
   * @throws {Busy} if the database cannot be reached, or an overload did not end within 30 s
   */
  async inBulk<T>(change: () => Promise<T>): Promise<T> {
    // Changes of one transaction form a group there, and pass no lane.
    return this.isInTransaction ? change() : this.#bulk.pass(change);
  }

  /**
   * Runs the many works of a large work in their order, as `inBulk` with a `change` for each would, at a third of its price.
   * On the command line works that share an aggregate may overtake each other, unless it is asked for `inOrder`.
   * @returns for each what it returns, or why it was refused: {Busy} if it was not run. With `untilRefused` none after the
   *   first that is refused.
   */
  async changeMany<A extends Aggregate, Need, R>(
    store: Store<A, Need>,
    changes: readonly { readonly need: Need; readonly run: (aggregate: A) => R }[],
    how: InBulk = {},
  ): Promise<readonly (R | DomainError)[]> {
    const cause = currentCause();
    const all = changes.map(({ need, run }): Work<A, Need> => ({ need, run, cause }));
    const works = how.untilRefused ? stopAtRefusal(all) : all;
    const joined = this.#joined.current;
    const outcomes = joined
      ? await Promise.all(works.map((work) => joined.join(store, work)))
      : await runInSlices(
          works as unknown as Waiting['works'],
          store,
          this.#bulk,
          { ...how, context: this.context },
          (slice) => this.#wait(store, slice, how.untilRefused),
        );
    const run = how.untilRefused ? upToRefusal(outcomes) : outcomes;
    return run.map((outcome) => ('refusal' in outcome ? outcome.refusal : (outcome.value as R)));
  }

  /**
   * Runs the work in one transaction that every `change` made inside it joins. It is not retried: the caller knows what
   * to run again.
   */
  async inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#groups.transact(async (tx, append) => {
      const joined = new JoinedTransaction(tx, (tx, events) => {
        const event = this.#participants.findRequiring(events);
        if (event) throw new Error(`${event.type} needs a transaction of its own: others take part in it.`);
        return append(tx, events);
      });
      try {
        return await this.#joined.run(joined, () => work(tx));
      } finally {
        await joined.settled();
      }
    });
  }

  /** Runs the work in a transaction of its own: it makes no `change`, so none has to join. Before Node 24 that is cheaper. */
  async inOwnTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.transactions.run(work);
  }

  /** Whether the current work runs inside `inTransaction`, so that nothing of it is committed yet. */
  get isInTransaction(): boolean {
    return this.#joined.current !== undefined;
  }

  /** Whether calls come as fast as they can be committed, or faster. */
  get isSaturated(): boolean {
    return [...this.#lanes.values()].some((lane) => lane.isSaturated);
  }

  /** Waits until every call that was accepted is answered. */
  async flush(): Promise<void> {
    const lanes = [...this.#lanes.values(), ...this.#largeLanes.values()];
    await Promise.all(lanes.map((lane) => lane.flush()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  #wait<A extends Aggregate, Need>(
    store: Store<A, Need>,
    works: readonly Work<A, Need>[],
    inOrder = false,
  ): Promise<readonly Outcome[]> {
    const untyped = store as unknown as Store<Aggregate, unknown>;
    const isLarge = works.length === 1 && store.isLarge?.(works[0]!.need) === true;
    const lane = this.#laneOf(untyped, isLarge);
    return new Promise((settle, reject) => {
      const since = performance.now();
      lane.push({ works: works as unknown as Waiting['works'], inOrder, since, settle, reject });
    });
  }

  #laneOf(store: Store<Aggregate, unknown>, isLarge: boolean): Lane<Waiting> {
    const lanes = isLarge ? this.#largeLanes : this.#lanes;
    let lane = lanes.get(store);
    if (!lane) {
      const sizeOf = ({ works }: Waiting) =>
        store.sizeOf ? works.reduce((sum, { need }) => sum + store.sizeOf!(need), 0) : works.length;
      const alone = isLarge && { groupSize: 1, overlaps: false };
      lane = new Lane((group) => this.#commitInTime(store, group), {
        ...LANE,
        ...alone,
        countOf: ({ works }) => works.length,
        sizeOf,
      });
      lanes.set(store, lane);
    }
    return lane;
  }

  /** Refuses the calls that have waited for too long already: the next ones would have to wait for them as well. */
  async #commitInTime(store: Store<Aggregate, unknown>, group: readonly Waiting[]): Promise<void> {
    const tooLate = performance.now() - PATIENCE_MS;
    const inTime: Waiting[] = [];
    for (const waiting of group) {
      if (waiting.since >= tooLate) inTime.push(waiting);
      else waiting.reject(new Busy('The service is overloaded; retry shortly.'));
    }
    const [first] = inTime;
    if (!first) return;
    // Recorded once for the group, since its calls have waited almost equally long.
    const began = performance.now();
    metrics.groupSize.record(inTime.reduce((sum, { works }) => sum + works.length, 0));
    metrics.laneWait.record((began - first.since) / 1_000);
    await inGroupSpan(inTime, () => this.#commit(store, inTime));
    metrics.groupDuration.record((performance.now() - began) / 1_000);
  }

  /** Commits the group in one transaction. If that fails for good, commits it in parts, so that one work fails alone. */
  async #commit(store: Store<Aggregate, unknown>, group: readonly Waiting[]): Promise<void> {
    const works = group.flatMap(({ works }) => works);
    try {
      const outcomes =
        (await this.#groups.runOnRecalled(store, works)) ??
        (await retryTransient(() => this.#groups.run(store, works), this.#isAway ? 0 : PATIENCE_MS));
      this.#isAway = false;
      let at = 0;
      for (const { works, settle } of group) settle(outcomes.slice(at, (at += works.length)));
    } catch (error) {
      if (error instanceof Busy) this.#isAway = isUnavailable(error.cause);
      // The groups that wait would each wait for the database, one after the other.
      if (this.#isAway) for (const { reject } of this.#lanes.get(store)?.takeWaiting() ?? []) reject(error);
      if (works.length === 1 && error instanceof DomainError) group[0]!.settle([{ refusal: error }]);
      else if (works.length === 1 || error instanceof Busy) for (const { reject } of group) reject(error);
      else if (group.length > 1) for (const waiting of group) await this.#commit(store, [waiting]);
      else await this.#commitInHalves(store, group[0]!);
    }
  }

  /** Settles once all have run, whichever of them failed: few that fail cost few transactions. Of those in order, none runs then. */
  async #commitInHalves(store: Store<Aggregate, unknown>, waiting: Waiting): Promise<void> {
    const outcomes: Outcome[] = [];
    const failures: unknown[] = [];
    const middle = Math.ceil(waiting.works.length / 2);
    for (const works of [waiting.works.slice(0, middle), waiting.works.slice(middle)]) {
      const settle = (done: readonly Outcome[]) => void outcomes.push(...done);
      const reject = (error: unknown) => {
        if (error instanceof Busy) settle(works.map(() => ({ refusal: error })));
        else failures.push(error);
      };
      const before = waiting.inOrder ? (failures[0] ?? busyAmong(outcomes)) : undefined;
      if (before !== undefined) reject(before);
      else await this.#commit(store, [{ ...waiting, works, settle, reject }]);
    }
    if (failures.length > 0) waiting.reject(failures[0]);
    else waiting.settle(outcomes);
  }
}
