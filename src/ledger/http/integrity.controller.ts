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
    summary: 'Whether the figures of batches are what order lines and the log add up to',
    description:
      'Everything is read at one moment, while the service goes on. Without `sku` it reads all order lines and all events, ' +
      'which takes some seconds for a million of them. The service does it by itself, too, and reports what it finds.',
  })
  @ApiOkResponse({ type: IntegrityBody, description: 'What was compared, and the differences' })
  async check(@Query() { sku }: CheckIntegrityQuery): Promise<IntegrityBody> {
    return (await this.queries.execute(new CheckIntegrity(sku))) as IntegrityBody;
  }
}
