import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { ListPromises, type PromisePage } from '../queries/list-promises.js';
import { InvalidCursor } from '../queries/promise-cursor.js';
import { ListPromisesQuery, PromisePageBody } from './promise.dto.js';

@ApiTag('allocation', 'Promises of order lines to batches of stock.')
@Controller('v1/promises')
export class PromisesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List the dates that lines were promised and the dates on which they are expected now',
    description:
      'Lines that claim units, sorted by batch; with `orderId`, the lines of that order, sorted by SKU. `late=true` ' +
      'selects lines that are expected after the day that was first promised, or after the day on which they are ' +
      'needed; when a batch becomes overdue, its lines are selected within a minute. `after` must be `next` of a page ' +
      'with the same filter.',
  })
  @ApiOkResponse({ type: PromisePageBody, description: 'A page of the lines' })
  @ApiProblems(new InvalidCursor())
  async list(@Query() { after, limit, ...filter }: ListPromisesQuery): Promise<PromisePage> {
    return this.queries.execute(new ListPromises(filter, after, limit));
  }
}
