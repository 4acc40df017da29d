import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import type { FastifyReply } from 'fastify';
import { VersionMismatch } from '../../kernel/domain/errors.js';
import { ApiProblems } from '../../platform/http/openapi/api-problems.js';
import { ApiNotModified, ETAG_HEADER, etagOf, IfMatch } from '../../platform/http/protocol/etag.js';
import { Problem } from '../../platform/http/problems/problem.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { SafeToRepeat } from '../../platform/http/openapi/safe-to-repeat.js';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ChangeBatch } from '../commands/change-batch.js';
import { RegisterBatch } from '../commands/register-batch.js';
import { BatchConflict, UnknownBatch } from '../domain/errors.js';
import { newBatchAnswer, type BatchAnswer, type BatchOnPaper } from '../queries/batch-answer.js';
import { FindBatch } from '../queries/find-batch.js';
import { ListBatches } from '../queries/list-batches.js';
import {
  BatchBody,
  BatchPageBody,
  BatchPath,
  ChangeBatchBody,
  ListBatchesQuery,
  RegisterBatchBody,
} from './batch.dto.js';
import { BATCHES_WRITE } from './scopes.js';

const LOCATION_HEADER = {
  Location: {
    description: 'The path of the batch.',
    schema: { type: 'string', example: '/v1/batches/PO-2031' },
  },
} as const;

/** As allocation words it, which decides. */
const BATCH_CLAIMED = new Problem(
  409,
  'batch-claimed',
  'Batch PO-2031 cannot be moved while 3 of its units are claimed.',
  { reference: 'PO-2031', claimed: 3 },
);

@ApiTag('batches', 'What was bought: on hand, or inbound with a date.')
@Controller('v1/batches')
export class BatchesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @RequiresScope(BATCHES_WRITE)
  @SafeToRepeat()
  @ApiOperation({
    summary: 'Register a batch',
    description: 'Once this has answered, every allocation can use the batch. Safe to repeat.',
  })
  @ApiCreatedResponse({
    type: BatchBody,
    description: 'The new batch',
    headers: { ...ETAG_HEADER, ...LOCATION_HEADER },
  })
  @ApiOkResponse({
    type: BatchBody,
    description: 'The same registration again: the batch as it now is',
    headers: ETAG_HEADER,
  })
  @ApiProblems(new BatchConflict('PO-2031'))
  async register(@Body() body: RegisterBatchBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const { reference, eta = null, ...bought } = body;
    const { isNew, batch } = await this.commands.execute(new RegisterBatch(reference, { ...bought, eta }));
    if (isNew) void reply.header('location', `/v1/batches/${encodeURIComponent(reference)}`);
    else void reply.status(200);
    return bodyOf(isNew ? newBatchAnswer(batch) : await this.#withFigures(batch), reply);
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Batches in the order of their references',
    description: 'All batches, or with `sku` those of one product.',
  })
  @ApiOkResponse({ type: BatchPageBody, description: 'A page of the batches' })
  async list(@Query() { sku, after, limit }: ListBatchesQuery): Promise<Page<BatchBody>> {
    const batches = await this.queries.execute(new ListBatches(sku, after, limit + 1));
    return page(batches.map(withoutVersion), limit, ({ reference }) => reference);
  }

  @Get(':reference')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'One batch',
    description: 'The `ETag` is its version, for `If-Match` of a change.',
  })
  @ApiOkResponse({ type: BatchBody, description: 'The batch as it now is', headers: ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownBatch('PO-2031'))
  async find(@Param() { reference }: BatchPath, @Res({ passthrough: true }) reply: FastifyReply) {
    return bodyOf(await this.queries.execute(new FindBatch(reference)), reply);
  }

  @Patch(':reference')
  @RequiresScope(BATCHES_WRITE)
  @SafeToRepeat()
  @ApiOperation({
    summary: 'Change the quantity, the date, the lot or the place of a batch',
    description:
      'If the batch no longer holds all of its lines, the newest leave it. They are placed again, the oldest first; a ' +
      'line that fits nowhere loses its claim. A new date moves no line, nor does a batch that is blocked or past its best. ' +
      'If several change, lines are placed by the new date and lot. A batch moves to another `location` only while ' +
      'nobody claims any of its units; if it cannot, nothing else changes either.',
  })
  @ApiOkResponse({ type: BatchBody, description: 'The batch after the change', headers: ETAG_HEADER })
  @ApiProblems(new UnknownBatch('PO-2031'), new VersionMismatch([6], 7), BATCH_CLAIMED)
  async change(
    @Param() { reference }: BatchPath,
    @Body() change: ChangeBatchBody,
    @IfMatch() expectedVersions: readonly number[] | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const batch = await this.commands.execute(new ChangeBatch(reference, change, expectedVersions));
    return bodyOf(await this.#withFigures(batch), reply);
  }

  async #withFigures(batch: BatchOnPaper): Promise<BatchAnswer> {
    return { ...(await this.queries.execute(new FindBatch(batch.reference))), ...batch };
  }
}

function bodyOf(batch: BatchAnswer, reply: FastifyReply): BatchBody {
  void reply.header('etag', etagOf(batch.version, batch.overdue ? 1 : 0));
  return withoutVersion(batch);
}

/** The version is sent as the `ETag`. */
export function withoutVersion({ version: _, ...batch }: BatchAnswer): BatchBody {
  return batch;
}
