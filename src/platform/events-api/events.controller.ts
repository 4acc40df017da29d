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
    summary: 'List or follow events, in the order in which they were committed',
    description: `A list in pages or, with \`Accept: ${EVENT_STREAM}\`, a live feed that stays open until either side closes it.

**Where the feed starts.** After the position in \`Last-Event-ID\` or, if that is missing, in \`after\`, without gaps or repetitions.
Without both, it starts with the next event. \`limit\` is ignored. If events after that position are no longer kept, or the log does
not reach it (because a backup was restored), the answer is 410 and says after which position to continue.

**Filters.** \`types\`, \`sku\` and \`orderId\` filter the list and the feed; an event must meet all that are given. A page looks at
100,000 events at most, so it can have fewer events than \`limit\`, or none, and still have a \`next\`: continue until \`next\` is null.
While no event meets the filter, the feed still sends its position, as an \`id\` without data.

**Reconnecting.** Every message has its position as \`id\`, including the first one, which has no data. When the connection ends,
wait for the time given by \`retry\` and send the last \`id\` as \`Last-Event-ID\`. After a restart of your program, do the same with the
position that you stored together with your data. A client that does not read is disconnected and may resume. A comment every 15 s
keeps the connection alive. After 503 and 429, wait for \`Retry-After\`.

**EventSource.** It reconnects by itself, but cannot send a key, so it works only while no key exists. Every message is named by the
type of its event: \`onmessage\` receives none, \`addEventListener('LineAllocated', …)\` does. \`@earmark/client\` reads the feed with a
key and receives every type. With curl:
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
