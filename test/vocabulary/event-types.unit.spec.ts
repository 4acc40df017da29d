import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, eventTypes } from '../../src/vocabulary/event-types.js';

describe('Types of events', () => {
  it.each(['LineAllocated', 'LineAllocated,OutOfStock', 'OutOfStock,OutOfStock', EVENT_TYPES.join(',')])(
    'are read from text with commas: %s',
    (text) => {
      const types = eventTypes.parse(text);
      expect(types).toEqual(text.split(','));
      expect(eventTypes.isValid(types)).toBe(true);
    },
  );

  it.each([
    '',
    ',',
    'lineallocated',
    'LineAllocated,',
    'LineAllocated, OutOfStock',
    'toString',
    '__proto__',
    '*',
  ])('are not: %j', (text) => expect(eventTypes.isValid(eventTypes.parse(text))).toBe(false));

  it.each([
    [[]],
    ['LineAllocated'],
    [null],
    [[null]],
    [{ 0: 'LineAllocated' }],
    [Array(1_000).fill('OutOfStock')],
  ])('are not: %j', (value) => expect(eventTypes.isValid(value)).toBe(false));
});
