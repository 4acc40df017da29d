import { EVENT_TYPES, type EventType } from '../../vocabulary/event-types.js';

export { EVENT_TYPES };

/** Instead of types: every one, and those of later releases. */
export const ALL_TYPES = '*';

/** The types of events that these stand for. */
export function typesIn(wanted: Iterable<string>): readonly EventType[] {
  const types = new Set(wanted);
  return types.has(ALL_TYPES) ? EVENT_TYPES : EVENT_TYPES.filter((type) => types.has(type));
}
