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

@ApiTag('batches', 'Stock that was bought: on hand, or inbound with a date.')
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
    description: 'Allocations can use the batch as soon as this call is answered. Safe to repeat.',
  })
  @ApiCreatedResponse({
    type: BatchBody,
    description: 'The new batch',
    headers: { ...ETAG_HEADER, ...LOCATION_HEADER },
  })
  @ApiOkResponse({
    type: BatchBody,
    description: 'The batch was registered before with the same facts: its current state',
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
    summary: 'List batches, sorted by reference',
    description: 'All batches or, with `sku`, those of one product.',
  })
  @ApiOkResponse({ type: BatchPageBody, description: 'A page of the batches' })
  async list(@Query() { sku, after, limit }: ListBatchesQuery): Promise<Page<BatchBody>> {
    const batches = await this.queries.execute(new ListBatches(sku, after, limit + 1));
    return page(batches.map(withoutVersion), limit, ({ reference }) => reference);
  }

  @Get(':reference')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Get a batch',
    description: 'The `ETag` is the version of the batch. Send it as `If-Match` when you change the batch.',
  })
  @ApiOkResponse({ type: BatchBody, description: 'The batch', headers: ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownBatch('PO-2031'))
  async find(@Param() { reference }: BatchPath, @Res({ passthrough: true }) reply: FastifyReply) {
    return bodyOf(await this.queries.execute(new FindBatch(reference)), reply);
  }

  @Patch(':reference')
  @RequiresScope(BATCHES_WRITE)
  @SafeToRepeat()
  @ApiOperation({
    summary: 'Change the quantity, date, location, `bestBefore` or block of a batch',
    description:
      'If the new quantity is too small for the lines of the batch, holds and then the newest lines leave it. They are ' +
      'reallocated, the oldest first; a line that fits in no other batch loses its claim. No line leaves the batch ' +
      'because of a new date, a block or a passed `bestBefore`. If you change several fields at once, lines are ' +
      'reallocated by the new values. The `location` can change only while no line claims units of the batch; ' +
      'otherwise the whole call is refused.',
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
