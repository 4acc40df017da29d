import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ListLostPromises, type LostPromiseAnswer } from '../queries/list-lost-promises.js';
import { ListLostPromisesQuery, LostPromisePageBody } from './lost-promise.dto.js';

@ApiTag('notifications')
@Controller('v1/lost-promises')
export class LostPromisesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List lost promises',
    description:
      'Order lines that lost their batch and fitted in no other, oldest first. `sku` selects those of one SKU.',
  })
  @ApiOkResponse({ type: LostPromisePageBody, description: 'A page of the lost promises' })
  async list(
    @Query() { sku, after, limit }: ListLostPromisesQuery,
  ): Promise<Page<LostPromiseAnswer, number>> {
    const promises = await this.queries.execute(new ListLostPromises(sku, after, limit + 1));
    return page(promises, limit, ({ position }) => position);
  }
}
