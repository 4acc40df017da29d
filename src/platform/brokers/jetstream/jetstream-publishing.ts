import type { JetStreamClient } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { OutgoingMessage } from '../channels/broker.js';
import { isApiError } from './jetstream-streams.js';

/** The server's code for a message that does not follow the one it names. */
const WRONG_LAST_MESSAGE = 10_070;

/**
 * Publishes without waiting for one before the next, and in order all the same: the first one goes alone, and
 * each of the others names the one that it follows, so that the server refuses whatever comes after one that
 * was lost on the way. What was refused without a loss, because the server was not yet sure of the one before,
 * goes again from there. A message that the server has already is taken for published.
 */
export async function publishInOrder(
  client: JetStreamClient,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  const publish = ({ id, channel, key, body, traceparent }: OutgoingMessage, follows?: OutgoingMessage) => {
    const labels = headers();
    labels.set('Ordering-Key', key);
    if (traceparent) labels.set('traceparent', traceparent);
    return client.publish(`${channel}.${asToken(key)}`, body, {
      msgID: id,
      headers: labels,
      ...(follows && { expect: { lastMsgID: follows.id } }),
    });
  };
  for (let rest = messages; rest[0];) {
    await publish(rest[0]);
    const others = rest.slice(1);
    const results = await Promise.allSettled(others.map((message, i) => publish(message, rest[i])));
    const at = results.findIndex(({ status }) => status === 'rejected');
    const refused = results[at];
    if (refused?.status !== 'rejected') return;
    if (!isApiError(refused.reason, WRONG_LAST_MESSAGE)) throw refused.reason;
    rest = others.slice(at);
  }
}

/** An ordering key as the last token of a subject: percent-encoded, for it may hold dots, spaces and wildcards. */
export function asToken(key: string): string {
  return encodeURIComponent(key).replace(
    /[.*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
