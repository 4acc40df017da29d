import { newSku } from '../../../vocabulary/sku.js';
import type { Value } from '../../../vocabulary/value.js';
import { field } from './fields.js';

interface Options {
  readonly optional?: boolean;
  readonly isNullable?: boolean;
  readonly description?: string;
  readonly example?: readonly string[] | null;
}

/** A list of different SKUs. */
export const Skus = ({ max, ...options }: Options & { max: number }) =>
  listField(newSku, max, 'SKUs', options);

/** A list of different words, of those that there are. */
export const SomeOf = (words: readonly string[], { what, ...options }: Options & { what: string }) =>
  listField(
    {
      isValid: (value): value is string => typeof value === 'string' && words.includes(value),
      schema: { type: 'string', enum: words },
    },
    words.length,
    what,
    options,
  );

function listField(
  item: Pick<Value<string>, 'isValid' | 'schema'>,
  max: number,
  what: string,
  { isNullable = false, ...options }: Options,
) {
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= max &&
    value.every(item.isValid) &&
    new Set(value).size === value.length;
  return field(
    {
      message: `must be a list of 1 to ${max} different ${what}${isNullable ? ', or null' : ''}`,
      isValid: (value): value is string[] | null => isList(value) || (isNullable && value === null),
      schema: { type: 'array', items: item.schema, minItems: 1, maxItems: max, uniqueItems: true },
      parse: (text) => text,
    },
    options,
  );
}
