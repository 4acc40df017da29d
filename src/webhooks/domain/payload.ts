import type { StoredEvent } from '../../kernel/domain/events.js';

/** `standard`: the event with the fields that Standard Webhooks names; `cloudevents`: CloudEvents 1.0 in structured mode. */
export type Format = 'standard' | 'cloudevents';
export const FORMATS: readonly Format[] = ['standard', 'cloudevents'];

export const CONTENT_TYPE: Readonly<Record<Format, string>> = {
  standard: 'application/json',
  cloudevents: 'application/cloudevents+json; charset=utf-8',
};

/** What an event is without its place in the log: a test event has none. */
export type SentEvent = Pick<StoredEvent, 'id' | 'type' | 'version' | 'key' | 'occurredAt' | 'data'> &
  Partial<Pick<StoredEvent, 'position' | 'correlationId' | 'causationId' | 'actor'>>;

/** The body that every attempt sends. */
export function bodyOf(event: SentEvent, format: Format): string {
  return JSON.stringify(format === 'cloudevents' ? cloudEvent(event) : standardPayload(event));
}

/** The event as the list of events shows it, and `timestamp`, by which Standard Webhooks calls its time. */
function standardPayload(event: SentEvent) {
  const { id, type, version, key, occurredAt, position, correlationId, causationId, actor, data } = event;
  const timestamp = occurredAt.toISOString();
  return { type, timestamp, position, id, version, key, occurredAt, correlationId, causationId, actor, data };
}

/** Digits of a position, so that positions are in order as texts, as the extension `sequence` wants it. */
const SEQUENCE_DIGITS = 20;

/** Names of extensions have small letters and digits only, and none of them may be null. */
function cloudEvent(event: SentEvent) {
  const { id, type, version, key, occurredAt, position, correlationId, causationId, actor, data } = event;
  return {
    specversion: '1.0',
    id,
    source: 'urn:earmark',
    type: `earmark.${type}`,
    subject: key,
    time: occurredAt.toISOString(),
    datacontenttype: 'application/json',
    dataversion: version,
    partitionkey: key,
    ...(position !== undefined && { sequence: String(position).padStart(SEQUENCE_DIGITS, '0') }),
    ...(correlationId !== undefined && { correlationid: correlationId }),
    ...(causationId && { causationid: causationId }),
    ...(actor && { actor }),
    data,
  };
}
