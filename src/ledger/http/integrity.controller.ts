import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { CheckIntegrity } from '../queries/check-integrity.js';
import { CheckIntegrityQuery, IntegrityBody } from './integrity.dto.js';

@ApiTag('ledger')
@Controller('v1/integrity')
export class IntegrityController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Check the figures of batches against the order lines and the event log',
    description:
      'All figures are read at the same moment, while the service keeps working. Without `sku`, the call reads all ' +
      'order lines and all events, which takes some seconds per million. The service also checks this regularly by ' +
      'itself, and reports differences in its log and metrics.',
  })
  @ApiOkResponse({ type: IntegrityBody, description: 'What was compared, and the differences' })
  async check(@Query() { sku }: CheckIntegrityQuery): Promise<IntegrityBody> {
    return (await this.queries.execute(new CheckIntegrity(sku))) as IntegrityBody;
  }
}
