import type { JsMsg } from '@nats-io/jetstream';
import type { IncomingMessage } from '../channels/broker.js';

/** The beginning of an id of our own making. */
const OURS = '@';
/** The beginning of the ids that earlier versions made: the name of a stream. */
const OURS_BEFORE = 'earmark_';

/**
 * By what a message is known when it comes again: the id that its producer gave it, or else the place in its stream and the
 * time at which it came there. The place alone says nothing: a stream that is made again counts from 1, too. All of it
 * comes with the message, so that every instance makes the same id of it.
 *
 * A producer's id never reads like one of ours: one that could is written with two marks, and a stream has none.
 */
export function messageIdOf(
  message: Pick<JsMsg, 'headers' | 'info' | 'timestampNanos'>,
): Pick<IncomingMessage, 'formerId'> & { readonly id: string } {
  const { headers, info, timestampNanos } = message;
  const given = headers?.get('Nats-Msg-Id') ?? '';
  const place = `${info.stream}:${info.streamSequence}`;
  const former = given === '' ? place : given;
  const mayBeOurs = former.startsWith(OURS) || former.startsWith(OURS_BEFORE);
  if (given !== '' && !mayBeOurs) return { id: given };
  const id = given === '' ? `${OURS}${place}:${timestampNanos}` : `${OURS}${OURS}${given}`;
  // What comes for the first time was not applied by an earlier version.
  if (info.deliveryCount <= 1) return { id };
  return { id, formerId: { id: former, sentAt: new Date(Number(timestampNanos / 1_000_000n)) } };
}
