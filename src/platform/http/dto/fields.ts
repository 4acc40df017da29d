import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { channel, newChannel } from '../../../vocabulary/channel.js';
import { storedCode } from '../../../vocabulary/code.js';
import { aDay, eta } from '../../../vocabulary/eta.js';
import { eventTypes } from '../../../vocabulary/event-types.js';
import { location, locations, newLocation } from '../../../vocabulary/location.js';
import { newOrderId, orderId } from '../../../vocabulary/order-id.js';
import { documentId, newDocumentId } from '../../../vocabulary/document-id.js';
import { difference, quantity, quantityOrZero } from '../../../vocabulary/quantity.js';
import { reason } from '../../../vocabulary/reason.js';
import { newReference, reference } from '../../../vocabulary/reference.js';
import { newSku, sku } from '../../../vocabulary/sku.js';
import { wholeNumber, type NamedValue, type Value } from '../../../vocabulary/value.js';
import type { FieldCheck } from './plain-check.js';

/**
 * The fields of the API: each decorator gives a value of the vocabulary to the validation and to the API document. What
 * a field means to a rule is the domain's business.
 */

interface Options {
  /** May be left out; `null` is not the same as left out, and rejected unless the value allows it. */
  optional?: boolean;
  description?: string;
  example?: string | number | boolean | readonly string[] | null;
}

type AnyValue = Value<unknown> & Partial<NamedValue<unknown>>;

/** For a value that only one feature has. */
export function field(
  value: AnyValue,
  { optional = false, ...docs }: Options,
  schema: object = value.schema,
  parse?: AnyValue['parse'],
) {
  const { isValid, message, description, example } = value;
  const context: FieldCheck = { isValid, isOptional: optional, ...(parse && { parse }) };
  const property = {
    ...schema,
    ...(isValid(null) && { nullable: true }),
    ...(description !== undefined && { description, example }),
    ...docs,
    required: !optional,
  };
  const validator = {
    validate: isValid,
    defaultMessage: (field?: { property: string; value: unknown }) =>
      `${field?.property} ${field?.value === undefined ? 'is required' : message}.`,
  };
  return applyDecorators(
    ApiProperty(property),
    ValidateBy({ name: 'field', validator }, { context }),
    ...(optional ? [IfPresent(context)] : []),
    ...(parse ? [ParseText(parse)] : []),
  );
}

const IfPresent = (context: FieldCheck) => ValidateIf((_, value) => value !== undefined, { context });

/** A query string has text only. */
const ParseText = (parse: AnyValue['parse']) =>
  Transform(({ value: given }: { value: unknown }) => (typeof given === 'string' ? parse(given) : given));

/** @param isNew whether the code may be written for the first time here, and so must not hold invisible characters */
const codeField =
  (known: NamedValue<string>, fresh: NamedValue<string>) =>
  ({ isNew = false, isNullable = false, ...options }: CodeOptions = {}) => {
    const value = isNew ? fresh : known;
    return field(isNullable ? orNull(value) : value, options);
  };

type CodeOptions = Options & { isNew?: boolean; isNullable?: boolean };

const orNull = <T>(value: NamedValue<T>): NamedValue<T | null> => ({
  ...value,
  message: `${value.message}, or null`,
  isValid: (given): given is T | null => given === null || value.isValid(given),
});

export const Reference = codeField(reference, newReference);
export const Sku = codeField(sku, newSku);
export const OrderId = codeField(orderId, newOrderId);
export const Channel = codeField(channel, newChannel);
export const Location = codeField(location, newLocation);
/** The places of an order, in their order. */
export const Locations = ({ isNullable = false, ...options }: Options & { isNullable?: boolean } = {}) =>
  field(isNullable ? orNull(locations) : locations, options);
export const DocumentId = codeField(documentId, newDocumentId);
export const Reason = codeField(reason, reason);

/** A list of order ids. */
export const OrderIds = ({ max, ...options }: Options & { max: number }) =>
  field(
    {
      message: `must be a list of 1 to ${max} order ids`,
      isValid: (value): value is string[] =>
        Array.isArray(value) && value.length > 0 && value.length <= max && value.every(orderId.isValid),
      schema: { type: 'array', items: orderId.schema, minItems: 1, maxItems: max },
      parse: (text) => text,
    },
    options,
  );

/** Units more, or with a minus sign less. */
export const Difference = (options: Options = {}) => field(difference, options);

export const Quantity = ({ min = 1, ...options }: Options & { min?: 0 | 1 } = {}) =>
  field(min === 0 ? quantityOrZero : quantity, options);

/** Any whole number that JSON carries exactly: versions, positions, sums of quantities. With `max`, one of a range. */
export const WholeNumber = ({ min = 0, max, ...options }: Options & { min?: number; max?: number } = {}) =>
  max === undefined
    ? field(wholeNumber({ min }), options, { type: 'integer', minimum: min })
    : field(wholeNumber({ min, max }), options);

/** True or false. */
export const Flag = (options: Options & { default?: boolean } = {}) =>
  field(
    {
      message: 'must be true or false',
      isValid: (value): value is boolean => typeof value === 'boolean',
      schema: { type: 'boolean' },
      parse: (text) => text,
    },
    options,
  );

/** One of a few words. */
export const OneOf = (words: readonly string[], options: Options = {}) => field(oneOf(words), options);

const oneOf = (words: readonly string[]): Value<string> => ({
  message: `must be one of: ${words.join(', ')}`,
  isValid: (value): value is string => typeof value === 'string' && words.includes(value),
  schema: { type: 'string', enum: words },
  parse: (text) => text,
});

/**
 * A list of objects, each of which is validated.
 * @param options with `oneFieldEach`, each has exactly one of its fields
 */
export const ListOf = (
  item: Class,
  {
    min = 1,
    max,
    optional = false,
    oneFieldEach = false,
    description,
  }: { min?: number; max: number; optional?: boolean; oneFieldEach?: boolean; description: string },
) => {
  const context: FieldCheck = { item, min, max, isOptional: optional, oneFieldEach };
  const docs = { minItems: min, maxItems: max, required: !optional, description };
  const says = (message: string) => ({ message, context });
  return applyDecorators(
    ApiProperty(
      oneFieldEach ? { ...docs, type: 'array', items: withOneField(item) } : { ...docs, type: [item] },
    ),
    ...(optional ? [IfPresent(context)] : []),
    IsArray(says('$property must be a list.')),
    ArrayMinSize(min, says(`$property must have at least ${min} item${min === 1 ? '' : 's'}.`)),
    ArrayMaxSize(max, says(`$property must have at most ${max} items.`)),
    ValidateNested({ each: true, ...says(EACH_OBJECT) }),
    // Nested validation goes into lists within the list, as if their items were items of it.
    ValidateBy(
      {
        name: 'noListWithin',
        validator: { validate: (value: unknown) => !Array.isArray(value) || !value.some(Array.isArray) },
      },
      says(EACH_OBJECT),
    ),
    ...(oneFieldEach ? [OneFieldEach(says('Each of $property must have exactly one field.'))] : []),
    Type(() => item),
  );
};

const withOneField = (item: Class) => ({
  allOf: [{ $ref: getSchemaPath(item) }],
  minProperties: 1,
  maxProperties: 1,
});

const OneFieldEach = (options: ValidationOptions) => {
  const hasOneField = (value: unknown) =>
    Object.values(value ?? {}).filter((one) => one !== undefined).length === 1;
  const validate = (value: unknown) => !Array.isArray(value) || value.every(hasOneField);
  return ValidateBy({ name: 'oneFieldEach', validator: { validate } }, options);
};

/** An object, which is validated as a body is. */
export const ObjectOf = (
  item: Class,
  { optional = false, description }: { optional?: boolean; description: string },
) => {
  const context: FieldCheck = { object: item, isOptional: optional };
  const says = (message: string) => ({ message, context });
  return applyDecorators(
    ApiProperty({ type: item, required: !optional, description }),
    ...(optional ? [IfPresent(context)] : []),
    // Nested validation goes into a list as if its items were the object, and passes over what is null or left out.
    ValidateBy({ name: 'givenAndNoList', validator: { validate: isGivenAndNoList } }, says(AN_OBJECT)),
    ValidateNested(says(AN_OBJECT)),
    Type(() => item),
  );
};

const isGivenAndNoList = (value: unknown) => value !== undefined && value !== null && !Array.isArray(value);

const AN_OBJECT = '$property must be a JSON object.';
const EACH_OBJECT = 'Each of $property must be a JSON object.';

/** The day a batch is due, or `null` once it is on hand. */
export const Eta = (options: Options = {}) => field(eta, options);

/** Whether the day a batch is due has passed. */
export const Overdue = () =>
  ApiProperty({
    description: 'Whether the day in `eta` has passed and the batch has not arrived.',
    type: 'boolean',
    example: false,
  });

/** The day on which a batch is still expected. */
export const ExpectedDate = () =>
  ApiProperty({
    ...eta.schema,
    nullable: true,
    description:
      'The day on which the units are expected; null if they are on hand, or overdue, so that no date is known.',
    example: eta.example!,
  });

const queryField = (value: AnyValue, options: Options, schema?: object) =>
  field(value, { optional: true, ...options }, schema, value.parse);

export const OneOfInQuery = (words: readonly string[], options: Options = {}) =>
  queryField(oneOf(words), options);

/** Types of events in a query, with commas between them or each by itself. */
export const EventTypesInQuery = (options: Options = {}) =>
  queryField(eventTypes, options, { ...eventTypes.schema, style: 'form', explode: false });

const flag: AnyValue = {
  message: 'must be true or false',
  isValid: (value): value is boolean => typeof value === 'boolean',
  schema: { type: 'boolean' },
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

export const FlagInQuery = (options: Options = {}) => queryField(flag, options);

/** A day in a query. */
export const DayInQuery = (options: Options = {}) => queryField(aDay, options);

export const QuantityInQuery = (options: Options = {}) => queryField(quantity, options);

export const DEFAULT_LIMIT = 50;
const limit = wholeNumber({ min: 1, max: 500 });

/** The length of a page. The property carries its default: `@Limit() limit = DEFAULT_LIMIT;` */
export const Limit = () =>
  queryField(
    limit,
    { description: 'The largest number of items to return.', example: 50 },
    { ...limit.schema, default: DEFAULT_LIMIT },
  );

const cursor = { optional: true, description: 'The cursor: `next` of the previous page.' };

/** The cursor of a list that is ordered by a text. */
export const After = (options: Options = {}) => field(storedCode, { ...cursor, ...options });

/** The cursor of a list that is ordered by a position. */
export const AfterPosition = (options: Options = {}) =>
  queryField(wholeNumber(), { ...cursor, example: 0, ...options });

const place: AnyValue = {
  message: 'must be `next` of the previous page',
  isValid: (value): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{1,2000}$/.test(value),
  schema: { type: 'string', minLength: 1, maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' },
  parse: (text) => text,
};

/** The cursor of a list whose places are of no meaning to its readers. */
export const AfterPlace = (options: Options = {}) => queryField(place, { ...cursor, ...options });
