import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { versionOf } from '../queries/order-answer.js';

/** Release all of an order that has not left, in one step. It stays cancelled, however late another call is repeated. */
export class CancelOrder extends Command<void> {
  /** @param expectedVersions the versions of the order that the caller means; undefined for any */
  constructor(
    readonly orderId: string,
    readonly expectedVersions?: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /** @throws {UnknownOrder | VersionMismatch} */
  async execute({ orderId, expectedVersions }: CancelOrder) {
    await this.unitOfWork.change(this.stock.orders, { orderId, lines: [] }, (order) => {
      if (expectedVersions && order.exists) requireVersion(versionOf(order.snapshot), expectedVersions);
      order.cancel();
    });
  }
}
