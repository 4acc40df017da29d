import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import { newCode, storedCode } from '../../../vocabulary/code.js';
import {
  dayOrNull,
  daySchema,
  MOST_UNITS,
  wholeNumber,
  type Bounds,
  type Rule,
} from '../../../vocabulary/rules.js';

/**
 * The fields of the contract. Each decorator says once what a field may hold: to the validation, to the
 * document and to whoever reads the DTO. What a field means to a rule is the domain's to say.
 */

export { MOST_UNITS, wholeNumber };

interface Options {
  /** May be left out; `null` is not the same as left out, and refused unless the field says otherwise. */
  optional?: boolean;
  description?: string;
  example?: string | number | null;
}

function field(rule: Rule, schema: ApiPropertyOptions, { optional = false, ...docs }: Options) {
  const validator = {
    validate: rule.isValid,
    defaultMessage: (field?: { property: string; value: unknown }) =>
      `${field?.property} ${field?.value === undefined ? 'is required' : rule.message}.`,
  };
  return applyDecorators(
    // The options of a schema are a union that a spread cannot be seen to belong to.
    ApiProperty({ ...schema, ...docs, required: !optional } as ApiPropertyOptions),
    ValidateBy({ name: 'field', validator }),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
  );
}

interface CodeOptions extends Options {
  /** It is written for the first time here, and so may hold nothing that cannot be seen. */
  isNew?: boolean;
}

function code({ isNew = false, ...options }: CodeOptions) {
  const rule = isNew ? newCode : storedCode;
  return field(rule, rule.schema, options);
}

export const Reference = (options: CodeOptions = {}) =>
  code({ description: 'The reference under which a batch was bought.', example: 'PO-2031', ...options });

export const Sku = (options: CodeOptions = {}) =>
  code({ description: 'The stock-keeping unit: the code of a product.', example: 'SMALL-TABLE', ...options });

export const OrderId = (options: CodeOptions = {}) =>
  code({ description: 'The order.', example: 'order-7', ...options });

export const integerSchema = ({ min, max }: Bounds) =>
  ({ type: 'integer', minimum: min, maximum: max }) as const;

/** Units of a product, as a JSON number; 0 only where `min` says so. */
export const Quantity = ({ min = 1, ...options }: Options & { min?: number } = {}) =>
  field(wholeNumber({ min, max: MOST_UNITS }), integerSchema({ min, max: MOST_UNITS }), {
    description: 'Units of the product.',
    example: 10,
    ...options,
  });

/** Any whole number that JSON carries exactly: versions, positions, sums of quantities. */
export const WholeNumber = ({ min = 0, ...options }: Options & { min?: number } = {}) =>
  field(wholeNumber({ min, max: Number.MAX_SAFE_INTEGER }), { type: 'integer', minimum: min }, options);

/** The day a batch is due, or `null` once it is on hand. */
export const Eta = (options: Options = {}) =>
  field(
    dayOrNull,
    { ...daySchema, nullable: true },
    {
      description: 'The day an inbound batch is due; null where it is on hand.',
      example: '2026-09-01',
      ...options,
    },
  );

/** Whether the day a batch is due has passed. */
export const Overdue = () =>
  ApiProperty({
    description: 'Whether that day has passed, and the batch has not come.',
    type: 'boolean',
    example: false,
  });

/** The day on which a batch is still expected. */
export const ExpectedDate = () =>
  ApiProperty({
    ...daySchema,
    nullable: true,
    description:
      'The day it is expected: null if it is on hand, and if it is overdue, for then nobody knows.',
    example: '2026-09-01',
  });

/** A number in a query string is its plain digits; what is not goes on as it is, to be refused. */
const Digits = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  );

const numberInQuery = (bounds: Bounds, options: Options, schema: { default?: number } = {}) =>
  applyDecorators(
    field(wholeNumber(bounds), { ...integerSchema(bounds), ...schema }, { optional: true, ...options }),
    Digits(),
  );

export const QuantityInQuery = (options: Options = {}) =>
  numberInQuery(
    { min: 1, max: MOST_UNITS },
    { description: 'Units of the product.', example: 10, ...options },
  );

export const DEFAULT_LIMIT = 50;

/** The length of a page. The property carries its default: `@Limit() limit = DEFAULT_LIMIT;` */
export const Limit = () =>
  numberInQuery(
    { min: 1, max: 500 },
    { description: 'The most items to answer with.', example: 50 },
    { default: DEFAULT_LIMIT },
  );

const cursor = { optional: true, description: 'Where to go on: `next` of the page before.' };

/** The cursor of a list that is ordered by a text. */
export const After = (options: Options = {}) => code({ ...cursor, ...options });

/** The cursor of a list that is ordered by a position. */
export const AfterPosition = (options: Options = {}) =>
  numberInQuery({ min: 0, max: Number.MAX_SAFE_INTEGER }, { ...cursor, example: 0, ...options });
