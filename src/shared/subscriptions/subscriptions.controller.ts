import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Needs } from '../http/needs.js';
import { listSubscriptions } from './list-subscriptions.js';
import { SubscriptionsBody } from './subscription.dto.js';

@ApiTags('events')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Needs('admin')
  @ApiOperation({ summary: 'Who reads the log, and how far they are' })
  @ApiOkResponse({ type: SubscriptionsBody })
  async list(): Promise<SubscriptionsBody> {
    return { items: await listSubscriptions(this.dataSource) };
  }
}
