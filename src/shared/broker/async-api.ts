import { publisher } from '../http/api-docs.js';
import { packageJson } from '../package-json.js';
import type { Registry } from './channel.js';

/** The registry in the words of AsyncAPI 3, as `GET /asyncapi.json` shows it. */
export function asyncApi({ channels }: Registry): object {
  const { description, license, version } = packageJson();
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Earmark',
      version,
      description,
      ...publisher(license),
      tags: [{ name: 'messages', description: 'What goes in and out over Redis or JetStream.' }],
    },
    defaultContentType: 'application/json',
    servers: { redis: server('redis', 'REDIS_URL', 6379), nats: server('nats', 'NATS_URL', 4222) },
    channels: fromEach(channels, ({ name, summary }) => ({
      address: name,
      title: name,
      description: summary,
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    })),
    operations: fromEach(channels, ({ name, direction, summary }) => ({
      description: `${direction === 'out' ? 'Published by' : 'Applied by'} the service. ${summary}`,
      action: direction === 'out' ? 'send' : 'receive',
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    })),
    components: {
      messages: fromEach(channels, ({ name, version, summary, codec, orderedBy, example }) => ({
        name,
        summary,
        description:
          `Version ${version}. Messages with the same ${orderedBy} keep their order. ` +
          'Over Redis: this body on the channel. Over JetStream: this body on the subject ' +
          `${name}.<${orderedBy}>, percent-encoded, with a Nats-Msg-Id; it may come more than once.`,
        contentType: codec.contentType,
        payload: { $ref: `#/components/schemas/${name}` },
        examples: [{ payload: example }],
        'x-ordering-key': orderedBy,
      })),
      schemas: fromEach(channels, ({ schema }) => schema),
    },
  };
}

function fromEach(
  channels: Registry['channels'],
  of: (channel: Registry['channels'][number]) => object,
): Record<string, object> {
  return Object.fromEntries(channels.map((channel) => [channel.name, of(channel)]));
}

function server(protocol: string, setting: string, port: number): object {
  return {
    host: '{host}',
    protocol,
    description: `The broker that the setting ${setting} names, if it is set.`,
    variables: { host: { default: `localhost:${port}`, description: 'Name and port of the broker.' } },
  };
}
