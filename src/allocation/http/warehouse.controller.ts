import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { AdjustStock } from '../commands/adjust-stock.js';
import { CancelShipment } from '../commands/cancel-shipment.js';
import { CountStock } from '../commands/count-stock.js';
import { receiptAnswer, ReceiveGoods } from '../commands/receive-goods.js';
import { ReturnGoods } from '../commands/return-goods.js';
import { ShipOrder } from '../commands/ship-order.js';
import { UnknownOrder } from '../domain/errors.js';
import { DuplicateSku, OrderCancelled } from '../domain/order-errors.js';
import {
  BelowZero,
  DocumentConflict,
  NotOnHand,
  OrderIncomplete,
  OrderNotFirm,
  OverReturned,
  OverShipped,
  ShipmentIsCancelled,
  TooManyUnits,
  UnknownBatch,
  UnknownShipment,
} from '../domain/warehouse-errors.js';
import { FindShipment } from '../queries/find-shipment.js';
import { ListShipments } from '../queries/list-shipments.js';
import type { ShipmentAnswer } from '../queries/shipment-answer.js';
import { WAREHOUSE_WRITE } from './scopes.js';
import {
  AdjustBody,
  AdjustmentBody,
  AdjustmentPath,
  CountBody,
  CountedBody,
  CountPath,
  ListShipmentsQuery,
  ReceiptBody,
  receiptOf,
  ReceiptPath,
  ReceiveBody,
  ReturnBody,
  ReturnGoodsBody,
  ReturnPath,
  ShipBody,
  ShipmentBody,
  ShipmentPageBody,
  ShipmentPath,
} from './warehouse.dto.js';

const AGAIN = 'Repeating the same call changes nothing.';
const TOO_MANY = new TooManyUnits('PO-2031', 2_147_483_657);
const [ORDER, SKU, BATCH] = ['order-7', 'SMALL-TABLE', 'PO-2031'];

@ApiTag('warehouse', 'Receipts, counts, shipments and returns.')
@Controller('v1')
export class WarehouseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put('receipts/:receiptId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Record that units of a batch have arrived',
    description:
      'The units are on hand at once; no line changes its batch. If more units arrive than were outstanding, the batch ' +
      'becomes larger. Rejected units and, with `final`, all units that have not arrived are no longer expected: if ' +
      'the batch then is too small for its lines, the newest lines are reallocated. When nothing is outstanding, the ' +
      `batch is on hand. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ReceiptBody, description: 'The receipt' })
  @ApiOkResponse({ type: ReceiptBody, description: 'The receipt, which was recorded before' })
  @ApiProblems(new UnknownBatch(BATCH), TOO_MANY, new DocumentConflict({ kind: 'receipt', id: 'receipt-7' }))
  async receive(
    @Param() { receiptId }: ReceiptPath,
    @Body() body: ReceiveBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReceiptBody> {
    const command = new ReceiveGoods(receiptId, body.batchReference, receiptOf(body));
    const written = await this.commands.execute(command);
    void reply.status(written.isNew ? 201 : 200);
    return receiptAnswer(command, written);
  }

  @Put('adjustments/:adjustmentId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Record that units of a batch were found or are missing',
    description: `If the batch then is too small for its lines, the newest lines are reallocated. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: AdjustmentBody, description: 'The adjustment' })
  @ApiOkResponse({ type: AdjustmentBody, description: 'The adjustment, which was recorded before' })
  @ApiProblems(
    new UnknownBatch(BATCH),
    new BelowZero(BATCH, -12, 10),
    TOO_MANY,
    new DocumentConflict({ kind: 'adjustment', id: 'adjustment-7' }),
  )
  async adjust(
    @Param() { adjustmentId }: AdjustmentPath,
    @Body() { batchReference, by, reason }: AdjustBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdjustmentBody> {
    const { isNew, sku, result } = await this.commands.execute(
      new AdjustStock(adjustmentId, batchReference, by, reason),
    );
    void reply.status(isNew ? 201 : 200);
    return { adjustmentId, batchReference, sku, by, reason, ...result };
  }

  @Put('counts/:countId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Record how many units of a batch were counted',
    description:
      'The units on hand change by the difference between `counted` and `expected`, so units that arrived or were ' +
      'shipped after the counting stay correct. If the batch then is too small for its lines, the newest lines are ' +
      `reallocated. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: CountedBody, description: 'The count and its variance' })
  @ApiOkResponse({ type: CountedBody, description: 'The count, which was recorded before' })
  @ApiProblems(
    new UnknownBatch(BATCH),
    new BelowZero(BATCH, -12, 10),
    TOO_MANY,
    new DocumentConflict({ kind: 'count', id: 'count-7' }),
  )
  async count(
    @Param() { countId }: CountPath,
    @Body() { batchReference, counted, expected, reason }: CountBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CountedBody> {
    const { isNew, sku, result } = await this.commands.execute(
      new CountStock(countId, batchReference, { counted, expected, reason }),
    );
    void reply.status(isNew ? 201 : 200);
    return { countId, batchReference, sku, counted, ...result, ...(reason !== undefined && { reason }) };
  }

  @Put('shipments/:shipmentId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Ship units of an order',
    description:
      'Shipped units are no longer on hand and no longer claimed; the number of available units does not change. ' +
      `${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ShipmentBody, description: 'The shipment' })
  @ApiOkResponse({ type: ShipmentBody, description: 'The shipment, which was recorded before' })
  @ApiProblems(
    new UnknownOrder(ORDER),
    new NotOnHand(ORDER, [{ sku: SKU, requested: 10, onHand: 4 }]),
    new OverShipped(ORDER, SKU, 12, 10),
    new OrderIncomplete(ORDER, [SKU]),
    new OrderNotFirm(ORDER),
    new OrderCancelled(ORDER),
    new DuplicateSku(ORDER, SKU),
    new ShipmentIsCancelled('shipment-7'),
    new DocumentConflict({ kind: 'shipment', id: 'shipment-7' }),
  )
  async ship(
    @Param() { shipmentId }: ShipmentPath,
    @Body() { orderId, lines }: ShipBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShipmentBody> {
    const { isNew, shipment } = await this.commands.execute(new ShipOrder(shipmentId, orderId, lines));
    void reply.status(isNew ? 201 : 200);
    return bodyOf(shipment);
  }

  @Get('shipments')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List the shipments of an order, oldest first',
    description: 'Includes cancelled shipments.',
  })
  @ApiOkResponse({ type: ShipmentPageBody, description: 'A page of the shipments' })
  async listShipments(@Query() { orderId, after, limit }: ListShipmentsQuery): Promise<Page<ShipmentBody>> {
    const shipments = await this.queries.execute(new ListShipments(orderId, after, limit + 1));
    return page(shipments.map(bodyOf), limit, ({ shipmentId }) => shipmentId);
  }

  @Get('shipments/:shipmentId')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get a shipment',
    description: 'The batches from which the units were shipped, and whether the shipment was cancelled.',
  })
  @ApiOkResponse({ type: ShipmentBody, description: 'The shipment' })
  @ApiProblems(new UnknownShipment('shipment-7'))
  async findShipment(@Param() { shipmentId }: ShipmentPath): Promise<ShipmentBody> {
    return bodyOf(await this.queries.execute(new FindShipment(shipmentId)));
  }

  @Delete('shipments/:shipmentId')
  @RequiresScope(WAREHOUSE_WRITE)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Cancel a shipment',
    description:
      'For a shipment that did not leave after all. Its units are on hand again in the same batches, and the order ' +
      'claims them again, unless the order is cancelled. The shipment stays cancelled. Safe to repeat.',
  })
  @ApiNoContentResponse({ description: 'The shipment is cancelled' })
  @ApiProblems(new UnknownShipment('shipment-7'), new OverReturned(ORDER, SKU, 10, 4), TOO_MANY)
  async cancelShipment(@Param() { shipmentId }: ShipmentPath): Promise<void> {
    await this.commands.execute(new CancelShipment(shipmentId));
  }

  @Put('returns/:returnId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Record units of an order that come back',
    description:
      'The units go back to the batches that they came from. With `restock` they can be promised again, with `scrap` ' +
      `they cannot. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ReturnBody, description: 'The return' })
  @ApiOkResponse({ type: ReturnBody, description: 'The return, which was recorded before' })
  @ApiProblems(
    new UnknownOrder(ORDER),
    new OverReturned(ORDER, SKU, 10, 4),
    TOO_MANY,
    new DocumentConflict({ kind: 'return', id: 'return-7' }),
  )
  async takeBack(
    @Param() { returnId }: ReturnPath,
    @Body() { orderId, lines }: ReturnGoodsBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReturnBody> {
    const { isNew, answer } = await this.commands.execute(new ReturnGoods(returnId, orderId, lines));
    void reply.status(isNew ? 201 : 200);
    return answer as ReturnBody;
  }
}

function bodyOf(shipment: ShipmentAnswer): ShipmentBody {
  return shipment as ShipmentBody;
}
