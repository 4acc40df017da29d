import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { UnknownOrder } from '../domain/errors.js';
import { versionOfOrder } from '../queries/line-version.js';
import { Stock } from '../domain/stock.js';

/** Deallocate every line of an order, in one step. Other than after `CancelOrder`, it can be allocated again. */
export class DeallocateOrder extends Command<void> {
  /** @param expectedVersions the versions of the order that the caller means; undefined for any */
  constructor(
    readonly orderId: string,
    readonly expectedVersions?: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(DeallocateOrder)
export class DeallocateOrderHandler implements ICommandHandler<DeallocateOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /**
   * @throws {UnknownOrder} if no line of the order claims or waits for anything
   * @throws {VersionMismatch} if the order has another version; nothing has changed then
   */
  async execute({ orderId, expectedVersions }: DeallocateOrder) {
    await this.unitOfWork.change(this.stock.orders, { orderId, lines: [] }, (order) => {
      if (!order.hasLines) throw new UnknownOrder(orderId);
      requireVersion(versionOfOrder(order.allocations), expectedVersions);
      order.deallocate();
    });
  }
}
