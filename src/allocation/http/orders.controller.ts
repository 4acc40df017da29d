import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { VersionMismatch } from '../../kernel/domain/errors.js';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
import {
  ApiNotModified,
  ETAG_HEADER,
  etagOf,
  IfMatchTags,
  IfNoneMatchAny,
} from '../../platform/http/protocol/etag.js';
import { CancelOrder } from '../commands/cancel-order.js';
import { ConfirmOrder } from '../commands/confirm-order.js';
import { PutOrder } from '../commands/put-order.js';
import { wantedOrder } from '../commands/order-draft.js';
import { UnknownOrder, UnknownSku } from '../domain/errors.js';
import {
  AlreadyShipped,
  DuplicateSku,
  HoldExpired,
  OrderCancelled,
  OrderExists,
  OrderFirm,
  OrderOutOfStock,
} from '../domain/order-errors.js';
import { FindOrder } from '../queries/find-order.js';
import { ListOrderHistory } from '../queries/list-order-history.js';
import { ListOrders } from '../queries/list-orders.js';
import type { OrderAnswer } from '../queries/order-answer.js';
import { NewOrderPath, OrderPath } from './allocation.dto.js';
import { ListOrdersQuery, OrderBody, OrderPageBody, PutOrderBody } from './order.dto.js';
import { OrderHistoryBody, OrderHistoryQuery } from './order-history.dto.js';
import { ORDERS_WRITE } from './scopes.js';

const ORDER = 'order-7';
const SHORT = [
  { sku: 'SMALL-TABLE', requested: 10, available: 3, earliest: null },
  { sku: 'LAMP', requested: 2, available: 0, earliest: '2026-10-01' },
];
const STALE = new VersionMismatch(['2-9b1f0c3a5d7e2846'], '3-0c3a5d7e28469b1f');
const EXPIRED = new HoldExpired(ORDER, new Date('2026-09-01T12:00:00.000Z'), SHORT);

@ApiTag('orders', 'Orders, whose lines change together, and holds, which end by themselves.')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put(':orderId')
  @RequiresScope(ORDERS_WRITE)
  @ApiOperation({
    summary: 'Create an order, or replace its lines',
    description:
      'All lines change in one transaction: new lines claim units, missing lines are released, and a changed line ' +
      'claims or releases the difference. A changed line keeps its place in the order of allocation, its promised date ' +
      'and, if possible, its batch. If a line does not fit in any batch, nothing changes, unless `whenShort` says ' +
      'otherwise. With `expiresInSeconds` the order is a hold; sending it again extends the hold. Safe to repeat.',
  })
  @ApiCreatedResponse({ type: OrderBody, description: 'The new order', headers: ETAG_HEADER })
  @ApiOkResponse({ type: OrderBody, description: 'The order', headers: ETAG_HEADER })
  @ApiProblems(
    new OrderOutOfStock(ORDER, SHORT),
    new UnknownSku('SMALL-TABLE'),
    new DuplicateSku(ORDER, 'SMALL-TABLE'),
    new OrderCancelled(ORDER),
    new OrderFirm(ORDER),
    EXPIRED,
    new AlreadyShipped(ORDER, 'SMALL-TABLE', 2),
    new OrderExists(ORDER),
  )
  async put(
    @Param() { orderId }: NewOrderPath,
    @Body() body: PutOrderBody,
    @IfMatchTags() versions: readonly string[] | undefined,
    @IfNoneMatchAny() none: boolean,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderBody> {
    const { isNew, order } = await this.commands.execute(
      new PutOrder(orderId, wantedOrder(body), { versions, none }),
    );
    void reply.status(isNew ? 201 : 200);
    if (isNew) void reply.header('location', `/v1/orders/${encodeURIComponent(orderId)}`);
    return bodyOf(order, reply);
  }

  @Post(':orderId/confirm')
  @RequiresScope(ORDERS_WRITE)
  @SafeToRepeat()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm a hold, so that the order becomes firm',
    description:
      'If the hold ended less than 24 hours ago, its lines claim their units again, provided that all of them still ' +
      'fit. Safe to repeat.',
  })
  @ApiOkResponse({ type: OrderBody, description: 'The firm order', headers: ETAG_HEADER })
  @ApiProblems(
    new UnknownOrder(ORDER),
    EXPIRED,
    new OrderOutOfStock(ORDER, SHORT),
    new OrderCancelled(ORDER),
    STALE,
  )
  async confirm(
    @Param() { orderId }: OrderPath,
    @IfMatchTags() versions: readonly string[] | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderBody> {
    return bodyOf(await this.commands.execute(new ConfirmOrder(orderId, versions)), reply);
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List orders, newest first',
    description:
      'Lists orders that were created by `PUT`, shipped or cancelled. It does not list lines that were only allocated ' +
      'one by one with `POST /v1/allocations`. With `state`, or with `sku` and `channel`, a page can have fewer orders ' +
      'than `limit`, or none: continue until `next` is null. If the order that `after` names has no lines any more, ' +
      'the answer is 404: start again without `after`.',
  })
  @ApiOkResponse({ type: OrderPageBody, description: 'A page of the orders' })
  @ApiProblems(new UnknownOrder(ORDER))
  async list(@Query() { after, limit, ...filter }: ListOrdersQuery): Promise<Page<OrderBody>> {
    const { items, next } = await this.queries.execute(new ListOrders(filter, after, limit));
    return { items: items as OrderBody[], next };
  }

  @Get(':orderId')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get an order with the claims of its lines',
    description: 'All values are of the same moment. The `ETag` is the version of the order, for `If-Match`.',
  })
  @ApiOkResponse({ type: OrderBody, description: 'The order', headers: ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownOrder(ORDER))
  async find(
    @Param() { orderId }: OrderPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderBody> {
    return bodyOf(await this.queries.execute(new FindOrder(orderId)), reply);
  }

  @Get(':orderId/history')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List what happened to the lines of an order',
    description:
      'In the order in which changes were committed, as far back as the event log is kept. Lines that were allocated ' +
      'with `POST /v1/allocations` have a history, too. Refusals are not included: they are events of the product.',
  })
  @ApiOkResponse({ type: OrderHistoryBody, description: 'A page of the history' })
  @ApiProblems(new UnknownOrder(ORDER))
  async history(
    @Param() { orderId }: OrderPath,
    @Query() { after = 0, limit }: OrderHistoryQuery,
  ): Promise<OrderHistoryBody> {
    const entries = await this.queries.execute(new ListOrderHistory(orderId, after, limit + 1));
    return { orderId, ...page(entries, limit, ({ position }) => position) };
  }

  @Delete(':orderId')
  @RequiresScope(ORDERS_WRITE)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Cancel an order',
    description:
      'Releases all units that were not shipped, in one transaction. The order stays cancelled: a late repetition of ' +
      'an earlier `PUT` gets 409 `order-cancelled`. `PUT` with `reopen: true` opens the order again. Safe to repeat.',
  })
  @ApiNoContentResponse({ description: 'The order is cancelled' })
  @ApiProblems(new UnknownOrder(ORDER), STALE)
  async cancel(
    @Param() { orderId }: OrderPath,
    @IfMatchTags() versions: readonly string[] | undefined,
  ): Promise<void> {
    await this.commands.execute(new CancelOrder(orderId, versions));
  }
}

function bodyOf(order: OrderAnswer, reply: FastifyReply): OrderBody {
  void reply.header('etag', etagOf(order.version, order.lines.filter(({ overdue }) => overdue).length));
  return order as OrderBody;
}
