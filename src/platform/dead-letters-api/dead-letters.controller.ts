import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { actorOf, type Caller } from '../access/callers/caller.js';
import { OPERATIONS_WRITE } from '../access/callers/scopes.js';
import { page, type Page } from '../http/dto/paging.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { Calling } from '../http/protocol/calling.js';
import { InvalidMessage } from '../brokers/channels/message-schema.js';
import {
  AppliedDeadLetterBody,
  DeadLetterBody,
  DeadLetterPageBody,
  DeadLetterPath,
  DiscardDeadLetterBody,
  DiscardedDeadLetterBody,
  ListDeadLettersQuery,
  WholeDeadLetterBody,
} from './dead-letter.dto.js';
import {
  DeadLetterFailed,
  DeadLetterNotWhole,
  DeadLetterRetry,
  UnknownChannel,
} from '../brokers/messages/dead-letter-retry.js';
import {
  DeadLetterSettled,
  discardDeadLetter,
  findDeadLetter,
  listDeadLetters,
  UnknownDeadLetter,
  withReadableBody,
  type WholeDeadLetter,
} from '../brokers/messages/dead-letters.js';

const EXAMPLE: WholeDeadLetter = {
  ...{ id: 17, broker: 'redis', channel: 'change_batch_quantity', messageId: null, reason: '', size: 70_001 },
  ...{ receivedAt: new Date('2026-08-01T09:30:00.000Z'), body: Buffer.alloc(65_536) },
  ...{ state: 'applied', settledAt: new Date('2026-08-01T10:00:00.000Z'), discardReason: null },
};
const UNKNOWN = new UnknownDeadLetter(17);
const SETTLED = new DeadLetterSettled(EXAMPLE);

@ApiTag('dead-letters', 'Messages that could not be applied.')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly retrying: DeadLetterRetry,
  ) {}

  @Get()
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'List messages that could not be applied, oldest first',
    description:
      'Without the bodies of the messages. Dead letters are deleted after `DEAD_LETTER_DAYS` days.',
  })
  @ApiOkResponse({ type: DeadLetterPageBody, description: 'A page of the dead letters' })
  async list(@Query() { all, after, limit }: ListDeadLettersQuery): Promise<Page<DeadLetterBody, number>> {
    const letters = await listDeadLetters(this.dataSource, { after, count: limit + 1, all });
    return page(letters, limit, ({ id }) => id);
  }

  @Get(':id')
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'Get a dead letter with its body',
    description: 'The body is shown as text and in Base64.',
  })
  @ApiOkResponse({ type: WholeDeadLetterBody, description: 'The dead letter' })
  @ApiProblems(UNKNOWN)
  async find(@Param() { id }: DeadLetterPath): Promise<WholeDeadLetterBody> {
    return withReadableBody(await findDeadLetter(this.dataSource, id));
  }

  @Post(':id/retry')
  @RequiresScope(OPERATIONS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Apply a dead letter now',
    description:
      'The message is applied exactly once, even if two operators retry it or its broker delivers it again. If it ' +
      'fails again, it is kept with the new reason.',
  })
  @ApiOkResponse({ type: AppliedDeadLetterBody, description: 'The message was applied' })
  @ApiProblems(
    UNKNOWN,
    SETTLED,
    new DeadLetterNotWhole(EXAMPLE),
    new UnknownChannel(EXAMPLE),
    new DeadLetterFailed(17, new InvalidMessage('qty is required.')),
  )
  async retry(@Param() { id }: DeadLetterPath, @Calling() caller: Caller): Promise<AppliedDeadLetterBody> {
    return { id, state: 'applied', isNew: await this.retrying.retry(id, actorOf(caller)) };
  }

  @Post(':id/discard')
  @RequiresScope(OPERATIONS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Discard a dead letter',
    description:
      'The dead letter is kept with the reason until it is deleted, and cannot be retried any more.',
  })
  @ApiOkResponse({ type: DiscardedDeadLetterBody, description: 'It was discarded' })
  @ApiProblems(UNKNOWN, SETTLED)
  async discard(
    @Param() { id }: DeadLetterPath,
    @Body() { reason }: DiscardDeadLetterBody,
    @Calling() caller: Caller,
  ): Promise<DiscardedDeadLetterBody> {
    await discardDeadLetter(this.dataSource, id, reason, actorOf(caller));
    return { id, state: 'discarded', reason };
  }
}
