import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';

/** Change the quantity of a batch: lines that no longer fit are reallocated or deallocated (rule 6). */
export class ChangeQuantity extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly quantity: number,
  ) {
    super();
  }
}

@CommandHandler(ChangeQuantity)
export class ChangeQuantityHandler implements ICommandHandler<ChangeQuantity> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute({ sku, batchReference, quantity }: ChangeQuantity) {
    const need = { sku, batchReference, newQuantity: quantity };
    await this.unitOfWork.change(this.stock.products, need, (product) =>
      product.changeQuantity(batchReference, quantity),
    );
  }
}
