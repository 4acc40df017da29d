import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { ApiTag } from '../http/openapi/api-tag.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Authenticator } from '../access/authenticator.js';
import { callerName } from '../access/callers/caller-name.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { conditionsOf, EventPageBody, ListEventsQuery } from './event.dto.js';
import { filterOf } from '../../kernel/event-log/event-filter.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { EVENT_STREAM, lastEventId, lastEventIdSchema, prefersFeed } from '../http/protocol/feed-request.js';
import { LiveFeed } from './live-feed.js';
import { readPage } from './read-page.js';
import { AheadOfLog, EventsPruned, requireInLog } from '../../kernel/event-log/pruned.js';

@ApiTag('events', 'The event log and its subscriptions.')
@ApiExtraModels(EventPageBody)
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly log: EventLog,
    private readonly feed: LiveFeed,
    private readonly dataSource: DataSource,
    private readonly access: Authenticator,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'What has happened, in the order in which it was committed',
    description: `A list in pages; with \`Accept: ${EVENT_STREAM}\` a live feed that goes on until either side ends it.

**Where it begins.** After \`Last-Event-ID\` or, if that is missing, after \`after\`, without gap or repetition. Without both it
begins with the next event. \`limit\` is ignored. If events after that position are pruned, or the log does not reach it
(because a backup was restored), the answer is 410, and says after which position to continue.

**Only some events.** \`types\`, \`sku\` and \`orderId\` leave out the others, of the list and of the feed; an event is in it if it
meets all that are given. A page looks at 100,000 events at most, so it may have fewer than its limit, or none, and still have a
\`next\`: go on until \`next\` is null. The feed sends its position, as an \`id\` without data, also while nothing of what you
want happens.

**Reconnecting.** Every message has its position as \`id\`, also the first one, which has no data. When the connection ends,
wait for the time given by \`retry\` and send the last \`id\` as \`Last-Event-ID\`. After a restart do the same with the
position that you have stored together with your work. A client that does not read is disconnected and may resume. A comment
every 15 s keeps the connection from being idle. After 503 and 429 wait for \`Retry-After\`.

**EventSource.** It reconnects by itself, but cannot send a key, so it works only while no key exists. Every message is
named by its type: \`onmessage\` receives none of them, \`addEventListener('LineAllocated', …)\` does. \`@earmark/client\` reads the feed with a key and every type. With curl:
\`curl -N -H 'Accept: ${EVENT_STREAM}' -H 'Authorization: Bearer earmark_…' -H 'Last-Event-ID: 42' …/v1/events\``,
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The position after which the live feed continues; overrides `after`.',
    schema: lastEventIdSchema,
  })
  @ApiProblems(new EventsPruned(42, 4_711), new AheadOfLog(42, 38))
  @ApiOkResponse({
    description: 'A page of the log, or the live feed',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(EventPageBody) } },
      [EVENT_STREAM]: {
        schema: {
          type: 'string',
          description:
            'Server-sent events: `id` is the position, `event` the type, `data` an item of the list (`EventBody`) as JSON.',
        },
        example:
          'retry: 1000\nid: 41\n\nid: 42\nevent: LineAllocated\ndata: {"position":42,"type":"LineAllocated",…}\n\n',
      },
    },
  })
  async list(
    @Query() query: ListEventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after, limit } = query;
    const filter = filterOf(conditionsOf(query));
    const { method, headers, caller } = request;
    if (method === 'GET' && prefersFeed(headers.accept)) {
      const name = caller.kind === 'nothing' ? undefined : callerName(request);
      await this.feed.open(reply.raw, lastEventId(headers['last-event-id']) ?? after, name, filter);
      this.access.closeWhenRevoked(caller, reply.raw.req.socket);
      reply.hijack();
      return;
    }
    const { manager } = this.dataSource;
    const page = await readPage(this.log, manager, filter, after ?? 0, limit);
    await requireInLog(manager, after ?? 0);
    await reply.header('vary', 'accept').send(page);
  }
}
