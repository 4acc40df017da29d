import type { Incident, Month, OrderLine } from '../month.js';
import type { Answer, Api } from './api.js';
import { inParallel, Turns } from './in-parallel.js';
import { Progress } from './progress.js';

const BUYERS = 32;
const CUSTOMERS = 64;

export interface Told {
  readonly line: OrderLine;
  readonly answer: Answer;
}

/** What the run itself has seen, in the order in which the answers came. */
export interface Run {
  readonly told: readonly Told[];
  readonly seconds: number;
}

/** Plays the month: everything is bought first, then customers order while warehouse and carrier have bad days. */
export async function playMonth(api: Api, month: Month): Promise<Run> {
  const buying = new Progress('Batches', month.batches.length);
  await inParallel(month.batches, BUYERS, async (batch) => {
    await api.register(batch);
    buying.step();
  }).finally(() => buying.end());

  const startedAt = performance.now();
  const ordering = new Progress('Order lines', month.lines.length);
  const turns = new Turns();
  const told: Told[] = [];
  await inParallel(inOrder(month), CUSTOMERS, async (step) => {
    if ('reference' in step) return api.change(step);
    await turns.take(step.orderId, async () => {
      told.push({ line: step, answer: await api.allocate(step) });
    });
    ordering.step();
  }).finally(() => ordering.end());
  return { told, seconds: (performance.now() - startedAt) / 1_000 };
}

/** The order lines, with each incident at its place among them. */
function* inOrder({ lines, incidents }: Month): Generator<OrderLine | Incident> {
  for (const [at, line] of lines.entries()) {
    yield* incidents.filter((incident) => incident.afterLine === at);
    yield line;
  }
}
