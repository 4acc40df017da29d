import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, KeyBlocked } from '../../kernel/domain/errors.js';
import { answerRows, type RowKind, type RowResult } from '../../platform/http/bulk/answer-rows.js';
import { BulkRoute } from '../../platform/http/bulk/bulk-route.js';
import { BulkQuery } from '../../platform/http/bulk/bulk.dto.js';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { RegisterBatches } from '../commands/register-batches.js';
import { BlockedByParkedEvent } from '../domain/errors.js';
import { newBatchAnswer } from '../queries/batch-answer.js';
import { FindBatches } from '../queries/find-batches.js';
import { BatchBody, RegisterBatchBody } from './batch.dto.js';
import { withoutVersion } from './batches.controller.js';
import { BATCHES_WRITE } from './scopes.js';

@ApiTag('bulk')
@Controller('v1/bulk')
export class BulkBatchesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('batches')
  @RequiresScope(BATCHES_WRITE)
  @BulkRoute({
    summary: 'Register many batches',
    description: 'Each row is the body of `POST /v1/batches` and gets the answer of that call.',
    row: RegisterBatchBody,
    body: BatchBody,
    example: [
      { reference: 'PO-2031', sku: 'SMALL-TABLE', quantity: 10 },
      { reference: 'PO-2032', sku: 'SMALL-TABLE', quantity: 40, eta: '2027-01-31' },
    ],
  })
  async batches(@Query() query: BulkQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const kind: RowKind<RegisterBatchBody> = {
      type: RegisterBatchBody,
      pathOf: () => '/v1/batches',
      carryOut: async (rows, untilRefused) => {
        const results = await this.commands.execute(new RegisterBatches(rows, { untilRefused }));
        const known = results.flatMap((result, i) =>
          result instanceof DomainError || result.isNew ? [] : [rows[i]!.reference],
        );
        const found = await this.queries.execute(new FindBatches(known));
        return results.map((result, i): RowResult => {
          if (result instanceof BlockedByParkedEvent) return new KeyBlocked(rows[i]!.sku);
          if (result instanceof DomainError) return result;
          const { isNew, batch } = result;
          const answer = isNew ? newBatchAnswer(batch) : { ...found.get(batch.reference)!, ...batch };
          return { status: isNew ? 201 : 200, body: withoutVersion(answer) };
        });
      },
    };
    await answerRows(request, reply, query, kind);
  }
}
