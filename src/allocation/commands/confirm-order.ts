import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { orderAnswer, versionOf, type OrderAnswer } from '../queries/order-answer.js';
import { OrderMetrics } from '../telemetry/order-metrics.js';

/** Make the hold of an order firm. Safe to repeat. */
export class ConfirmOrder extends Command<OrderAnswer> {
  /** @param expectedVersions the versions of the order that the caller means; undefined for any */
  constructor(
    readonly orderId: string,
    readonly expectedVersions?: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
    private readonly metrics: OrderMetrics,
  ) {}

  /**
   * @throws {HoldExpired} if the hold has ended and its lines do not fit any more, or it ended 24 hours ago or earlier
   * @throws {OrderOutOfStock} if the hold has lost a line that does not fit any more
   * @throws {UnknownOrder | OrderCancelled | VersionMismatch}
   */
  async execute({ orderId, expectedVersions }: ConfirmOrder) {
    const need = { orderId, lines: [], reclaims: true };
    const outcome = await this.unitOfWork.change(this.stock.orders, need, (order) => {
      if (expectedVersions && order.exists) requireVersion(versionOf(order.snapshot), expectedVersions);
      return order.confirm() ?? order.snapshot;
    });
    if (outcome instanceof Error) {
      this.metrics.refused();
      throw outcome;
    }
    return orderAnswer(outcome, this.calendar.today);
  }
}
