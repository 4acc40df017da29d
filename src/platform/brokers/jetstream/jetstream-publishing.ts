import type { JetStreamClient } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { OutgoingMessage } from '../channels/broker.js';
import { isApiError } from './jetstream-streams.js';

/** The server's error code if `lastMsgID` does not name the last message of the stream. */
const WRONG_LAST_MESSAGE = 10_070;

/**
 * Publishes in order without waiting for each acknowledgement: the first message goes alone, and each of the others
 * names its predecessor, so that the server rejects everything after a lost message. If the server rejects a message
 * only because its predecessor was not yet stored, we publish again from that message on. A message that the server
 * has already counts as published.
 * @returns the highest sequence number that one of them has in its stream; 0 if there is none
 */
export async function publishInOrder(
  client: JetStreamClient,
  messages: readonly OutgoingMessage[],
): Promise<number> {
  let highest = 0;
  const publish = async (
    { id, channel, key, body, traceparent }: OutgoingMessage,
    follows?: OutgoingMessage,
  ) => {
    const labels = headers();
    labels.set('Ordering-Key', key);
    if (traceparent) labels.set('traceparent', traceparent);
    const { seq } = await client.publish(`${channel}.${asToken(key)}`, body, {
      msgID: id,
      headers: labels,
      ...(follows && { expect: { lastMsgID: follows.id } }),
    });
    // Some versions answer so, as to a duplicate, while a former copy is not stored yet; it may never be.
    if (seq === 0) throw new Error(`NATS has not stored message ${id}`);
    highest = Math.max(highest, seq);
  };
  for (let rest = messages; rest[0];) {
    await publish(rest[0]);
    const others = rest.slice(1);
    const results = await Promise.allSettled(others.map((message, i) => publish(message, rest[i])));
    const at = results.findIndex(({ status }) => status === 'rejected');
    const rejected = results[at];
    if (rejected?.status !== 'rejected') break;
    if (!isApiError(rejected.reason, WRONG_LAST_MESSAGE)) throw rejected.reason;
    rest = others.slice(at);
  }
  return highest;
}

/** An ordering key as the last token of a subject. It is percent-encoded, as it may hold dots, spaces and wildcards. */
export function asToken(key: string): string {
  return encodeURIComponent(key).replace(
    /[.*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
