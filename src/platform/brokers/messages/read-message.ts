import { hash } from 'node:crypto';
import type { ICommand } from '@nestjs/cqrs';
import type { IncomingMessage } from '../channels/broker.js';
import type { IncomingChannel } from '../channels/channel.js';
import { InvalidMessage } from '../channels/message-schema.js';

const LARGEST_BODY_BYTES = 1024 * 1024;
const LONGEST_ID = 256;
/** Characters that are stored of a reason, which may quote the message. */
const LONGEST_REASON = 1_000;

/**
 * The command that a message asks for.
 * @throws {InvalidMessage}
 */
export function readMessage(
  channel: IncomingChannel,
  { id, body }: Pick<IncomingMessage, 'id' | 'body'>,
): ICommand {
  if (body.length > LARGEST_BODY_BYTES)
    throw new InvalidMessage(`The body has ${body.length} bytes, more than 1 MiB.`);
  if (id !== null && id !== storableId(id)) {
    throw new InvalidMessage(`The message id must be at most ${LONGEST_ID} characters that can be stored.`);
  }
  return channel.toCommand(body);
}

/** The id if it can be stored, else a shortened one with a digest, so that it differs from that of any other message. */
export function storableId(id: string): string {
  // PostgreSQL stores neither NUL nor half a surrogate pair.
  const readable = id.replace(/[\0\p{Cs}]/gu, '');
  if (readable === id && id.length <= LONGEST_ID) return id;
  const digest = hash('sha256', Buffer.from(id, 'utf16le'));
  return `${readable.slice(0, LONGEST_ID - digest.length - 1)} ${digest}`;
}

/** Why a message could not be read or applied, as it is stored. */
export function storableReason(error: unknown): string {
  return String(error).replaceAll('\0', '').slice(0, LONGEST_REASON);
}
