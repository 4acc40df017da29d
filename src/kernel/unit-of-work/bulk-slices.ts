import { Busy, DomainError } from '../domain/errors.js';
import type { Aggregate, Store } from '../domain/store.js';
import type { ProcessContext } from '../lifecycle/process-context.js';
import type { BulkGate } from './bulk-gate.js';
import type { Outcome, Work } from './run-group.js';

/** Changes of large works that may be in the lanes at a time: so few that other calls hardly wait for them. */
export const BULK_PLACES = 256;

interface Limits {
  /** Works that go into the lane as one, unless a slice goes on to the end of a key. */
  readonly slice: number;
  /** Aggregates that they are about, unless a single one is about more. */
  readonly aggregates: number;
}

/**
 * On the command line no other call waits in the lanes. The slices of an import have about a thousand works: with 256 PostgreSQL
 * takes a quarter more time for each row, with 2,000 hardly less, and the callers of a service beside it wait for the
 * transaction.
 */
const LIMITS: Readonly<Record<ProcessContext, Limits>> = {
  server: { slice: BULK_PLACES, aggregates: 1_024 },
  cli: { slice: 2_048, aggregates: 2_048 },
};

/** Slices under way at a time, if they need not be run in order: while one waits for the database, the next one runs. */
const SIDE_BY_SIDE = 2;

type Works = readonly Work<Aggregate, unknown>[];

interface Slice {
  readonly works: Works;
  /** Where its first work stands. */
  readonly start: number;
  /** Aggregates that they are about. */
  readonly size: number;
  /** Whether it goes on with the key of the slice before. */
  readonly continues: boolean;
}

/** How the works of a large work are run. */
export interface InBulk {
  /** Each slice waits for the one before, also on the command line: works that share an aggregate are run in their order. */
  readonly inOrder?: boolean;
  /** Implies `inOrder`: no work is run after the first one that is refused. */
  readonly untilRefused?: boolean;
  /**
   * A key for each work, such that works with different keys change nothing in common; those of a key stand next to each
   * other, and are run in their order. Slices with different keys may be run side by side.
   */
  readonly keys?: readonly string[] | undefined;
}

/** Runs the works of one slice. */
type Run = (works: Works) => Promise<readonly Outcome[]>;

/**
 * Runs the works of a large work in slices that pass the gate in their order. A work that is large by itself is a slice of
 * its own. On the command line slices are run side by side unless it is asked for order, in a server only if there are keys.
 * @param run runs the works of a slice
 * @returns an outcome for each work, which is a refusal with `Busy` if the gate lost patience; with `untilRefused` none for
 *   those of later slices than the first refusal
 */
export async function runInSlices(
  works: Works,
  store: Pick<Store<Aggregate, unknown>, 'sizeOf' | 'isLarge'>,
  gate: BulkGate,
  { context, inOrder = false, untilRefused = false, keys }: InBulk & { readonly context: ProcessContext },
  run: Run,
): Promise<readonly Outcome[]> {
  const isAlone = inOrder || untilRefused || (context === 'server' && !keys);
  const mostUnderWay = isAlone ? 1 : SIDE_BY_SIDE;
  const outcomes = new Array<Outcome>(works.length);
  const underWay = new Set<Promise<void>>();
  let isOver = false;
  let busy: Busy | undefined;
  let failure: { readonly error: unknown } | undefined;
  for (const slice of slicesOf(works, store, keys, LIMITS[context])) {
    if (slice.continues) await Promise.all(underWay);
    // The others would lose patience as well, one slice after the other.
    if (isOver || busy || (failure && isAlone)) break;
    const passed = passGate(slice, gate, BULK_PLACES / mostUnderWay, run)
      .then((done) => {
        done.forEach((outcome, at) => (outcomes[slice.start + at] = outcome));
        busy ??= busyAmong(done);
        isOver ||= untilRefused && done.some(isRefusal);
      })
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => underWay.delete(passed));
    underWay.add(passed);
    if (underWay.size >= mostUnderWay) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure) throw failure.error;
  if (isOver) return outcomes.filter((outcome) => outcome !== undefined);
  return busy ? Array.from(outcomes, (outcome) => outcome ?? { refusal: busy! }) : outcomes;
}

/** With keys, a slice goes on to the end of the key that it ends in, to twice its size at most. */
function* slicesOf(
  works: Works,
  store: Pick<Store<Aggregate, unknown>, 'sizeOf' | 'isLarge'>,
  keys: readonly string[] | undefined,
  limits: Limits,
): Generator<Slice> {
  let [start, size] = [0, 0];
  let [isAlone, continues] = [false, false];
  for (const [at, { need }] of works.entries()) {
    const its = store.sizeOf?.(need) ?? 1;
    const isLarge = store.isLarge?.(need) === true;
    const isSameKey = at > start && keys !== undefined && keys[at] === keys[at - 1];
    const most = isSameKey ? 2 : 1;
    const isFull = at - start >= most * limits.slice || size + its > most * limits.aggregates;
    if (at > start && (isFull || isLarge || isAlone)) {
      yield { works: works.slice(start, at), start, size, continues };
      [start, size, continues] = [at, 0, isSameKey];
    }
    size += its;
    isAlone = isLarge;
  }
  if (start < works.length) yield { works: works.slice(start), start, size, continues };
}

/** What a work returns that was not run. */
const NOT_RUN = Symbol('not run');

/**
 * The same works, none of which does anything once one before it was refused. They may be run again, always in their order
 * and from the beginning of a slice or of its half.
 */
export function stopAtRefusal<A, Need>(works: readonly Work<A, Need>[]): Work<A, Need>[] {
  let refused = Infinity;
  return works.map((work, at) => ({
    ...work,
    run: (aggregate) => {
      if (at > refused) return NOT_RUN;
      refused = Infinity;
      try {
        const value = work.run(aggregate);
        if (value instanceof DomainError) refused = at;
        return value;
      } catch (error) {
        if (error instanceof DomainError) refused = at;
        throw error;
      }
    },
  }));
}

/** Without those of works that were not run, since one before them was refused. */
export function upToRefusal(outcomes: readonly Outcome[]): readonly Outcome[] {
  const refused = outcomes.findIndex(isRefusal);
  return refused < 0 ? outcomes : outcomes.slice(0, refused + 1);
}

/** Runs again what is refused with `Busy`, and only that: the others are committed. */
async function passGate(
  { works, size }: Slice,
  gate: BulkGate,
  places: number,
  run: Run,
): Promise<readonly Outcome[]> {
  const outcomes = new Array<Outcome>(works.length);
  let open = works.map((_, i) => i);
  const attempt = async () => {
    const results = await run(open.map((i) => works[i]!));
    open.forEach((i, at) => (outcomes[i] = results[at]!));
    open = open.filter((i) => busyIn(outcomes[i]!) !== undefined);
    const busy = busyAmong(outcomes);
    if (busy) throw busy;
  };
  try {
    await gate.pass(attempt, Math.min(size, places));
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    for (const i of open) outcomes[i] = { refusal: error };
  }
  return outcomes;
}

/** A refusal that publishes an event is returned by its work. */
const isRefusal = (outcome: Outcome): boolean => 'refusal' in outcome || outcome.value instanceof DomainError;

/** Why one of them could not be run now, if any could not. */
export function busyAmong(outcomes: readonly Outcome[]): Busy | undefined {
  for (const outcome of outcomes) {
    const busy = busyIn(outcome);
    if (busy) return busy;
  }
  return undefined;
}

function busyIn(outcome: Outcome): Busy | undefined {
  return 'refusal' in outcome && outcome.refusal instanceof Busy ? outcome.refusal : undefined;
}
