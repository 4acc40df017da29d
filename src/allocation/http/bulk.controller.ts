import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/domain/errors.js';
import { answerRows, type RowKind, type RowResult } from '../../platform/http/bulk/answer-rows.js';
import { BulkRoute } from '../../platform/http/bulk/bulk-route.js';
import { BulkQuery } from '../../platform/http/bulk/bulk.dto.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { wantedOrder } from '../commands/order-draft.js';
import { PutOrders } from '../commands/put-orders.js';
import { receiptAnswer } from '../commands/receive-goods.js';
import { ReceiveGoodsOfBatches } from '../commands/receive-goods-of-batches.js';
import { ShipOrders } from '../commands/ship-orders.js';
import { OrderRow, ReceiptRow, ShipmentRow } from './bulk.dto.js';
import { OrderBody } from './order.dto.js';
import { ORDERS_WRITE, WAREHOUSE_WRITE } from './scopes.js';
import { ReceiptBody, receiptOf, ShipmentBody } from './warehouse.dto.js';

@ApiTag('bulk', 'Many rows in one call, as a stream.')
@Controller('v1/bulk')
export class BulkController {
  constructor(private readonly commands: CommandBus) {}

  @Post('orders')
  @RequiresScope(ORDERS_WRITE)
  @BulkRoute({
    summary: 'Create or replace many orders',
    description:
      'Each row is the body of `PUT /v1/orders/{orderId}` with the `orderId`, and gets the answer of that call.',
    row: OrderRow,
    body: OrderBody,
    example: [
      { orderId: 'order-7', lines: [{ sku: 'SMALL-TABLE', quantity: 2 }] },
      { orderId: 'order-8', lines: [{ sku: 'SMALL-TABLE', quantity: 1 }], whenShort: 'backorder' },
    ],
  })
  async orders(@Query() query: BulkQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const kind: RowKind<OrderRow> = {
      type: OrderRow,
      pathOf: ({ orderId }) => `/v1/orders/${encodeURIComponent(orderId)}`,
      carryOut: async (rows, untilRefused) => {
        const orders = rows.map((row) => ({ orderId: row.orderId, wanted: wantedOrder(row) }));
        const results = await this.commands.execute(new PutOrders(orders, true, untilRefused));
        return results.map(toResult(({ order }) => order));
      },
    };
    await answerRows(request, reply, query, kind);
  }

  @Post('receipts')
  @RequiresScope(WAREHOUSE_WRITE)
  @BulkRoute({
    summary: 'Record that units of many batches have arrived',
    description:
      'Each row is the body of `PUT /v1/receipts/{receiptId}` with the `receiptId`, and gets the answer of that call.',
    row: ReceiptRow,
    body: ReceiptBody,
    example: [
      { receiptId: 'receipt-7', batchReference: 'PO-2031', quantity: 10 },
      { receiptId: 'receipt-8', batchReference: 'PO-2032', quantity: 4, final: true },
    ],
  })
  async receipts(@Query() query: BulkQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const kind: RowKind<ReceiptRow> = {
      type: ReceiptRow,
      pathOf: ({ receiptId }) => `/v1/receipts/${encodeURIComponent(receiptId)}`,
      carryOut: async (rows, untilRefused) => {
        const receipts = rows.map((row) => ({
          receiptId: row.receiptId,
          batchReference: row.batchReference,
          receipt: receiptOf(row),
        }));
        const results = await this.commands.execute(new ReceiveGoodsOfBatches(receipts, untilRefused));
        return results.map(toResult((received, i) => receiptAnswer(receipts[i]!, received)));
      },
    };
    await answerRows(request, reply, query, kind);
  }

  @Post('shipments')
  @RequiresScope(WAREHOUSE_WRITE)
  @BulkRoute({
    summary: 'Ship units of many orders',
    description:
      'Each row is the body of `PUT /v1/shipments/{shipmentId}` with the `shipmentId`, and gets the answer of that ' +
      'call.',
    row: ShipmentRow,
    body: ShipmentBody,
    example: [
      { shipmentId: 'shipment-7', orderId: 'order-7' },
      { shipmentId: 'shipment-8', orderId: 'order-8', lines: [{ sku: 'SMALL-TABLE', quantity: 1 }] },
    ],
  })
  async shipments(@Query() query: BulkQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const kind: RowKind<ShipmentRow> = {
      type: ShipmentRow,
      pathOf: ({ shipmentId }) => `/v1/shipments/${encodeURIComponent(shipmentId)}`,
      carryOut: async (rows, untilRefused) => {
        const results = await this.commands.execute(new ShipOrders(rows, untilRefused));
        return results.map(toResult(({ shipment }) => shipment));
      },
    };
    await answerRows(request, reply, query, kind);
  }
}

/** What a row is answered with if it is carried out: 201, or 200 if that was done before. */
function toResult<Done extends { readonly isNew: boolean }>(bodyOf: (done: Done, at: number) => object) {
  return (result: Done | DomainError, at: number): RowResult =>
    result instanceof DomainError ? result : { status: result.isNew ? 201 : 200, body: bodyOf(result, at) };
}
