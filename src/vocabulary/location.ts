import { newCode, storedCode } from './code.js';
import type { NamedValue, Value } from './value.js';

/** The place of every batch for which none is named. */
export const DEFAULT_LOCATION = 'main';

const words = { description: 'The location of the batch.', example: DEFAULT_LOCATION };

/** The most places of an order. */
const MOST_LOCATIONS = 20;

const isLocations = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MOST_LOCATIONS &&
  value.every((one) => newCode.isValid(one)) &&
  new Set(value).size === value.length;

/** The places that an order may be met from, in their order. As text, with a semicolon between two. */
export const locations: NamedValue<readonly string[]> = {
  message: `must be a list of 1 to ${MOST_LOCATIONS} different codes`,
  isValid: isLocations,
  schema: { type: 'array', items: newCode.schema, minItems: 1, maxItems: MOST_LOCATIONS, uniqueItems: true },
  parse: (text) => text.split(';'),
  description:
    'The locations that units may come from, in order of preference: the first location that has all units of the ' +
    'order or, if none has, for each line the first that has its units. None given: any location.',
  example: [DEFAULT_LOCATION],
};

/** The same in a file, with a semicolon between two. */
export const locationsInFile: Value<string> = {
  message: `must be 1 to ${MOST_LOCATIONS} different codes, separated by semicolons`,
  isValid: (value): value is string => typeof value === 'string' && isLocations(value.split(';')),
  schema: { type: 'string' },
  parse: (text) => text,
};

/** A place that is known already. */
export const location: NamedValue<string> = { ...storedCode, ...words };

/** A place that may be written for the first time. */
export const newLocation: NamedValue<string> = { ...newCode, ...words };
