import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';

/** Note that a batch is in another place, or refuse it: lines that claim its units were promised them where it is. */
export class MoveBatch extends Command<void> {
  constructor(
    readonly sku: string,
    readonly batchReference: string,
    readonly location: string,
  ) {
    super();
  }
}

@CommandHandler(MoveBatch)
export class MoveBatchHandler implements ICommandHandler<MoveBatch> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /** @throws {BatchClaimed} */
  async execute({ sku, batchReference, location }: MoveBatch) {
    await this.unitOfWork.change(this.stock.products, { sku, batchReference, frees: 0 }, (product) =>
      product.supply.move(batchReference, location),
    );
  }
}
