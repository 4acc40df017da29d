import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock } from '../domain/stock.js';
import { FindShipment } from '../queries/find-shipment.js';

/** A shipment has not left after all: its stock and its claims are back, on the same batches (rule 13). */
export class CancelShipment extends Command<void> {
  constructor(readonly shipmentId: string) {
    super();
  }
}

@CommandHandler(CancelShipment)
export class CancelShipmentHandler implements ICommandHandler<CancelShipment> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
  ) {}

  /**
   * @throws {UnknownShipment}
   * @throws {OverReturned} if some of it came back already
   */
  async execute({ shipmentId }: CancelShipment) {
    const { orderId } = await this.queries.execute(new FindShipment(shipmentId));
    const document = { kind: 'shipment', id: shipmentId } as const;
    await this.unitOfWork.change(this.stock.orders, { orderId, lines: [], document }, ({ goods }) =>
      goods.cancelShipment(shipmentId),
    );
  }
}
