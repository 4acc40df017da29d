import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** A message as it stands in a stream. */
export interface StreamMessage {
  readonly id: string;
  readonly subject: string;
  readonly key: string;
  readonly body: string;
}

/** All messages that a stream has now, in their order. */
export async function readStream(connection: NatsConnection, stream: string): Promise<StreamMessage[]> {
  const { state } = await (await jetstreamManager(connection)).streams.info(stream);
  const read: StreamMessage[] = [];
  if (state.messages === 0) return read;
  const consumer = await jetstream(connection).consumers.get(stream);
  for await (const message of await consumer.consume()) {
    const header = (name: string): string => message.headers?.get(name) ?? '';
    const { subject, seq } = message;
    read.push({ id: header('Nats-Msg-Id'), subject, key: header('Ordering-Key'), body: message.string() });
    if (seq === state.last_seq) break;
  }
  return read;
}
