import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageJson } from '../../config/package-json.js';
import { publisher } from '../../http/openapi/api-docs.js';
import { extendRouteConfig } from '../../http/protocol/route-config.js';
import { STORED_ROUTE, StoredAnswer } from '../../http/protocol/stored-answer.js';
import {
  eventComponents,
  EVENT_SCHEMAS,
  eventSchemaName,
  type EventSchemas,
} from '../../schemas/event-schemas.js';
import { REGISTRY, type Registry } from '../channels/channel.js';
import { MEDIA_TYPE } from '../channels/message-schema.js';

@ApiExcludeController()
@Controller('asyncapi.json')
export class AsyncApiController {
  readonly #document: StoredAnswer;

  constructor(@Inject(REGISTRY) registry: Registry, @Inject(EVENT_SCHEMAS) events: EventSchemas) {
    this.#document = new StoredAnswer('application/json; charset=utf-8', () =>
      JSON.stringify(asyncApi(registry, events)),
    );
  }

  @Get()
  @extendRouteConfig(STORED_ROUTE.config)
  document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#document.send(request, reply);
  }
}

/** The registry as an AsyncAPI 3 document. */
export function asyncApi({ channels }: Registry, events: EventSchemas): object {
  const { description, license, version } = packageJson();
  const types = Object.keys(events);
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Earmark',
      version,
      description,
      ...publisher(license),
      tags: [
        {
          name: 'messages',
          description: 'Messages that are published and received over Redis or JetStream.',
        },
        { name: 'events', description: 'The event log as a live feed.' },
      ],
    },
    defaultContentType: MEDIA_TYPE,
    servers: {
      redis: server('redis', 'REDIS_URL', 6379),
      nats: server('nats', 'NATS_URL', 4222),
      http: HTTP,
    },
    channels: {
      ...fromEach(channels, ({ name, summary }) => ({
        servers: [{ $ref: '#/servers/redis' }, { $ref: '#/servers/nats' }],
        address: name,
        title: name,
        description: summary,
        messages: { [name]: { $ref: `#/components/messages/${name}` } },
      })),
      events: feed(types),
    },
    operations: {
      ...fromEach(channels, ({ name, direction, summary }) => ({
        description: `${direction === 'out' ? 'Published by' : 'Applied by'} the service. ${summary}`,
        action: direction === 'out' ? 'send' : 'receive',
        channel: { $ref: `#/channels/${name}` },
        messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
      })),
      events: {
        description:
          'Sent by the service to every listener, in the order of the log, starting after `Last-Event-ID`.',
        action: 'send',
        channel: { $ref: '#/channels/events' },
        messages: types.map((type) => ({ $ref: `#/channels/events/messages/${type}` })),
      },
    },
    components: {
      messages: {
        ...fromEach(channels, ({ name, version, summary, orderedBy, example }) => ({
          name,
          summary,
          description:
            `Version ${version}. Messages with the same ${orderedBy} keep their order. ` +
            'Over Redis: this body on the channel. Over JetStream: this body on the subject ' +
            `${name}.<${orderedBy}>, percent-encoded, with a Nats-Msg-Id; a message may be delivered more than once.`,
          contentType: MEDIA_TYPE,
          payload: { $ref: `#/components/schemas/${name}` },
          examples: [{ payload: example }],
          'x-ordering-key': orderedBy,
        })),
        ...Object.fromEntries(types.map((type) => [type, feedMessage(type, events[type]!)])),
      },
      schemas: { ...fromEach(channels, ({ schema }) => schema), ...eventComponents(events) },
    },
  };
}

function fromEach(
  channels: Registry['channels'],
  of: (channel: Registry['channels'][number]) => object,
): Record<string, object> {
  return Object.fromEntries(channels.map((channel) => [channel.name, of(channel)]));
}

const HTTP = {
  host: '{host}',
  protocol: 'http',
  description: 'The service itself.',
  variables: { host: { default: 'localhost:3000', description: 'Name and port of the service.' } },
};

/** The live feed of the event log, which needs no broker. */
function feed(types: readonly string[]): object {
  return {
    servers: [{ $ref: '#/servers/http' }],
    address: '/v1/events',
    title: 'events',
    description:
      'The live feed of the event log: server-sent events, each named by its type, its id the position.',
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function feedMessage(type: string, { description }: EventSchemas[string]): object {
  return {
    name: type,
    summary: description,
    description: 'The `data` of a server-sent event, as JSON.',
    contentType: MEDIA_TYPE,
    payload: { $ref: `#/components/schemas/${eventSchemaName(type)}` },
  };
}

function server(protocol: string, setting: string, port: number): object {
  return {
    host: '{host}',
    protocol,
    description: `The broker at ${setting}, if that setting is given.`,
    variables: { host: { default: `localhost:${port}`, description: 'Name and port of the broker.' } },
  };
}
