import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Order } from '../domain/order.js';
import { Stock } from '../domain/stock.js';
import { needOfShipment, shipmentShown, type ShipOrder, type Shipped } from './ship-order.js';

type Result = Shipped | DomainError;

/**
 * Units of many orders leave, in their order, with one result for each; one that is refused does not affect the others. Safe to
 * repeat. With `untilRefused` nothing leaves after the first that is refused, and there is no result for those.
 */
export class ShipOrders extends Command<readonly Result[]> {
  constructor(
    readonly shipments: readonly Pick<ShipOrder, 'shipmentId' | 'orderId' | 'lines'>[],
    readonly untilRefused = false,
  ) {
    super();
  }
}

@CommandHandler(ShipOrders)
export class ShipOrdersHandler implements ICommandHandler<ShipOrders> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async execute({ shipments, untilRefused }: ShipOrders): Promise<readonly Result[]> {
    const changes = shipments.map((shipment) => ({
      need: needOfShipment(shipment),
      run: ({ goods }: Order) => goods.ship(shipment.shipmentId, shipment.lines),
    }));
    const how = { inOrder: true, untilRefused };
    const outcomes = await this.unitOfWork.changeMany(this.stock.orders, changes, how);
    return outcomes.map((outcome) => (outcome instanceof DomainError ? outcome : shipmentShown(outcome)));
  }
}
