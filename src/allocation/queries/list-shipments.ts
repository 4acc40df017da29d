import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { ShipmentRow } from './find-shipment.js';
import { shipmentAnswer, type ShipmentAnswer } from './shipment-answer.js';

/** The shipments of an order, the oldest first; cancelled ones, too. */
export class ListShipments extends Query<ShipmentAnswer[]> {
  /**
   * @param after only shipments after this one
   * @param count the most that are returned
   */
  constructor(
    readonly orderId: string,
    readonly after: string | undefined,
    readonly count: number,
  ) {
    super();
  }
}

const PLACE_OF_SHIPMENT = `select created_at, id from allocation.document where kind = 'shipment' and id = $3`;

@QueryHandler(ListShipments)
export class ListShipmentsHandler implements IQueryHandler<ListShipments> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ orderId, after, count }: ListShipments) {
    const rows = await this.dataSource.query<ShipmentRow[]>(
      `select id, order_id as "orderId", result, created_at as "createdAt", cancelled_at as "cancelledAt"
         from allocation.document
        where order_id = $1 and kind = 'shipment'
          ${after === undefined ? '' : `and (created_at, id) > (${PLACE_OF_SHIPMENT})`}
        order by created_at, id limit $2`,
      [orderId, count, ...(after === undefined ? [] : [after])],
    );
    return rows.map((row) => shipmentAnswer(row));
  }
}
