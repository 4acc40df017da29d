import type { Type } from '@nestjs/common';
import type { ICommand } from '@nestjs/cqrs';
import type { DomainEvent, StoredEvent } from '../../../kernel/domain/events.js';
import type { EventSchemas } from '../../schemas/event-schemas.js';
import type { OutgoingMessage } from './broker.js';
import { decodeJson, type MessageSchema } from './message-schema.js';

/** One channel of the registry. */
interface Entry<Body extends object> {
  readonly name: string;
  /** The version of the body's schema. */
  readonly version: number;
  readonly summary: string;
  readonly body: MessageSchema<Body>;
  /** The field whose value is the ordering key: messages that share it keep their order. */
  readonly orderedBy: keyof Body & string;
  readonly example: Body;
}

export interface OutgoingEntry<E extends DomainEvent, Body extends object> extends Entry<Body> {
  readonly publishes: readonly E['type'][];
  /** Which of these events; left out: all. */
  readonly isPublished?: (event: StoredEvent<E>) => boolean;
  readonly toBody: (event: StoredEvent<E>) => Body;
}

export interface IncomingEntry<Body extends object> extends Entry<Body> {
  readonly command: Type<ICommand>;
  readonly commandFor: (body: Body) => ICommand;
}

/** A channel of the registry without the type of its body. */
interface Channel extends Pick<Entry<object>, 'name' | 'version' | 'summary' | 'example'> {
  readonly orderedBy: string;
  readonly schema: object;
}

export interface OutgoingChannel extends Channel {
  readonly direction: 'out';
  readonly publishes: readonly string[];
  /** Undefined if this event is not published over the channel. */
  messageOf(event: StoredEvent): OutgoingMessage | undefined;
}

export interface IncomingChannel extends Channel {
  readonly direction: 'in';
  readonly command: Type<ICommand>;
  /** @throws {InvalidMessage} */
  toCommand(bytes: Uint8Array): ICommand;
}

export const REGISTRY = Symbol('REGISTRY');

/** Every channel, and every event that a contract publishes. */
export interface Registry {
  readonly eventSchemas: EventSchemas;
  readonly channels: readonly (OutgoingChannel | IncomingChannel)[];
}

export function outgoing<E extends DomainEvent, Body extends object>(
  entry: OutgoingEntry<E, Body>,
): OutgoingChannel {
  const { name, orderedBy, publishes, isPublished, toBody } = entry;
  return {
    ...channelOf(entry),
    direction: 'out',
    publishes,
    messageOf(event) {
      if (isPublished && !isPublished(event as StoredEvent<E>)) return undefined;
      const body = toBody(event as StoredEvent<E>);
      const bytes = Buffer.from(JSON.stringify(body));
      return { id: event.id, channel: name, key: String(body[orderedBy]), body: bytes };
    },
  };
}

export function incoming<Body extends object>(entry: IncomingEntry<Body>): IncomingChannel {
  const { body, command, commandFor } = entry;
  return {
    ...channelOf(entry),
    direction: 'in',
    command,
    toCommand: (bytes) => commandFor(body.parse(decodeJson(bytes))),
  };
}

function channelOf<Body extends object>(entry: Entry<Body>): Channel {
  const { name, version, summary, orderedBy, example, body } = entry;
  return { name, version, summary, orderedBy, example, schema: body.schema };
}

export const outgoingOf = ({ channels }: Registry) =>
  channels.filter((channel) => channel.direction === 'out');

export const incomingOf = ({ channels }: Registry) =>
  channels.filter((channel) => channel.direction === 'in');
