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
    summary: 'List all subscriptions, and how far each has read the event log',
    description:
      'Each with its position, its lag and the number of its parked events, which wait for an operator.',
  })
  @ApiOkResponse({ type: SubscriptionsBody, description: 'Every subscription' })
  async list(): Promise<SubscriptionsBody> {
    return { items: await listSubscriptions(this.dataSource) };
  }

  @Get(':name/parked')
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'List the events that a subscription failed to handle',
    description:
      'In the order of the event log: events that wait for an operator, and events that the service still retries by ' +
      'itself.',
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
    description:
      'The event gets all its attempts again. Events that wait behind it are handled after it automatically.',
  })
  @ApiOkResponse({ type: RetriedEventBody, description: 'The event will be retried at once' })
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
      'The subscription never handles the event, and handles the events that wait behind it. A record of the event is ' +
      'kept, with the reason.',
  })
  @ApiOkResponse({ type: DiscardedEventBody, description: 'It was discarded' })
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
      'The answer comes as soon as the rebuild has started; with a long log the rebuild takes minutes. `GET` on the ' +
      'same path shows its progress. Until the rebuild is done, and if it fails or its instance stops, the read model ' +
      'stays as it was. Events that had failed are included and not retried any more; discarded events are left out.',
  })
  @ApiAcceptedResponse({
    type: RebuildBody,
    description: 'The rebuild has started',
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
    summary: 'Get the progress or the result of the last rebuild of a read model',
    description: 'Includes rebuilds that run in another instance or were started by the command line.',
  })
  @ApiOkResponse({ type: RebuildBody, description: 'The last rebuild' })
  @ApiProblems(new NeverRebuilt(READ_MODEL))
  async findRebuild(@Param() { name }: SubscriptionPath): Promise<RebuildBody> {
    return findRebuild(this.dataSource.manager, name);
  }
}
