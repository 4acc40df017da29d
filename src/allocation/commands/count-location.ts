import { hash } from 'node:crypto';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { BatchElsewhere } from '../domain/count-errors.js';
import { NotLoaded } from '../domain/not-loaded.js';
import type { Product } from '../domain/product.js';
import { Stock, type ProductNeed } from '../domain/stock.js';
import type { Count, Counted } from '../domain/warehouse.js';
import { FindCountedBatches, type CountedBatch, type CountedBy } from '../queries/find-counted-batches.js';
import { needOfCount } from './count-stock.js';

export type LocationCount = CountedBy & Count;

/** What became of the count of a batch. */
export interface BatchCounted extends CountedBatch, Counted {
  readonly countId: string;
  readonly isNew: boolean;
  readonly counted: number;
  /** Of a simulation: what it would do to order lines. */
  readonly lines?: LinesAffected;
}

export interface LinesAffected {
  /** They get other units. */
  readonly moved: number;
  /** They lose their units, and may wait for others. */
  readonly lost: number;
  /** They have waited, and get units. */
  readonly served: number;
}

type Result = BatchCounted | DomainError;

/**
 * Batches of a location were counted under one name, with one result for each in their order; one refused count does not
 * affect the others. Each is a count of its own (rule 15) under a name that is made of both, so it is safe to repeat (rule 16).
 * A simulation answers the same, writes nothing and locks nothing.
 */
export class CountLocation extends Command<readonly Result[]> {
  constructor(
    readonly name: string,
    readonly location: string,
    readonly counts: readonly LocationCount[],
    readonly isSimulated = false,
  ) {
    super();
  }
}

interface Work {
  /** Its place among the counts. */
  readonly at: number;
  readonly need: ProductNeed;
  readonly run: (product: Product) => BatchCounted;
}

@CommandHandler(CountLocation)
export class CountLocationHandler implements ICommandHandler<CountLocation> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  /** @throws {Busy} if a simulation gets no answer of the database in time */
  async execute(command: CountLocation) {
    const { location, counts, isSimulated } = command;
    const batches = await this.queries.execute(new FindCountedBatches(location, counts));
    const works = batches.flatMap((batch, at) =>
      batch instanceof DomainError ? [] : [workOf(command, at, batch)],
    );
    const results = isSimulated
      ? await this.#simulate(works)
      : await this.unitOfWork.changeMany(this.stock.products, works);
    const answers = new Map(works.map(({ at }, i) => [at, results[i]!]));
    return batches.map((batch, at) => (batch instanceof DomainError ? batch : answers.get(at)!));
  }

  async #simulate(works: readonly Work[]): Promise<readonly Result[]> {
    if (works.length === 0) return [];
    const needs = works.map(({ need }) => need);
    try {
      return await this.#simulateOn(needs, works);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      // A count has moved lines to a batch that the next one makes smaller: all of its lines have to be there.
      const everyLine = needs.map((need) => ({ ...need, newQuantity: 0 }));
      return this.#simulateOn([...needs, ...everyLine], works);
    }
  }

  #simulateOn(needs: readonly ProductNeed[], works: readonly Work[]): Promise<readonly Result[]> {
    return this.unitOfWork.simulate(this.stock.products, needs, (simulation) =>
      works.map(({ need, run }) => {
        const { events, ...outcome } = simulation.attempt(need, run);
        if ('refusal' in outcome) return outcome.refusal;
        return { ...outcome.value, lines: linesAffected(events) };
      }),
    );
  }
}

function workOf({ name, location, counts }: CountLocation, at: number, batch: CountedBatch): Work {
  const { batchReference, sku } = batch;
  const { counted, expected, reason } = counts[at]!;
  const [countId, count] = [countIdOf(name, batchReference), { counted, expected, reason }];
  return {
    at,
    need: needOfCount(sku, { countId, batchReference, count }),
    run: ({ warehouse }) => {
      const isAt = warehouse.locationOf(batchReference);
      if (isAt !== location) throw new BatchElsewhere(batchReference, isAt, location);
      const { isNew, result } = warehouse.count(countId, batchReference, count);
      return { countId, isNew, ...batch, counted, ...result };
    },
  };
}

/** The longest name of a document. */
const LONGEST = 128;

/** The name of the count of a batch: the same again for the same two, and another one for any others. */
export function countIdOf(name: string, batchReference: string): string {
  const id = `${name}/${batchReference}`;
  return [...id].length <= LONGEST ? id : `${name}/${hash('sha256', batchReference, 'base64url')}`;
}

const MOVED: readonly string[] = ['LineReallocated'] satisfies AllocationEvent['type'][];
const LOST: readonly string[] = [
  'LineDeallocated',
  'LineReleased',
  'LineBackordered',
] satisfies AllocationEvent['type'][];
const SERVED: readonly string[] = ['LineAllocated', 'LineHeld'] satisfies AllocationEvent['type'][];

function linesAffected(events: readonly DomainEvent[]): LinesAffected {
  const among = (types: readonly string[]) => events.filter(({ type }) => types.includes(type)).length;
  return { moved: among(MOVED), lost: among(LOST), served: among(SERVED) };
}
