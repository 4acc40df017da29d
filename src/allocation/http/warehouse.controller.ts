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

const AGAIN = 'The same again changes nothing.';
const TOO_MANY = new TooManyUnits('PO-2031', 2_147_483_657);
const [ORDER, SKU, BATCH] = ['order-7', 'SMALL-TABLE', 'PO-2031'];

@ApiTag('warehouse', 'Goods that come, leave and come back.')
@Controller('v1')
export class WarehouseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put('receipts/:receiptId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Goods of a batch have come, all or a part of them',
    description:
      'More is on hand, and no line moves. More than was outstanding makes the batch larger. Units that are rejected, and ' +
      'with `final` all that has not come, do not come any more: lines that the batch does not hold then are placed ' +
      `again. When all has come, the batch is on hand. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ReceiptBody, description: 'The receipt' })
  @ApiOkResponse({ type: ReceiptBody, description: 'The receipt, as it was written before' })
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
    summary: 'Units of a batch were found, or are missing',
    description: `Lines that the batch does not hold any more are placed again. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: AdjustmentBody, description: 'The adjustment' })
  @ApiOkResponse({ type: AdjustmentBody, description: 'The adjustment, as it was written before' })
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
    summary: 'Units of a batch were counted',
    description:
      'A count is a difference to what was expected: what has come and left between counting and writing it stays. Send ' +
      '`expected`, the units that were on hand when they were counted; without it, they are those that are on hand now. ' +
      `Lines that the batch does not hold any more are placed again. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: CountedBody, description: 'The count and its variance' })
  @ApiOkResponse({ type: CountedBody, description: 'The count, as it was written before' })
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
    summary: 'Units of an order leave',
    description: `What leaves is neither on hand nor claimed any more; what is available stays as it is. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ShipmentBody, description: 'The shipment' })
  @ApiOkResponse({ type: ShipmentBody, description: 'The shipment, as it was written before' })
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
    summary: 'The shipments of an order, the oldest first',
    description: 'Cancelled ones, too.',
  })
  @ApiOkResponse({ type: ShipmentPageBody, description: 'A page of the shipments' })
  async listShipments(@Query() { orderId, after, limit }: ListShipmentsQuery): Promise<Page<ShipmentBody>> {
    const shipments = await this.queries.execute(new ListShipments(orderId, after, limit + 1));
    return page(shipments.map(bodyOf), limit, ({ shipmentId }) => shipmentId);
  }

  @Get('shipments/:shipmentId')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'One shipment',
    description: 'Of which batches it has left, and whether it was cancelled.',
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
    summary: 'A shipment has not left after all',
    description:
      'Its stock is back, and the claims of its order, on the same batches; of a cancelled order, the stock alone. ' +
      'The shipment stays cancelled. Safe to repeat.',
  })
  @ApiNoContentResponse({ description: 'The shipment is cancelled' })
  @ApiProblems(new UnknownShipment('shipment-7'), new OverReturned(ORDER, SKU, 10, 4), TOO_MANY)
  async cancelShipment(@Param() { shipmentId }: ShipmentPath): Promise<void> {
    await this.commands.execute(new CancelShipment(shipmentId));
  }

  @Put('returns/:returnId')
  @RequiresScope(WAREHOUSE_WRITE)
  @ApiOperation({
    summary: 'Units of an order come back',
    description: `To the batches that they came from: \`restock\` can be promised again, \`scrap\` cannot. ${AGAIN}`,
  })
  @ApiCreatedResponse({ type: ReturnBody, description: 'The return' })
  @ApiOkResponse({ type: ReturnBody, description: 'The return, as it was written before' })
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
