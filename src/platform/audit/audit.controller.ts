import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { page, type Page } from '../http/dto/paging.js';
import { readAudit, type AuditEntry } from '../../kernel/audit/audit.js';
import { AuditPageBody, ListAuditQuery } from './audit.dto.js';

@ApiTag('audit', 'Changes of API keys and webhooks, and actions of operators.')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'List who created, first used or revoked keys, who changed webhooks, and what operators did',
    description: `Oldest first or, with \`order=newest-first\`, newest first. Actions of operators are: retrying and discarding parked events and dead
letters, rebuilding read models, and migrations. API calls are not listed: the log of the service has a line, with the caller, for
each write and each rejected call.`,
  })
  @ApiOkResponse({ type: AuditPageBody, description: 'A page of the audit log' })
  async list(@Query() { after, limit, order }: ListAuditQuery): Promise<Page<AuditEntry, number>> {
    const entries = await readAudit(this.dataSource, after, limit + 1, order);
    return page(entries, limit, ({ position }) => position);
  }
}
