import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { WrittenDocument } from '../domain/order-goods.js';
import type { WantedShipment } from '../domain/shipping.js';
import { Stock, type OrderNeed } from '../domain/stock.js';
import { shipmentAnswer, type ShipmentAnswer } from '../queries/shipment-answer.js';

export interface Shipped {
  readonly isNew: boolean;
  readonly shipment: ShipmentAnswer;
}

/** Units of an order leave (rule 13). Safe to repeat under the same id. */
export class ShipOrder extends Command<Shipped> {
  /** @param lines undefined: all that is on hand */
  constructor(
    readonly shipmentId: string,
    readonly orderId: string,
    readonly lines?: readonly WantedShipment[],
  ) {
    super();
  }
}

@CommandHandler(ShipOrder)
export class ShipOrderHandler implements ICommandHandler<ShipOrder> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /**
   * @throws {UnknownOrder | OrderCancelled | OrderNotFirm | NotOnHand | OverShipped | OrderIncomplete | DuplicateSku}
   * @throws {DocumentConflict | ShipmentIsCancelled} if the id was used before
   */
  async execute({ shipmentId, orderId, lines }: ShipOrder) {
    const need = needOfShipment({ shipmentId, orderId });
    const written = await this.unitOfWork.change(this.stock.orders, need, ({ goods }) =>
      goods.ship(shipmentId, lines),
    );
    return shipmentShown(written);
  }
}

export function shipmentShown({ isNew, document }: WrittenDocument): Shipped {
  return { isNew, shipment: shipmentAnswer(document) };
}

export function needOfShipment({
  shipmentId,
  orderId,
}: Pick<ShipOrder, 'shipmentId' | 'orderId'>): OrderNeed {
  return { orderId, lines: [], document: { kind: 'shipment', id: shipmentId } };
}
