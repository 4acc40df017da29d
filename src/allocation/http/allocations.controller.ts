import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../shared/http/api-tag.js';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../shared/http/api-problems.js';
import { Needs } from '../../shared/http/needs.js';
import { AllocateLine } from '../commands/allocate-line.js';
import { DeallocateLine } from '../commands/deallocate-line.js';
import { DeallocateOrder } from '../commands/deallocate-order.js';
import {
  AllocationConflict,
  OutOfStock,
  UnknownAllocation,
  UnknownOrder,
  UnknownSku,
} from '../domain/errors.js';
import { FindOrderAllocations } from '../queries/find-order-allocations.js';
import {
  AllocationBody,
  OrderAllocationsBody,
  OrderLineBody,
  OrderLinePath,
  OrderPath,
} from './allocation.dto.js';

const LINE = { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 10 };

@ApiTag('allocation', 'Promises of order lines to batches of stock.')
@Controller('v1')
export class AllocationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('allocations')
  @Needs('allocations:write')
  @ApiOperation({
    summary: 'Promise an order line to a batch',
    description:
      'On-hand stock before inbound, the earliest date first; a batch that cannot hold the whole line is passed over.',
  })
  @ApiCreatedResponse({ type: AllocationBody, description: 'The batch that the line was promised to' })
  @ApiOkResponse({ type: AllocationBody, description: 'The same line again: the allocation that it has' })
  @ApiProblems(new OutOfStock(LINE, 3), new AllocationConflict(LINE, 4), new UnknownSku(LINE.sku))
  async allocate(
    @Body() { orderId, sku, quantity }: OrderLineBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AllocationBody> {
    const { isNew, allocation } = await this.commands.execute(new AllocateLine({ orderId, sku, quantity }));
    if (!isNew) void reply.status(200);
    return allocation;
  }

  @Get('orders/:orderId/allocations')
  @Needs('read')
  @ApiOperation({
    summary: 'What an order has been promised',
    description: 'Its lines in the order of their SKUs, each with the batch that holds it.',
  })
  @ApiOkResponse({ type: OrderAllocationsBody, description: 'The lines of the order' })
  @ApiProblems(new UnknownOrder(LINE.orderId))
  async find(@Param() { orderId }: OrderPath): Promise<OrderAllocationsBody> {
    const items = await this.queries.execute(new FindOrderAllocations(orderId));
    if (items.length === 0) throw new UnknownOrder(orderId);
    return { orderId, items };
  }

  @Delete('orders/:orderId/allocations/:sku')
  @Needs('allocations:write')
  @HttpCode(204)
  @ApiOperation({
    summary: "Give one line's claim back",
    description: 'Its units are available again at once.',
  })
  @ApiNoContentResponse({ description: 'The line has no claim any more' })
  @ApiProblems(new UnknownAllocation(LINE.orderId, LINE.sku))
  async deallocateLine(@Param() { orderId, sku }: OrderLinePath): Promise<void> {
    await this.commands.execute(new DeallocateLine(orderId, sku));
  }

  @Delete('orders/:orderId/allocations')
  @Needs('allocations:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Give every line of an order back',
    description: 'Each product in its own transaction; safe to repeat.',
  })
  @ApiNoContentResponse({ description: 'No line of the order has a claim any more' })
  @ApiProblems(new UnknownOrder(LINE.orderId))
  async deallocateOrder(@Param() { orderId }: OrderPath): Promise<void> {
    await this.commands.execute(new DeallocateOrder(orderId));
  }
}
