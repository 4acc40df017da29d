import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../shared/unit-of-work/unit-of-work.js';
import { Products } from '../domain/products.js';

/** Give one line's claim back. */
export class DeallocateLine extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly sku: string,
  ) {
    super();
  }
}

@CommandHandler(DeallocateLine)
export class DeallocateLineHandler implements ICommandHandler<DeallocateLine> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
  ) {}

  /** @throws {UnknownAllocation} */
  async execute({ orderId, sku }: DeallocateLine) {
    await this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) =>
      product.deallocate(orderId),
    );
  }
}
