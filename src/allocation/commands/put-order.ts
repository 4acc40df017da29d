import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireVersion } from '../../kernel/domain/errors.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { OrderConflict, OrderExists, type OrderOutOfStock } from '../domain/order-errors.js';
import type { OrderSnapshot } from '../domain/order-state.js';
import type { Order } from '../domain/order.js';
import type { PutOrder as Put, WantedOrder } from '../domain/wanted-order.js';
import { Stock, type OrderNeed } from '../domain/stock.js';
import { orderAnswer, versionOf, type OrderAnswer } from '../queries/order-answer.js';
import { OrderMetrics } from '../telemetry/order-metrics.js';
import { isAsWanted } from './order-draft.js';
import { ALLOCATION_SETTINGS, type AllocationSettings } from '../settings/allocation-settings.js';

/** What the caller knows of the order that it puts. */
export interface Expected {
  /** Only create it. */
  readonly none?: boolean;
  /** Only create it, or find it with these lines and terms. */
  readonly same?: boolean;
  /** Only replace one of these versions. */
  readonly versions?: readonly string[] | undefined;
}

export interface OrderPut {
  readonly isNew: boolean;
  /** Whether it existed, and is another one now. */
  readonly isUpdated: boolean;
  readonly order: OrderAnswer;
}

/**
 * Make the lines of an order exactly these, in one step (rule 10): all of them are claimed, amended or released, or
 * nothing is. Safe to repeat.
 */
export class PutOrder extends Command<OrderPut> {
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
   * @throws {OrderExists | OrderConflict | VersionMismatch} if the order is not what the caller expects
   */
  async execute(command: PutOrder) {
    const outcome = await this.unitOfWork.change(this.stock.orders, needOfPut(command), (order) =>
      put(order, command, this.settings.holdMaxSeconds),
    );
    if (outcome instanceof Error) {
      this.metrics.refused();
      throw outcome;
    }
    return orderPut(outcome, this.calendar.today);
  }
}

export function needOfPut({ orderId, wanted, expected }: PutOrder): OrderNeed {
  const { lines, locations, expiresInSeconds } = wanted;
  if (locations) return { orderId, lines, hasLocations: true };
  return { orderId, lines, onlyPuts: expiresInSeconds === null && expected.versions === undefined };
}

interface Outcome extends Put {
  /** null: there was none. */
  readonly before: OrderSnapshot | null;
  readonly snapshot: OrderSnapshot;
}

/** @throws as `PutOrderHandler.execute` says, except for the refusal that it returns */
export function put(order: Order, command: PutOrder, holdMaxSeconds: number): Outcome | OrderOutOfStock {
  const { orderId, wanted, expected } = command;
  if (expected.none && order.exists) throw new OrderExists(orderId);
  if (expected.versions) requireVersion(versionOf(order.snapshot), expected.versions);
  const before = order.exists ? order.snapshot : null;
  if (expected.same && before && !isAsWanted(before, wanted)) throw new OrderConflict(orderId);
  const outcome = order.put(wanted, holdMaxSeconds);
  return outcome instanceof Error ? outcome : { ...outcome, before, snapshot: order.snapshot };
}

/** @param today `YYYY-MM-DD` */
export function orderPut({ isNew, before, snapshot, refused }: Outcome, today: string): OrderPut {
  const isUpdated = before !== null && versionOf(before) !== versionOf(snapshot);
  return { isNew, isUpdated, order: orderAnswer(snapshot, today, refused) };
}
