import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CSV, csvAnswer } from '../../platform/http/csv-answer.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { prefers } from '../../platform/http/protocol/prefers.js';
import { ListMovements, type MovementPage } from '../queries/list-movements.js';
import { ListMovementsQuery, MovementPageBody } from './movement.dto.js';
import { MOVEMENT_COLUMNS } from './movement-columns.js';

/** Movements of a CSV answer that are read at a time. */
const PORTION = 2_000;

@ApiTag('ledger', 'The movements that explain the figures of each batch, and a check of them.')
@ApiExtraModels(MovementPageBody)
@Controller('v1/movements')
export class MovementsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List what changed the figures of batches, in the order of the event log',
    description:
      'At every position of the log, the movements of a batch add up to its figures. An event that moves a line from one ' +
      'batch to another has one movement for each batch. A page has all movements of its last event, so it can have a few ' +
      'more than `limit`. With a filter it can have fewer, or none: continue until `next` is null. A change is listed a ' +
      'moment after it was made. Movements of events that are no longer kept are not listed.\n\n' +
      `With \`Accept: ${CSV}\`, the answer has all movements after \`after\` as CSV; \`limit\` is ignored.`,
  })
  @ApiOkResponse({
    description: 'A page of the movements, or all of them as CSV',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(MovementPageBody) } },
      [CSV]: {
        schema: {
          type: 'string',
          description: 'A text that a spreadsheet would run as a formula gets an apostrophe in front.',
        },
        example: 'position,kind,sku,batch_reference,order_id,…\n42,shipped,SMALL-TABLE,PO-2031,order-7,…\n',
      },
    },
  })
  async list(
    @Query() { sku, batchReference, orderId, kind, after, limit }: ListMovementsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MovementPage | ReturnType<typeof csvAnswer>> {
    const filter = { sku, batchReference, orderId, kind };
    void reply.header('vary', 'accept');
    if (!prefers(CSV, accept)) return this.queries.execute(new ListMovements(filter, after, limit));
    return csvAnswer(reply, 'movements.csv', MOVEMENT_COLUMNS, after, (position) =>
      this.queries.execute(new ListMovements(filter, position, PORTION)),
    );
  }
}
