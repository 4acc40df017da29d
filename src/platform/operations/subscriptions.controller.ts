import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { LogPruned } from '../../kernel/event-log/pruned.js';
import {
  discardEvent,
  listFailedOf,
  listSubscriptions,
  retryEvent,
} from '../../kernel/subscriptions/operator-commands.js';
import {
  BlockedByEarlierEvent,
  EventNotParked,
  NotAProjection,
  UnknownEvent,
  UnknownSubscription,
} from '../../kernel/subscriptions/parking/errors.js';
import { findRebuild, NeverRebuilt, RebuildRunning } from '../../kernel/subscriptions/rebuild-record.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { actorOf, type Caller } from '../access/callers/caller.js';
import { OPERATIONS_WRITE } from '../access/callers/scopes.js';
import { page, type Page } from '../http/dto/paging.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { Calling } from '../http/protocol/calling.js';
import {
  DiscardedEventBody,
  DiscardEventBody,
  FailedEventBody,
  FailedEventPageBody,
  ListParkedQuery,
  ParkedEventPath,
  RebuildBody,
  RetriedEventBody,
  SubscriptionPath,
  SubscriptionsBody,
} from './subscription.dto.js';

const NAME = 'allocation.stock';
const READ_MODEL = 'ledger.movements';
const UNKNOWN = new UnknownSubscription(NAME);
const NOT_FAILED = [
  UNKNOWN,
  new UnknownEvent(4_711),
  new EventNotParked(NAME, 4_711),
  new BlockedByEarlierEvent(4_711, 4_690),
];

@ApiTag('events')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly subscriptions: Subscriptions,
  ) {}

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

  @Get(':name/parked')
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'The events that a subscription has failed on',
    description:
      'In the order of the log: those that wait for an operator, and those that the service still tries again by itself.',
  })
  @ApiOkResponse({ type: FailedEventPageBody, description: 'A page of the failed events' })
  @ApiProblems(UNKNOWN)
  async parked(
    @Param() { name }: SubscriptionPath,
    @Query() { after = 0, limit }: ListParkedQuery,
  ): Promise<Page<FailedEventBody, number>> {
    const failed = await listFailedOf(this.dataSource, name, after, limit + 1);
    return page(failed, limit, ({ position }) => position);
  }

  @Post(':name/parked/:position/retry')
  @RequiresScope(OPERATIONS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Retry a failed event now',
    description: 'With all of its attempts again. Events that wait behind it follow by themselves.',
  })
  @ApiOkResponse({ type: RetriedEventBody, description: 'It will be retried at once' })
  @ApiProblems(...NOT_FAILED)
  async retry(
    @Param() { name, position }: ParkedEventPath,
    @Calling() caller: Caller,
  ): Promise<RetriedEventBody> {
    await retryEvent(this.dataSource, name, position, actorOf(caller));
    return { subscription: name, position, state: 'retrying' };
  }

  @Post(':name/parked/:position/discard')
  @RequiresScope(OPERATIONS_WRITE)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Discard a failed event',
    description:
      'The subscription never handles it, and events that wait behind it go on. A note of it is kept with the reason.',
  })
  @ApiOkResponse({ type: DiscardedEventBody, description: 'It is discarded' })
  @ApiProblems(...NOT_FAILED)
  async discard(
    @Param() { name, position }: ParkedEventPath,
    @Body() { reason }: DiscardEventBody,
    @Calling() caller: Caller,
  ): Promise<DiscardedEventBody> {
    await discardEvent(this.dataSource, name, position, reason, actorOf(caller));
    return { subscription: name, position, state: 'discarded', reason };
  }

  @Post(':name/rebuild')
  @RequiresScope(OPERATIONS_WRITE)
  @HttpCode(202)
  @ApiOperation({
    summary: 'Rebuild a read model from the event log',
    description:
      'The answer comes once it has begun; with a long log it takes minutes. `GET` on the same path says how ' +
      'far it is. Until it is done, the read model is as it was before; so it stays if the rebuild fails or its instance is ' +
      'stopped. Failed events are in it, and are not retried after that; discarded ones are left out.',
  })
  @ApiAcceptedResponse({
    type: RebuildBody,
    description: 'It has begun',
    headers: {
      Location: {
        description: 'The path under which its progress can be read.',
        schema: { type: 'string', example: `/v1/subscriptions/${READ_MODEL}/rebuild` },
      },
    },
  })
  @ApiProblems(UNKNOWN, new NotAProjection(NAME), new RebuildRunning(READ_MODEL), new LogPruned(4_711))
  async rebuild(
    @Param() { name }: SubscriptionPath,
    @Calling() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RebuildBody> {
    await this.subscriptions.startRebuild(name, { actor: actorOf(caller) });
    void reply.header('location', `/v1/subscriptions/${encodeURIComponent(name)}/rebuild`);
    return findRebuild(this.dataSource.manager, name);
  }

  @Get(':name/rebuild')
  @RequiresScope(OPERATIONS_WRITE, 'admin')
  @ApiOperation({
    summary: 'How far the last rebuild of a read model is, or how it has ended',
    description: 'Whichever instance it runs in, or if the command line has begun it.',
  })
  @ApiOkResponse({ type: RebuildBody, description: 'The last rebuild' })
  @ApiProblems(new NeverRebuilt(READ_MODEL))
  async findRebuild(@Param() { name }: SubscriptionPath): Promise<RebuildBody> {
    return findRebuild(this.dataSource.manager, name);
  }
}
