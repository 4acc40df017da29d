import { Busy } from '../domain/errors.js';
import type { Aggregate } from '../domain/store.js';
import type { ProcessContext } from '../lifecycle/process-context.js';
import type { BulkGate } from './bulk-gate.js';
import type { Outcome, Work } from './run-group.js';

/** Changes of large works that may be in the lanes at a time: so few that other calls hardly wait for them. */
export const BULK_PLACES = 256;

interface Limits {
  /** Works that go into the lane as one. */
  readonly slice: number;
  /** The most places at the gate that a slice takes. */
  readonly places: number;
}

/**
 * On the command line no other call waits in the lanes, so a slice is a transaction, and while one waits for the database,
 * the next one runs. The slices of an import have about a thousand works: with 256 PostgreSQL takes a quarter more time for
 * each row, with 2,000 hardly less, and the callers of a service beside it wait for the transaction.
 */
const LIMITS: Readonly<Record<ProcessContext, Limits>> = {
  server: { slice: BULK_PLACES, places: BULK_PLACES },
  cli: { slice: 2_048, places: BULK_PLACES / 2 },
};

type Works = readonly Work<Aggregate, unknown>[];

/**
 * Runs the works of a large work in slices that pass the gate in their order.
 * @param run runs the works of a slice
 * @returns an outcome for each work, which is a refusal with `Busy` if the gate lost patience
 */
export async function runInSlices(
  works: Works,
  gate: BulkGate,
  context: ProcessContext,
  run: (works: Works) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const { slice, places } = LIMITS[context];
  const slices: Promise<readonly Outcome[]>[] = [];
  for (let at = 0; at < works.length; at += slice)
    slices.push(passGate(works.slice(at, at + slice), gate, places, run));
  return (await Promise.all(slices)).flat();
}

/** Runs again what is refused with `Busy`, and only that: the others are committed. */
async function passGate(
  works: Works,
  gate: BulkGate,
  places: number,
  run: (works: Works) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const outcomes = new Array<Outcome>(works.length);
  let open = works.map((_, i) => i);
  const attempt = async () => {
    const results = await run(open.map((i) => works[i]!));
    open.forEach((i, at) => (outcomes[i] = results[at]!));
    open = open.filter((i) => busyIn(outcomes[i]!) !== undefined);
    const busy = open.length > 0 && busyIn(outcomes[open[0]!]!);
    if (busy) throw busy;
  };
  try {
    await gate.pass(attempt, Math.min(works.length, places));
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    for (const i of open) outcomes[i] = { refusal: error };
  }
  return outcomes;
}

function busyIn(outcome: Outcome): Busy | undefined {
  return 'refusal' in outcome && outcome.refusal instanceof Busy ? outcome.refusal : undefined;
}
