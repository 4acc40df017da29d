import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
import { FindCartAvailability } from '../queries/find-cart-availability.js';
import { CartAvailabilityBody, CartBody } from './order.dto.js';

@ApiTag('products', 'The stock of each product, and what could be promised of it.')
@Controller('v1/availability')
export class AvailabilityController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @RequiresScope('read')
  @SafeToRepeat()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Get the units that could be promised of each item of a cart, by date',
    description: 'Changes nothing. If no batch of a SKU was ever registered, its answer has `known: false`.',
  })
  @ApiOkResponse({
    type: CartAvailabilityBody,
    description: 'One answer for each item, in the order of the request',
  })
  async find(@Body() { items, by }: CartBody): Promise<CartAvailabilityBody> {
    const found = await this.queries.execute(new FindCartAvailability(items, by ?? undefined));
    return { items: found as unknown as CartAvailabilityBody['items'] };
  }
}
