import { hash } from 'node:crypto';
import type { ICommand } from '@nestjs/cqrs';
import type { IncomingMessage } from '../channels/broker.js';
import type { IncomingChannel } from '../channels/channel.js';
import { InvalidMessage } from '../channels/message-schema.js';

const LARGEST_BODY = 1024 * 1024;
const LONGEST_ID = 256;
/** What is kept of a reason, which may quote the message. */
const KEPT_REASON = 1_000;

/**
 * The command that a message asks for.
 * @throws {InvalidMessage}
 */
export function readMessage(
  channel: IncomingChannel,
  { id, body }: Pick<IncomingMessage, 'id' | 'body'>,
): ICommand {
  if (body.length > LARGEST_BODY)
    throw new InvalidMessage(`The body has ${body.length} bytes, more than 1 MiB.`);
  if (id !== null && id !== storableId(id)) {
    throw new InvalidMessage(`The message id must be at most ${LONGEST_ID} characters that can be stored.`);
  }
  return channel.toCommand(body);
}

/** The id itself if it can be stored, or one of its own: shortened alone, it could be that of another message. */
export function storableId(id: string): string {
  // Without NUL, and half surrogate pairs, which are no characters.
  const readable = id.replace(/[\0\p{Cs}]/gu, '');
  if (readable === id && id.length <= LONGEST_ID) return id;
  const digest = hash('sha256', Buffer.from(id, 'utf16le'));
  return `${readable.slice(0, LONGEST_ID - digest.length - 1)} ${digest}`;
}

/** Why a message could not be read or applied, as it is stored. */
export function storableReason(error: unknown): string {
  return String(error).replaceAll('\0', '').slice(0, KEPT_REASON);
}
