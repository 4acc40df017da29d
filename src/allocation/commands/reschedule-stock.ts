import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Products } from '../domain/products.js';

/** A batch comes on another day (`YYYY-MM-DD`), or has arrived (null): show its lines the new date (rule 7). */
export class RescheduleStock extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly eta: string | null,
  ) {
    super();
  }
}

@CommandHandler(RescheduleStock)
export class RescheduleStockHandler implements ICommandHandler<RescheduleStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
  ) {}

  async execute({ sku, batchReference, eta }: RescheduleStock) {
    await this.unitOfWork.change(this.products, { sku, batchReference }, (product) =>
      product.reschedule(batchReference, eta),
    );
  }
}
