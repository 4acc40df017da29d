import { DomainError } from '../domain/errors.js';
import { serviceCause, type Cause } from '../cause/causation.js';
import type { CausedEvent } from '../cause/event-appender.js';
import { settleAll } from '../domain/settle-all.js';
import { isSteps, type Steps } from '../domain/steps.js';
import { takeInTurns } from '../lifecycle/take-in-turns.js';
import type { Aggregate, Store, Transaction } from '../domain/store.js';

/**
 * One piece of work on one aggregate and its companions. Pure and synchronous, so that it can be run again. A large one may
 * return `Steps`: others go on between them.
 */
export interface Work<A, Need> {
  readonly need: Need;
  readonly run: (aggregate: A) => unknown;
  readonly cause: Cause;
}

export type Outcome<R = unknown> = { readonly value: R } | { readonly refusal: DomainError };

/** Where the events go: the last writes before the commit. */
export type Append = (tx: Transaction, events: readonly CausedEvent[]) => Promise<void>;

/** What the works of a group have done in memory: nothing of it is written yet. */
export interface Group<A extends Aggregate = Aggregate> {
  /** One for each work. */
  readonly outcomes: readonly Outcome[];
  /** By their keys. */
  readonly changed: ReadonlyMap<string, A>;
  readonly events: readonly CausedEvent[];
}

/**
 * Runs the works in their order: one load, then each work in turn on its aggregate in memory. A work that a rule refuses
 * fails alone. Any other error, and a refusal after the work has changed something, fails the group, so that nothing half
 * done is ever written.
 */
export async function runGroup<A extends Aggregate, Need>(
  tx: Transaction,
  store: Pick<Store<A, Need>, 'keyOf' | 'load'>,
  works: readonly Work<A, Need>[],
): Promise<Group<A>> {
  const aggregates = await store.load(
    tx,
    works.map((work) => work.need),
  );
  const causes = new Map<Aggregate, Cause[]>();
  for (const aggregate of aggregates.values()) {
    if (aggregate.events.length > 0) noteCauses(causes, aggregate, serviceCause());
  }
  const outcomes: Outcome[] = [];
  for (const work of works) {
    const key = store.keyOf(work.need);
    const aggregate = aggregates.get(key);
    if (!aggregate) throw new Error(`The store did not load ${key}.`);
    const outcome = attempt(aggregate, work.run);
    const steps = 'value' in outcome && isSteps(outcome.value) && outcome.value;
    outcomes.push(steps ? await attemptInTurns(aggregate, steps) : outcome);
    for (const touched of withCompanions(aggregate)) noteCauses(causes, touched, work.cause);
  }

  const changed = new Map([...aggregates].filter(([, aggregate]) => aggregate.revision > 0));
  const events = [...causes].flatMap(([aggregate, itsCauses]) =>
    [...aggregate.events].map((event, i) => ({ event, cause: itsCauses[i]! })),
  );
  return { outcomes, changed, events };
}

/** Writes what a group has changed, with one save. */
export async function saveGroup<A extends Aggregate>(
  tx: Transaction,
  store: Pick<Store<A, never>, 'save'>,
  { changed }: Group<A>,
): Promise<void> {
  if (changed.size > 0) await store.save(tx, [...changed.values()]);
}

/** Of more events than that, those who wait for what is appended wait for the changes as well, unless they are written first. */
const MANY_EVENTS = 2_048;

/**
 * Writes what a group has changed, and appends its events: in one go, or one after the other if they are many, so that nobody
 * waits for what is appended while the changes are still being written.
 */
export async function saveAndAppend(
  save: () => Promise<unknown>,
  append: (events: readonly CausedEvent[]) => Promise<void>,
  events: readonly CausedEvent[],
): Promise<void> {
  if (events.length <= MANY_EVENTS)
    return void (await settleAll(save(), events.length > 0 && append(events)));
  await save();
  await append(events);
}

/**
 * Runs a work on its aggregate in memory.
 * @throws any error that is no refusal, and a refusal after the work has changed something
 */
export function attempt<A extends Aggregate, R>(aggregate: A, run: (aggregate: A) => R): Outcome<R> {
  const before = revisionOf(aggregate);
  try {
    return { value: run(aggregate) };
  } catch (error) {
    return toRefusal(error, revisionOf(aggregate) !== before);
  }
}

/** As `attempt`, in steps. */
async function attemptInTurns(aggregate: Aggregate, steps: Steps<unknown>): Promise<Outcome> {
  const before = revisionOf(aggregate);
  try {
    return { value: await takeInTurns(steps) };
  } catch (error) {
    return toRefusal(error, revisionOf(aggregate) !== before);
  }
}

function toRefusal(error: unknown, isHalfDone: boolean): Outcome<never> {
  if (isHalfDone || !(error instanceof DomainError)) throw error;
  return { refusal: error };
}

function withCompanions(aggregate: Aggregate): readonly Aggregate[] {
  return aggregate.companions ? [aggregate, ...aggregate.companions] : [aggregate];
}

function revisionOf(aggregate: Aggregate): number {
  let sum = aggregate.revision + aggregate.events.revision;
  for (const { revision, events } of aggregate.companions ?? []) sum += revision + events.revision;
  return sum;
}

function noteCauses(causes: Map<Aggregate, Cause[]>, aggregate: Aggregate, cause: Cause): void {
  const noted = causes.get(aggregate) ?? [];
  while (noted.length < aggregate.events.length) noted.push(cause);
  causes.set(aggregate, noted);
}
