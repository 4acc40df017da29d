import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../shared/unit-of-work/unit-of-work.js';
import { OutOfStock } from '../domain/errors.js';
import type { Allocation, OrderLine } from '../domain/order-line.js';
import { Products } from '../domain/products.js';

/** Promise an order line to a batch. Safe to repeat: `isNew` tells whether it was the first time. */
export class AllocateLine extends Command<{ readonly isNew: boolean; readonly allocation: Allocation }> {
  constructor(readonly line: OrderLine) {
    super();
  }
}

@CommandHandler(AllocateLine)
export class AllocateLineHandler implements ICommandHandler<AllocateLine> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
  ) {}

  /** @throws {OutOfStock | AllocationConflict | UnknownSku} */
  async execute({ line }: AllocateLine) {
    const { sku, orderId, quantity } = line;
    const need = { sku, orderId, units: quantity };
    const { isNew, outcome } = await this.unitOfWork.change(this.products, need, (product) => ({
      isNew: !product.holds(orderId),
      outcome: product.allocate(line),
    }));
    if (outcome instanceof OutOfStock) throw outcome;
    return { isNew, allocation: outcome };
  }
}
