import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiNotModified, ETAG_HEADER, etagOf } from '../../platform/http/protocol/etag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { FindAvailability, type AvailabilityAnswer } from '../queries/find-availability.js';
import { FindProduct, type ProductAnswer } from '../queries/find-product.js';
import { FindTimeline, type TimelineAnswer } from '../queries/find-timeline.js';
import { ListProducts } from '../queries/list-products.js';
import { UnknownProduct } from '../domain/unknown-product.js';
import {
  AvailabilityBody,
  AvailabilityQuery,
  ListProductsQuery,
  ProductBody,
  ProductPageBody,
  ProductPath,
  TimelineBody,
  TimelineQuery,
  type ProductSummaryBody,
} from './product.dto.js';

@ApiTag('products', 'The stock of each product, and what could be promised of it.')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List products, sorted by SKU',
    description: 'The figures can be a moment behind; those of `GET /v1/products/{sku}` are always current.',
  })
  @ApiOkResponse({ type: ProductPageBody, description: 'A page of the products' })
  async list(@Query() { after, limit }: ListProductsQuery): Promise<Page<ProductSummaryBody>> {
    const products = await this.queries.execute(new ListProducts(after, limit + 1));
    return page(products, limit, ({ sku }) => sku);
  }

  @Get(':sku')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get a product and its batches',
    description: 'Always current. The `ETag` is the version of the product.',
  })
  @ApiOkResponse({ type: ProductBody, description: 'The product', headers: ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async find(
    @Param() { sku }: ProductPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProductAnswer> {
    const product = await this.queries.execute(new FindProduct(sku));
    void reply.header(
      'etag',
      etagOf(product.version, product.batches.filter(({ overdue }) => overdue).length),
    );
    return product;
  }

  @Get(':sku/availability')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get the units of a product that could be promised, by date',
    description:
      'Changes nothing. With `quantity`, `promise` is the batch that a line of that many units would get now.',
  })
  @ApiOkResponse({ type: AvailabilityBody, description: 'Units available now and later' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async availability(
    @Param() { sku }: ProductPath,
    @Query() { quantity }: AvailabilityQuery,
  ): Promise<AvailabilityAnswer> {
    return this.queries.execute(new FindAvailability(sku, quantity));
  }

  @Get(':sku/timeline')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get the units that arrive, are claimed and are left, by date',
    description:
      'Always current. Units of a batch that have arrived are on hand, even if the rest of the batch is still to come; ' +
      'the lines of the batch get them first. Overdue units have no date: they are the last row.',
  })
  @ApiOkResponse({ type: TimelineBody, description: 'One row for each date' })
  @ApiProblems(new UnknownProduct('SMALL-TABLE'))
  async timeline(@Param() { sku }: ProductPath, @Query() { until }: TimelineQuery): Promise<TimelineAnswer> {
    return this.queries.execute(new FindTimeline(sku, until));
  }
}
