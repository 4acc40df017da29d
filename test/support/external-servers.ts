import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, errors, headers } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { eventually } from '../../testing/eventually.js';
import { readStream, type StreamMessage } from '../../testing/read-stream.js';

const LINE_ALLOCATED = 'line_allocated';

/** Another system on the broker, which speaks the original's bodies and knows nothing of us. */
export interface ExternalSystem {
  /** @param id by which the broker can tell a repetition, where it has such a thing */
  send(channel: string, body: string | Uint8Array, id?: string): Promise<void>;
  /** The bodies that have come over the channel, `line_allocated` unless it says otherwise, in order. */
  heard(channel?: string): Promise<unknown[]>;
  close(): Promise<void>;
}

/**
 * Options of a Redis on which nobody can publish until the external system listens: pub/sub keeps nothing, so whatever the
 * service published before would be lost.
 */
export const SILENT_UNTIL_HEARD = '--user default on nopass ~* &* +@all -publish'.split(' ');

export async function externalSystemOverRedis(url: string): Promise<ExternalSystem> {
  // A connection that is closed while it is not there would keep the tests for longer.
  const options = { retryStrategy: () => 10, disconnectTimeout: 100, autoResubscribe: false };
  const [publisher, subscriber] = [new Redis(url, options), new Redis(url, options)];
  for (const connection of [publisher, subscriber]) connection.on('error', () => undefined);
  const listen = async () => {
    await subscriber.subscribe(LINE_ALLOCATED, 'line_deallocated', 'promises_changed');
    await publisher.acl('SETUSER', 'default', '+publish');
  };
  await listen();
  // Again whenever the server is back. If it is gone at once, it will be back once more.
  subscriber.on('ready', () => void listen().catch(() => undefined));
  const heard: { channel: string; body: unknown }[] = [];
  subscriber.on('message', (channel, body: string) => heard.push({ channel, body: JSON.parse(body) }));
  return {
    async send(channel, body) {
      // Whoever publishes before the service listens is not heard: pub/sub keeps nothing.
      await eventually('somebody listens', async () => {
        const [, listeners] = (await publisher.pubsub('NUMSUB', channel)) as [string, number];
        return listeners > 0;
      });
      await publisher.publish(channel, Buffer.from(body));
    },
    heard: (from = LINE_ALLOCATED) =>
      Promise.resolve(heard.filter(({ channel }) => channel === from).map(({ body }) => body)),
    close() {
      publisher.disconnect();
      subscriber.disconnect();
      return Promise.resolve();
    },
  };
}

/** A message of a stream, with its body read as JSON. */
export type InStream = Omit<StreamMessage, 'body'> & { readonly body: unknown };

export async function externalSystemOverJetStream(
  url: string,
): Promise<ExternalSystem & { all(channel?: string): Promise<InStream[]> }> {
  const urls = url.split(',').map((each) => new URL(each));
  const { username: user, password: pass } = urls[0]!;
  const connection = await connect({
    servers: urls.map(({ host }) => host),
    ...(user && { user, pass }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 20,
  });
  const client = jetstream(connection);
  const all = async (channel = LINE_ALLOCATED): Promise<InStream[]> => {
    const messages = await readStream(connection, `earmark_${channel}`);
    return messages.map((message) => ({ ...message, body: JSON.parse(message.body) as unknown }));
  };
  return {
    all,
    async send(channel, body, id) {
      const labels = headers();
      if (id !== undefined) labels.set('Nats-Msg-Id', id);
      const stream = `earmark_${channel}`;
      // A request is lost if it is sent while the connection to a server that has just ended is still there.
      await eventually('the stream is there', () =>
        jetstreamManager(connection, { timeout: 1_000 })
          .then((manager) => manager.streams.info(stream))
          .catch(() => null),
      );
      // A stream that has just been made is known a moment before it answers, and before its files are there.
      await eventually('the stream takes the message', () =>
        client.publish(channel, body, { headers: labels }).catch((error: unknown) => {
          const { cause, message } = error as Error;
          if (cause instanceof errors.RequestError && cause.isNoResponders()) return null;
          if (message.includes('error opening msg block file')) return null;
          throw error;
        }),
      );
    },
    heard: (channel) =>
      all(channel).then(
        (messages) => messages.map(({ body }) => body),
        // Nothing is heard while the server is on its way back.
        () => [],
      ),
    close: () => connection.close(),
  };
}
