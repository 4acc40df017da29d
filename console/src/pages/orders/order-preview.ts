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
  const { data, error, refetch } = useSimulation(body && [{ order: { ...body, orderId } }], {});
  return { error, refetch, data: data && body ? previewOf(data, orderId, body) : undefined };
}

function previewOf(simulation: SimulationBody, orderId: string, { lines }: PutOrderBody): OrderPreview {
  const answer = orderStep(simulation.steps[0]!);
  return {
    outcomes: outcomesOf(
      answer,
      lines.map(({ sku }) => sku),
    ),
    problem: answer.problem ?? null,
    promisedDate: answer.body?.promisedDate ?? null,
    others: {
      ...simulation,
      changedLines: simulation.changedLines.filter((line) => line.orderId !== orderId),
    },
  };
}
