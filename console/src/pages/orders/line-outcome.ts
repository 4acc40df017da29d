import type { ClaimBody, OrderBody, SimulatedStepBody } from '@earmark/client';

/** What could be had instead of a line that does not fit. */
export interface Shortfall {
  readonly requested: number;
  readonly available: number;
  /** The day on which all of it could be had, if that is later than it is needed. */
  readonly earliest: string | null;
}

/** What a line would get. */
export type LineOutcome =
  | {
      readonly kind: 'gets';
      readonly claims: readonly ClaimBody[];
      readonly expectedDate: string | null;
      readonly overdue: boolean;
    }
  | { readonly kind: 'waits' }
  | { readonly kind: 'left-out'; readonly shortfall: Shortfall | null }
  | { readonly kind: 'refused'; readonly shortfall: Shortfall }
  /** It would fit, but the order is refused for the sake of another line. */
  | { readonly kind: 'fits' }
  | { readonly kind: 'unknown-sku' }
  | { readonly kind: 'has-left' };

/** The problem of a refused order as far as it speaks of lines. */
export interface OrderProblem {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly sku?: string;
  readonly lines?: readonly (Shortfall & { readonly sku: string })[];
}

const isOutOfStock = ({ type }: OrderProblem): boolean => type.endsWith(':out-of-stock');
const isUnknownSku = ({ type }: OrderProblem): boolean => type.endsWith(':unknown-sku');

/** Whether everything that the problem says is said at the lines. */
export const isToldAtLines = (problem: OrderProblem): boolean =>
  isOutOfStock(problem) || isUnknownSku(problem);

/** What each line gets, by SKU: of an answer of the service, or of a simulated one. */
export function outcomesOf(
  { body, problem }: { readonly body?: OrderBody | undefined; readonly problem?: OrderProblem | undefined },
  skus: readonly string[],
): ReadonlyMap<string, LineOutcome> {
  const outcomes = new Map<string, LineOutcome>();
  if (problem && isOutOfStock(problem)) {
    for (const sku of skus) outcomes.set(sku, { kind: 'fits' });
    for (const { sku, ...shortfall } of problem.lines ?? [])
      outcomes.set(sku, { kind: 'refused', shortfall });
  }
  if (problem && isUnknownSku(problem) && problem.sku !== undefined)
    outcomes.set(problem.sku, { kind: 'unknown-sku' });
  for (const line of body?.lines ?? []) {
    const { sku, state, claims, expectedDate, overdue, refusal } = line;
    outcomes.set(
      sku,
      state === 'shipped'
        ? { kind: 'has-left' }
        : state === 'backordered'
          ? { kind: 'waits' }
          : state === 'refused'
            ? { kind: 'left-out', shortfall: refusal ?? null }
            : { kind: 'gets', claims, expectedDate, overdue },
    );
  }
  if (body)
    for (const sku of skus) if (!outcomes.has(sku)) outcomes.set(sku, { kind: 'left-out', shortfall: null });
  return outcomes;
}

/** The answer of a simulated step that puts an order. */
export const orderStep = ({
  body,
  problem,
}: SimulatedStepBody): { readonly body?: OrderBody; readonly problem?: OrderProblem } => ({
  ...(body && { body: body as OrderBody }),
  ...(problem && { problem: problem }),
});
