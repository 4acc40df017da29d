import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { OrderOutOfStock } from '../domain/order-errors.js';
import type { Order } from '../domain/order.js';
import { Stock } from '../domain/stock.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { ALLOCATION_SETTINGS, type AllocationSettings } from '../settings/allocation-settings.js';
import { OrderMetrics } from '../telemetry/order-metrics.js';
import { needOfPut, orderPut, put, PutOrder, type OrderPut } from './put-order.js';

type Result = OrderPut | DomainError;

/**
 * Put many orders in their order, each in one step, with one result for each; one rejected order does not affect the
 * others. Safe to repeat. With `untilRefused` no order is put after the first that is refused, and there is no result for
 * those.
 */
export class PutOrders extends Command<readonly Result[]> {
  /** @param isUpdate whether an order that exists with other lines or terms is replaced; otherwise it is refused */
  constructor(
    readonly orders: readonly { readonly orderId: string; readonly wanted: WantedOrder }[],
    readonly isUpdate: boolean,
    readonly untilRefused = false,
  ) {
    super();
  }
}

@CommandHandler(PutOrders)
export class PutOrdersHandler implements ICommandHandler<PutOrders> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
    private readonly metrics: OrderMetrics,
    @Inject(ALLOCATION_SETTINGS) private readonly settings: AllocationSettings,
  ) {}

  async execute({ orders, isUpdate, untilRefused }: PutOrders): Promise<readonly Result[]> {
    const { holdMaxSeconds } = this.settings;
    const changes = orders.map(({ orderId, wanted }) => {
      const command = new PutOrder(orderId, wanted, { same: !isUpdate });
      return { need: needOfPut(command), run: (order: Order) => put(order, command, holdMaxSeconds) };
    });
    const how = { inOrder: true, untilRefused };
    const outcomes = await this.unitOfWork.changeMany(this.stock.orders, changes, how);
    const { today } = this.calendar;
    return outcomes.map((outcome) => {
      if (outcome instanceof OrderOutOfStock) this.metrics.refused();
      return outcome instanceof DomainError ? outcome : orderPut(outcome, today);
    });
  }
}
