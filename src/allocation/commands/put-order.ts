import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { OrderExists } from '../domain/order-errors.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { Stock } from '../domain/stock.js';
import { orderAnswer, versionOf, type OrderAnswer } from '../queries/order-answer.js';
import { OrderMetrics } from '../telemetry/order-metrics.js';
import { ALLOCATION_SETTINGS, type AllocationSettings } from '../settings/allocation-settings.js';

/** What the caller knows of the order that it puts. */
export interface Expected {
  /** Only create it. */
  readonly none?: boolean;
  /** Only replace one of these versions. */
  readonly versions?: readonly string[] | undefined;
}

/**
 * Make the lines of an order exactly these, in one step (rule 10): all of them are claimed, amended or released, or
 * nothing is. Safe to repeat.
 */
export class PutOrder extends Command<{ readonly isNew: boolean; readonly order: OrderAnswer }> {
  constructor(
    readonly orderId: string,
    readonly wanted: WantedOrder,
    readonly expected: Expected = {},
  ) {
    super();
  }
}

@CommandHandler(PutOrder)
export class PutOrderHandler implements ICommandHandler<PutOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
    private readonly metrics: OrderMetrics,
    @Inject(ALLOCATION_SETTINGS) private readonly settings: AllocationSettings,
  ) {}

  /**
   * @throws {OrderOutOfStock} if lines do not fit; nothing has changed then
   * @throws {OrderCancelled | OrderFirm | HoldExpired | AlreadyShipped | DuplicateSku | UnknownSku}
   * @throws {OrderExists | VersionMismatch} if the order is not what the caller expects
   */
  async execute({ orderId, wanted, expected }: PutOrder) {
    const need = { orderId, lines: wanted.lines };
    const outcome = await this.unitOfWork.change(this.stock.orders, need, (order) => {
      if (expected.none && order.exists) throw new OrderExists(orderId);
      if (expected.versions) requireVersion(versionOf(order.snapshot), expected.versions);
      const put = order.put(wanted, this.settings.holdMaxSeconds);
      return put instanceof Error ? put : { ...put, snapshot: order.snapshot };
    });
    if (outcome instanceof Error) {
      this.metrics.refused();
      throw outcome;
    }
    const { isNew, snapshot, refused } = outcome;
    return { isNew, order: orderAnswer(snapshot, this.calendar.today, refused) };
  }
}
