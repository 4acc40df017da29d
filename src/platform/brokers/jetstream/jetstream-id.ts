import type { JsMsg } from '@nats-io/jetstream';
import type { IncomingMessage } from '../channels/broker.js';

/** Prefix of the ids that we make. */
const OURS = '@';
/** Prefix of the ids that earlier versions made, which began with the name of the stream. */
const OURS_BEFORE = 'earmark_';

/**
 * The id that recognises a repeated message: the one that its producer set, else its sequence number in the stream with
 * the time of its arrival there. The sequence number alone is not unique, since a stream that is created again starts at
 * 1. Every instance derives the same id, as all of it comes with the message.
 *
 * A producer's id never equals one of ours: if it starts like one it gets the prefix twice, and no stream name has it.
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
  // On its first delivery no earlier version can have applied it.
  if (info.deliveryCount <= 1) return { id };
  return { id, formerId: { id: former, sentAt: new Date(Number(timestampNanos / 1_000_000n)) } };
}
