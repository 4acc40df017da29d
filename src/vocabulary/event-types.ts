import eventSchemas from './event-schemas.json' with { type: 'json' };
import type { NamedValue } from './value.js';

/** A type of event that a contract publishes. */
export type EventType = keyof typeof eventSchemas;

/** All of them, by name: `npm run docs` writes their schemas from the contracts. */
export const EVENT_TYPES = Object.keys(eventSchemas) as readonly EventType[];

const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(eventSchemas, value);

/**
 * Types of events to look for, in text with commas between them. A type stands for all versions of its schema. One that only
 * another release knows is rejected, like one that is misspelt: it would be a filter that nothing ever meets.
 */
export const eventTypes: NamedValue<readonly EventType[]> = {
  message: `must be event types, separated by commas, of: ${EVENT_TYPES.join(', ')}`,
  isValid: (value): value is readonly EventType[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= EVENT_TYPES.length &&
    value.every(isEventType),
  schema: {
    type: 'array',
    items: { type: 'string', enum: EVENT_TYPES },
    minItems: 1,
    maxItems: EVENT_TYPES.length,
  },
  parse: (text) => text.split(','),
  description: 'Only events of these types.',
  example: ['LineAllocated', 'OutOfStock'],
};
