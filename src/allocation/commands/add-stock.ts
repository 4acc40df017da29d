import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Products } from '../domain/products.js';

export interface NewStock {
  readonly batchReference: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** A batch was bought: promise it from now on. */
export class AddStock extends Command<void> {
  constructor(
    readonly sku: string,
    readonly stock: NewStock,
  ) {
    super();
  }
}

@CommandHandler(AddStock)
export class AddStockHandler implements ICommandHandler<AddStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
  ) {}

  async execute({ sku, stock: { batchReference, quantity, eta } }: AddStock) {
    await this.unitOfWork.change(this.products, { sku, batchReference, units: 0 }, (product) =>
      product.addStock({ reference: batchReference, quantity, eta }),
    );
  }
}
