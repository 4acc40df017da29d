import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Products } from '../domain/products.js';

/** A batch turned out smaller or larger: lines that it no longer holds move or go (rule 6). */
export class ResizeStock extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly quantity: number,
  ) {
    super();
  }
}

@CommandHandler(ResizeStock)
export class ResizeStockHandler implements ICommandHandler<ResizeStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
  ) {}

  async execute({ sku, batchReference, quantity }: ResizeStock) {
    const need = { sku, batchReference, shrinkTo: quantity };
    await this.unitOfWork.change(this.products, need, (product) =>
      product.changeQuantity(batchReference, quantity),
    );
  }
}
