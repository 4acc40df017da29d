import { Inject } from '@nestjs/common';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import type { Simulation } from '../../kernel/unit-of-work/simulation.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { changedLines, placesOf, type ChangedLine } from '../domain/changed-lines.js';
import { NotLoaded } from '../domain/not-loaded.js';
import type { Order } from '../domain/order.js';
import { Product } from '../domain/product.js';
import { Stock, type StockNeed } from '../domain/stock.js';
import { FindSkusOfBatches } from '../queries/find-skus-of-batches.js';
import { ALLOCATION_SETTINGS, type AllocationSettings } from '../settings/allocation-settings.js';
import { SimulationMetrics } from '../telemetry/simulation-metrics.js';
import { Purchase, SimulatedPurchases } from './simulated-purchases.js';
import {
  isAboutBatch,
  referenceOf,
  worksOf,
  type SimulatedAnswer,
  type SimulatedWork,
  type Step,
} from './simulated-steps.js';

/** What a step would answer, and what would be published because of it. */
export type SimulatedStep = (
  | Pick<SimulatedAnswer, 'isNew' | 'body' | 'waits'>
  | { readonly refusal: DomainError }
) & {
  readonly events: readonly DomainEvent[];
};

export interface SimulationAnswer {
  /** In the order of the steps that were asked for. */
  readonly steps: readonly SimulatedStep[];
  /** By the end of all steps. */
  readonly changedLines: readonly ChangedLine[];
  /** Whether a batch whose date changes has more lines than are shown. */
  readonly more: boolean;
}

/**
 * What would happen if these calls were made now, one after the other. Nothing is written and nothing is locked. A step
 * that is refused does not stop those after it.
 */
export class Simulate extends Command<SimulationAnswer> {
  constructor(readonly steps: readonly Step[]) {
    super();
  }
}

@CommandHandler(Simulate)
export class SimulateHandler implements ICommandHandler<Simulate> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
    private readonly calendar: Calendar,
    private readonly metrics: SimulationMetrics,
    @Inject(ALLOCATION_SETTINGS) private readonly settings: AllocationSettings,
  ) {}

  /** @throws {Busy} if the database does not answer in time */
  async execute({ steps }: Simulate) {
    const skus = await this.#skusOf(steps);
    this.metrics.simulated(steps.length);
    try {
      return await this.#simulate(steps, skus);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      // Earlier steps have moved lines to a batch that a later one makes smaller: all of its lines have to be there.
      return this.#simulate(steps, skus, { withEveryLine: true });
    }
  }

  #simulate(
    steps: readonly Step[],
    skus: ReadonlyMap<string, string>,
    { withEveryLine = false } = {},
  ): Promise<SimulationAnswer> {
    const { today } = this.calendar;
    const { holdMaxSeconds } = this.settings;
    const purchases = new SimulatedPurchases(today);
    const works = worksOf(steps, { skus, purchases, today, holdMaxSeconds });
    const needs = works.flatMap((work): readonly StockNeed[] =>
      work instanceof DomainError ? [] : [work.need, ...(work.alsoNeeds ?? [])],
    );
    const named = new Map(
      needs.flatMap((need): [string, string][] =>
        'sku' in need && need.batchReference !== undefined ? [[need.batchReference, need.sku]] : [],
      ),
    );
    const everyLine = [...named].map(([batchReference, sku]) => ({ sku, batchReference, newQuantity: 0 }));
    const all = withEveryLine ? [...needs, ...everyLine] : needs;
    return this.unitOfWork.simulate(this.stock.all, all, (simulation) => {
      const products = [...simulation.aggregates.values()].filter((each) => each instanceof Product);
      const batches = [...named].map(([reference, sku]) => {
        const { warehouse } = simulation.aggregates.get(sku) as Product;
        const batch = warehouse.find(reference);
        if (batch) purchases.remember(batch);
        return { reference, warehouse, eta: batch?.eta };
      });
      const before = placesOf(products);
      const answers = works.map((work) => attempt(simulation, work));
      return {
        steps: answers,
        changedLines: changedLines(before, placesOf(products)),
        more: batches.some(
          ({ reference, warehouse, eta }) =>
            warehouse.find(reference)?.eta !== eta && !warehouse.hasEveryLineOf(reference),
        ),
      };
    });
  }

  /** The SKUs of the batches that the steps name, as they are or, if they are new, as the first step registers them. */
  async #skusOf(steps: readonly Step[]): Promise<ReadonlyMap<string, string>> {
    const about = steps.filter(isAboutBatch);
    if (about.length === 0) return new Map();
    const stored = await this.queries.execute(new FindSkusOfBatches([...new Set(about.map(referenceOf))]));
    const skus = new Map(stored);
    for (const step of about)
      if (step instanceof Purchase && !skus.has(step.reference)) skus.set(step.reference, step.sku);
    return skus;
  }
}

function attempt(
  simulation: Simulation<Product | Order, StockNeed>,
  work: SimulatedWork | DomainError,
): SimulatedStep {
  if (work instanceof DomainError) return { refusal: work, events: [] };
  const { events, ...outcome } = simulation.attempt(work.need, work.run);
  if ('refusal' in outcome) return { refusal: outcome.refusal, events };
  const { value } = outcome;
  if (value instanceof DomainError) return { refusal: value, events };
  const { isNew, body, waits = false, published = [] } = value;
  return { isNew, body, waits, events: [...published, ...events] };
}
