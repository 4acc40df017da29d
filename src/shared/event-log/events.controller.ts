import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { ApiTag } from '../http/api-tag.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Access } from '../access/access.js';
import { nameOfCaller } from '../access/name-of-caller.js';
import { ApiProblems } from '../http/api-problems.js';
import { Needs } from '../http/needs.js';
import { page } from '../http/paging.js';
import { EventPageBody, ListEventsQuery } from './event.dto.js';
import { EventLog } from './event-log.js';
import { EVENT_STREAM, lastEventId, lastEventIdSchema, prefersFeed } from './feed-request.js';
import { LiveFeed } from './live-feed.js';
import { AheadOfLog, EventsPruned, requireInLog } from './pruned.js';

@ApiTag('events', 'The event log, and who reads it.')
@ApiExtraModels(EventPageBody)
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly log: EventLog,
    private readonly feed: LiveFeed,
    private readonly dataSource: DataSource,
    private readonly access: Access,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'What has happened, in the order in which it was committed',
    description: `A list in pages; with \`Accept: ${EVENT_STREAM}\` a live feed that goes on until it is cut off, by
either side. It resumes after \`Last-Event-ID\`, or else after \`after\`, without gap or repetition; with neither it
begins with the next event. A client that does not read is cut off and may resume; a comment every 15 s keeps the
connection from being idle. \`limit\` is of no matter to it. Whoever wants to go on after events that are no longer kept,
or from a position that the log does not have (any more, since a backup was put back), gets 410 and has to begin anew; 0
begins with the oldest there is.`,
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The live feed goes on after this position; stands above `after`.',
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
            'Server-sent events: `id` is the position, `event` the type, `data` an item of the list as JSON.',
        },
        example: 'id: 42\nevent: LineAllocated\ndata: {"position":42,"type":"LineAllocated","version":1}\n\n',
      },
    },
  })
  async list(
    @Query() { after, limit }: ListEventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { method, headers, caller } = request;
    if (method === 'GET' && prefersFeed(headers.accept)) {
      const name = caller.by === 'nothing' ? undefined : nameOfCaller(request);
      await this.feed.open(reply.raw, lastEventId(headers['last-event-id']) ?? after, name);
      this.access.endWith(caller, reply.raw.req.socket);
      reply.hijack();
      return;
    }
    const { manager } = this.dataSource;
    const events = await this.log.read(manager, after ?? 0, limit + 1);
    await requireInLog(manager, after ?? 0);
    await reply.header('vary', 'accept').send(page(events, limit, ({ position }) => position));
  }
}
