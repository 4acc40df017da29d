import type { PutOrderBody, SimulationBody } from '@earmark/client';
import { useSimulation } from '../../data/use-simulation.js';
import { orderStep, outcomesOf, type LineOutcome, type OrderProblem } from './line-outcome.js';

/** What the service would answer if the order was sent now. */
export interface OrderPreview {
  readonly outcomes: ReadonlyMap<string, LineOutcome>;
  readonly problem: OrderProblem | null;
  readonly promisedDate: string | null;
  /** What would happen to the lines of other orders. */
  readonly others: SimulationBody;
}

/**
 * Simulates the order as it is typed.
 * @param body null while a field is wrong
 */
export function useOrderPreview(orderId: string, body: PutOrderBody | null) {
  const { data, error, refetch, isCurrent } = useSimulation(
    body && [{ order: { ...body, orderId } }],
    // With several lines, any event may change what they get.
    body?.lines.length === 1 ? { sku: body.lines[0]!.sku } : {},
  );
  // An answer to what was typed before says nothing about SKUs that are new.
  const skus = body && isCurrent ? body.lines.map(({ sku }) => sku) : [];
  return {
    error,
    refetch,
    /** Whether it is about the order as it is typed now, and not as it was a moment ago. */
    isCurrent,
    data: data && body ? previewOf(data, orderId, skus) : undefined,
  };
}

function previewOf(simulation: SimulationBody, orderId: string, skus: readonly string[]): OrderPreview {
  const answer = orderStep(simulation.steps[0]!);
  return {
    outcomes: outcomesOf(answer, skus),
    problem: answer.problem ?? null,
    promisedDate: answer.body?.promisedDate ?? null,
    others: {
      ...simulation,
      changedLines: simulation.changedLines.filter((line) => line.orderId !== orderId),
    },
  };
}
