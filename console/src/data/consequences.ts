import type {
  ChangedLineBody,
  LinePlaceBody,
  PromisedLineBody,
  SimulatedEventBody,
  SimulationBody,
} from '@earmark/client';

/**
 * What a change does to a line, the worst first. `late`: it comes after the day that was promised, or after it is needed;
 * `later`: later than it is expected now, but not late.
 */
export const OUTCOMES = [
  'lost',
  'waits',
  'late',
  'later',
  'released',
  'moved',
  'changed',
  'earlier',
  'gained',
  'left',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Consequence {
  readonly orderId: string;
  readonly sku: string;
  readonly outcome: Outcome;
  readonly before: LinePlaceBody | null;
  readonly after: LinePlaceBody | null;
  /** The day that was promised first, if it is known here; null: at once. */
  readonly promisedDate?: string | null;
}

type Promised = Pick<PromisedLineBody, 'orderId' | 'sku' | 'promisedDate' | 'neededBy' | 'late'>;

/** @param promised what is known of the promises of these lines: it tells a line that comes late from one that comes later */
export function consequencesOf(
  { steps, changedLines }: Pick<SimulationBody, 'steps' | 'changedLines'>,
  promised: readonly Promised[] = [],
): readonly Consequence[] {
  const promises = new Map(promised.map((line) => [keyOf(line), line]));
  const lastEvents = new Map<string, SimulatedEventBody>();
  for (const event of steps.flatMap(({ events }) => events))
    if (typeof event.data.orderId === 'string')
      lastEvents.set(keyOf({ orderId: event.data.orderId, sku: event.key }), event);
  return changedLines
    .map((line) => {
      const promise = promises.get(keyOf(line));
      return {
        ...line,
        outcome: outcomeOf(line, lastEvents.get(keyOf(line)), promise),
        ...(promise && { promisedDate: promise.promisedDate }),
      };
    })
    .toSorted((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome));
}

const keyOf = ({ orderId, sku }: { readonly orderId: string; readonly sku: string }): string =>
  JSON.stringify([orderId, sku]);

function outcomeOf(
  { before, after }: ChangedLineBody,
  event: SimulatedEventBody | undefined,
  promise: Promised | undefined,
): Outcome {
  if (after === null) return withoutUnits(event);
  if (before === null) return 'gained';
  // Stock on hand has no date, and comes before any.
  const [from, to] = [before.eta ?? '', after.eta ?? ''];
  if (to > from) return promise && !promise.late && isLate(to, promise) ? 'late' : 'later';
  if (to < from) return 'earlier';
  return before.quantity === after.quantity ? 'moved' : 'changed';
}

function withoutUnits(event: SimulatedEventBody | undefined): Outcome {
  if (event?.type === 'LineBackordered') return 'waits';
  if (event?.type === 'LineShipped') return 'left';
  const isAskedFor =
    (event?.type === 'LineDeallocated' || event?.type === 'LineReleased') &&
    ['cancelled', 'released', 'replaced'].includes(String(event.data.reason));
  return isAskedFor ? 'released' : 'lost';
}

const isLate = (eta: string, { promisedDate, neededBy }: Promised): boolean =>
  eta > (promisedDate ?? '') || (neededBy !== null && eta > neededBy);

/** How many lines each outcome has, the worst first, without those that have none. */
export function tally(lines: readonly Consequence[]): readonly (readonly [Outcome, number])[] {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of lines) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return OUTCOMES.flatMap((outcome) => {
    const count = counts.get(outcome);
    return count === undefined ? [] : [[outcome, count] as const];
  });
}
