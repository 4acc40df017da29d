import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import type { FastifyReply } from 'fastify';
import { VersionMismatch } from '../../kernel/domain/errors.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiNotModified, etagOf, IfMatchTags } from '../../platform/http/protocol/etag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
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
import { versionOfLine, versionOfOrder } from '../queries/line-version.js';
import { FindOrderAllocations } from '../queries/find-order-allocations.js';
import {
  AllocationBody,
  BackorderedLineBody,
  OrderAllocationBody,
  OrderAllocationsBody,
  AllocateLineBody,
  OrderLinePath,
  OrderPath,
} from './allocation.dto.js';
import { ALLOCATIONS_WRITE } from './scopes.js';

const SAFE_WAY =
  'To be safe, send the `ETag` of the answer on which you based your decision as `If-Match`: a call that is ' +
  'repeated late then gets 412 if the line was ordered again in the meantime. Without `If-Match`, it deallocates ' +
  'the new line.';

const STALE = new VersionMismatch(['12-9b1f0c3a5d7e2846'], '15-9b1f0c3a5d7e2846');

const LINE_ETAG_HEADER = {
  ETag: {
    description: 'The version, for `If-Match` and `If-None-Match`. It changes when a line is ordered again.',
    schema: { type: 'string', example: '"12-9b1f0c3a5d7e2846"' },
  },
} as const;

const LINE = { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 10 };
const LINE_BY_DATE = { ...LINE, terms: { split: false, neededBy: '2026-09-01' } };

@ApiTag('allocation', 'Promises of order lines to batches of stock.')
@Controller('v1')
export class AllocationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('allocations')
  @RequiresScope(ALLOCATIONS_WRITE)
  @SafeToRepeat()
  @ApiOperation({
    summary: 'Promise an order line to a batch',
    description:
      'Stock on hand is used before inbound stock, and earlier dates before later ones; a batch that cannot hold the ' +
      'whole line is skipped. With `whenShort: backorder`, a line that fits in no batch waits, and gets its units as ' +
      'soon as they become available.',
  })
  @ApiCreatedResponse({
    type: AllocationBody,
    description: 'The new allocation: the batch that holds the line',
    headers: LINE_ETAG_HEADER,
  })
  @ApiOkResponse({
    type: AllocationBody,
    description: 'The line was allocated before: its allocation',
    headers: LINE_ETAG_HEADER,
  })
  @ApiAcceptedResponse({
    type: BackorderedLineBody,
    description: 'With `whenShort: backorder`: the line waits for its units, or was waiting already',
    headers: LINE_ETAG_HEADER,
  })
  @ApiProblems(
    new OutOfStock(LINE, 3),
    new OutOfStock(LINE_BY_DATE, 3, '2026-10-01'),
    new OutOfStock(LINE_BY_DATE, 3, null),
    new AllocationConflict(LINE, 4),
    new UnknownSku(LINE.sku),
  )
  async allocate(
    @Body() { orderId, sku, quantity, split, neededBy, whenShort }: AllocateLineBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AllocationBody | BackorderedLineBody> {
    const outcome = await this.commands.execute(
      new AllocateLine({
        orderId,
        sku,
        quantity,
        ...(split && { split }),
        ...(neededBy && { neededBy }),
        ...(whenShort && { whenShort }),
      }),
    );
    if ('backorder' in outcome) {
      void reply.status(202).header('etag', etagOf(outcome.version));
      return outcome.backorder;
    }
    const { isNew, allocation, version } = outcome;
    if (!isNew) void reply.status(200);
    void reply.header('etag', etagOf(version, allocation.overdue ? 1 : 0));
    return allocation as AllocationBody;
  }

  @Get('orders/:orderId/allocations')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List the allocations of an order',
    description: 'The lines sorted by SKU, each with the batch that holds it.',
  })
  @ApiOkResponse({
    type: OrderAllocationsBody,
    description: 'The lines of the order',
    headers: LINE_ETAG_HEADER,
  })
  @ApiNotModified()
  @ApiProblems(new UnknownOrder(LINE.orderId))
  async find(
    @Param() { orderId }: OrderPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAllocationsBody> {
    const lines = await this.queries.execute(new FindOrderAllocations(orderId));
    if (lines.length === 0) throw new UnknownOrder(orderId);
    const overdue = lines.filter((line) => line.overdue).length;
    void reply.header('etag', etagOf(versionOfOrder(lines), overdue));
    return { orderId, items: lines.map(({ sequence: _, ...item }) => item as OrderAllocationBody) };
  }

  @Get('orders/:orderId/allocations/:sku')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get the allocation of one line of an order',
    description: 'The batch that holds the line, and the day on which it is expected.',
  })
  @ApiOkResponse({ type: AllocationBody, description: 'The line', headers: LINE_ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownAllocation(LINE.orderId, LINE.sku))
  async findLine(
    @Param() { orderId, sku }: OrderLinePath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AllocationBody> {
    const lines = await this.queries.execute(new FindOrderAllocations(orderId));
    const found = lines.find((line) => line.sku === sku);
    if (!found) throw new UnknownAllocation(orderId, sku);
    void reply.header('etag', etagOf(versionOfLine(found), found.overdue ? 1 : 0));
    const { sequence: _, ...line } = found;
    return { orderId, ...line } as AllocationBody;
  }

  @Delete('orders/:orderId/allocations/:sku')
  @RequiresScope(ALLOCATIONS_WRITE)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Deallocate one line of an order',
    description: `The units are available again at once. A waiting line leaves the queue. ${SAFE_WAY}`,
  })
  @ApiNoContentResponse({ description: 'The line is no longer allocated' })
  @ApiProblems(new UnknownAllocation(LINE.orderId, LINE.sku), STALE)
  async deallocateLine(
    @Param() { orderId, sku }: OrderLinePath,
    @IfMatchTags() expectedVersions: readonly string[] | undefined,
  ): Promise<void> {
    await this.commands.execute(new DeallocateLine(orderId, sku, expectedVersions));
  }

  @Delete('orders/:orderId/allocations')
  @RequiresScope(ALLOCATIONS_WRITE)
  @HttpCode(204)
  @ApiOperation({
    summary: 'Deallocate every line of an order',
    description:
      'All in one transaction; waiting lines leave the queues of their products. Unlike a cancelled order, the order ' +
      'can be allocated again. ' +
      SAFE_WAY,
  })
  @ApiNoContentResponse({ description: 'No line of the order is allocated any more' })
  @ApiProblems(new UnknownOrder(LINE.orderId), STALE)
  async deallocateOrder(
    @Param() { orderId }: OrderPath,
    @IfMatchTags() expectedVersions: readonly string[] | undefined,
  ): Promise<void> {
    await this.commands.execute(new DeallocateOrder(orderId, expectedVersions));
  }
}
