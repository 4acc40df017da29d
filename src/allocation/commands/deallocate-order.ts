import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../shared/unit-of-work/unit-of-work.js';
import { UnknownOrder } from '../domain/errors.js';
import { Products } from '../domain/products.js';
import { FindOrderAllocations } from '../queries/find-order-allocations.js';

/** Give every line of an order back, each product in its own transaction; safe to repeat. */
export class DeallocateOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(DeallocateOrder)
export class DeallocateOrderHandler implements ICommandHandler<DeallocateOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: Products,
    private readonly queries: QueryBus,
  ) {}

  /** @throws {UnknownOrder} where the order has no line */
  async execute({ orderId }: DeallocateOrder) {
    const allocations = await this.queries.execute(new FindOrderAllocations(orderId));
    if (allocations.length === 0) throw new UnknownOrder(orderId);
    const results = await Promise.allSettled(
      allocations.map(({ sku }) =>
        this.unitOfWork.change(this.products, { sku, orderId, units: 0 }, (product) => {
          // Somebody else may have given it back since.
          if (product.holds(orderId)) product.deallocate(orderId);
        }),
      ),
    );
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }
}
