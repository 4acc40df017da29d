import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { ShippedLine } from '../domain/shipping.js';
import { UnknownShipment } from '../domain/warehouse-errors.js';
import { shipmentAnswer, type ShipmentAnswer } from './shipment-answer.js';

/** One shipment. */
export class FindShipment extends Query<ShipmentAnswer> {
  constructor(readonly shipmentId: string) {
    super();
  }
}

/** A shipment as the table has it. */
export interface ShipmentRow {
  readonly id: string;
  readonly orderId: string;
  readonly result: { readonly lines: readonly ShippedLine[] };
  readonly createdAt: Date;
  readonly cancelledAt: Date | null;
}

@QueryHandler(FindShipment)
export class FindShipmentHandler implements IQueryHandler<FindShipment> {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownShipment} */
  async execute({ shipmentId }: FindShipment) {
    const [shipment] = await this.dataSource.query<ShipmentRow[]>(
      `select id, order_id as "orderId", result, created_at as "createdAt", cancelled_at as "cancelledAt"
         from allocation.document where kind = 'shipment' and id = $1`,
      [shipmentId],
    );
    if (!shipment) throw new UnknownShipment(shipmentId);
    return shipmentAnswer(shipment);
  }
}
