import type { StoredEvent } from '../../kernel/domain/events.js';
import { ALL_TYPES } from './event-types.js';
import { bodyOf, type Format } from './payload.js';

/** What a webhook wants to have, as far as it matters to an event. */
export interface Subscriber {
  readonly id: string;
  readonly types: readonly string[];
  /** null: all. */
  readonly skus: readonly string[] | null;
  readonly format: Format;
  /** Events after this position are sent. */
  readonly beginsAfter: number;
}

/** An event that a webhook is to get, with the body that every attempt sends. */
export interface Delivery {
  readonly endpointId: string;
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly sku: string;
  readonly format: Format;
  readonly body: string;
}

/** To each webhook that wants the event. In the same format they share its body. */
export function deliveriesOf(event: StoredEvent, subscribers: readonly Subscriber[]): Delivery[] {
  const { position, id: eventId, type, key: sku } = event;
  const bodies: Partial<Record<Format, string>> = {};
  return subscribers
    .filter((subscriber) => wants(subscriber, event))
    .map(({ id: endpointId, format }) => {
      const body = (bodies[format] ??= bodyOf(event, format));
      return { endpointId, position, eventId, type, sku, format, body };
    });
}

function wants({ types, skus, beginsAfter }: Subscriber, { type, key, position }: StoredEvent): boolean {
  if (position <= beginsAfter || (skus && !skus.includes(key))) return false;
  return types.includes(type) || types.includes(ALL_TYPES);
}
