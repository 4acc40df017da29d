import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../http/openapi/api-tag.js';
import { DataSource } from 'typeorm';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { listSubscriptions } from '../../kernel/subscriptions/operator-commands.js';
import { SubscriptionsBody } from './subscription.dto.js';

@ApiTag('events')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'Every subscription, and how far it has read the log',
    description: 'With its position, its lag and its parked events, which wait for an operator.',
  })
  @ApiOkResponse({ type: SubscriptionsBody, description: 'Every subscription' })
  async list(): Promise<SubscriptionsBody> {
    return { items: await listSubscriptions(this.dataSource) };
  }
}
