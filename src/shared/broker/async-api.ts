import { packageJson } from '../http/api-docs.js';
import type { Registry } from './channel.js';

/** The registry in the words of AsyncAPI 3, as `GET /asyncapi.json` shows it. */
export function asyncApi({ channels }: Registry): object {
  const { description, version } = packageJson();
  return {
    asyncapi: '3.1.0',
    info: { title: 'Earmark', version, description },
    defaultContentType: 'application/json',
    channels: fromEach(channels, ({ name, summary }) => ({
      address: name,
      title: name,
      description: summary,
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    })),
    operations: fromEach(channels, ({ name, direction }) => ({
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
