import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Product } from '../domain/product.js';
import { Stock, type ProductNeed } from '../domain/stock.js';

/** Change the date of a batch (`YYYY-MM-DD`), or note that it has arrived (null): its lines show it (rule 7). */
export class RescheduleBatch extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly eta: string | null,
    /** When that was said. */
    readonly at?: Date,
  ) {
    super();
  }
}

@CommandHandler(RescheduleBatch)
export class RescheduleBatchHandler implements ICommandHandler<RescheduleBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute(command: RescheduleBatch) {
    await this.unitOfWork.change(this.stock.products, needOfReschedule(command), (product) =>
      reschedule(product, command),
    );
  }
}

export function needOfReschedule({
  sku,
  batchReference,
}: Pick<RescheduleBatch, 'sku' | 'batchReference'>): ProductNeed {
  return { sku, batchReference, countsLines: true };
}

/** What it does, also in a simulation. */
export function reschedule(product: Product, { batchReference, eta, at }: RescheduleBatch): void {
  product.supply.reschedule(batchReference, eta, at);
}
