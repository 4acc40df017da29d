import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import { ListBackorders } from '../queries/list-backorders.js';
import { BackorderPageBody, ListBackordersQuery, type BackorderBody } from './backorder.dto.js';
import { ProductPath } from './product.dto.js';

@ApiTag('products', 'The stock of each product, and what could be promised of it.')
@Controller('v1/products/:sku/backorders')
export class BackordersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List the lines that wait for units of a product',
    description:
      'Higher priority first, then the oldest. Units that become available go to waiting lines at once, in the order ' +
      'that the policy of the product sets.',
  })
  @ApiOkResponse({ type: BackorderPageBody, description: 'A page of the queue' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async list(
    @Param() { sku }: ProductPath,
    @Query() { after = 0, limit }: ListBackordersQuery,
  ): Promise<Page<BackorderBody, number>> {
    const lines = await this.queries.execute(new ListBackorders(sku, after, limit + 1));
    const { items, next } = page(lines, limit, ({ place }) => place);
    return { items: items.map(({ place: _, ...line }) => line), next };
  }
}
