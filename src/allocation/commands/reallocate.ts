import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Product } from '../domain/product.js';
import { reallocate, type ReallocationResult } from '../domain/reallocated-lines.js';
import type { Segment } from '../domain/segment.js';
import { Stock, type ProductNeed } from '../domain/stock.js';
import { ReallocationMetrics } from '../telemetry/reallocation-metrics.js';

/**
 * Reassigns the units of a product, segment by segment, in one transaction. The same segments again change nothing, so
 * it is safe to repeat. A simulation answers the same, writes nothing and locks nothing.
 */
export class Reallocate extends Command<ReallocationResult> {
  constructor(
    readonly sku: string,
    readonly segments: readonly Segment[],
    readonly isSimulated: boolean,
  ) {
    super();
  }
}

@CommandHandler(Reallocate)
export class ReallocateHandler implements ICommandHandler<Reallocate> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly metrics: ReallocationMetrics,
  ) {}

  /** @throws {UnknownProduct | TooManyLines | Busy} */
  async execute({ sku, segments, isSimulated }: Reallocate) {
    const need = { sku, everyLine: true };
    const run = (product: Product) => reallocate(product, segments);
    if (isSimulated) return this.#simulate(need, run);
    const result = await this.unitOfWork.change(this.stock.products, need, run);
    this.metrics.ran(result.lines.length);
    return result;
  }

  #simulate(need: ProductNeed, run: (product: Product) => ReallocationResult): Promise<ReallocationResult> {
    return this.unitOfWork.simulate(this.stock.products, [need], (simulation) => {
      const outcome = simulation.attempt(need, run);
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.value;
    });
  }
}
