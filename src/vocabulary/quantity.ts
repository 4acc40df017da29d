import { DomainError } from '../kernel/domain/errors.js';
import { explainProblem } from '../kernel/domain/problem-texts.js';
import { wholeNumber, type NamedValue } from './value.js';

/** The largest `integer` of PostgreSQL. */
export const MOST_UNITS = 2_147_483_647;

const words = { description: 'Units of the product.', example: 10 };

export const quantity: NamedValue<number> = { ...wholeNumber({ min: 1, max: MOST_UNITS }), ...words };

/** What a batch may be left with, or what is claimed of it. */
export const quantityOrZero: NamedValue<number> = { ...wholeNumber({ max: MOST_UNITS }), ...words };

export class InvalidQuantity extends DomainError {
  readonly code = 'invalid-quantity';
  readonly kind = 'unprocessable';

  constructor(value: unknown, least: number) {
    super(`A quantity must be a whole number from ${least} to ${MOST_UNITS}, not ${String(value)}.`);
  }
}

explainProblem('invalid-quantity', {
  meaning: 'The quantity is not a whole number, or is out of range.',
  action: 'Send a whole number from 1 to 2,147,483,647; the quantity of a batch may be changed to 0.',
  repetition: 'after-change',
});

/** @throws {InvalidQuantity} */
export function requireQuantity(value: number, least: 0 | 1): void {
  if (!(least === 0 ? quantityOrZero : quantity).isValid(value)) throw new InvalidQuantity(value, least);
}

/** Units that are found, or that are missing: not 0. */
export const difference: NamedValue<number> = {
  message: `must be a whole number from -${MOST_UNITS} to ${MOST_UNITS}, and not 0`,
  isValid: (value): value is number =>
    Number.isSafeInteger(value) && value !== 0 && Math.abs(value as number) <= MOST_UNITS,
  schema: { type: 'integer', minimum: -MOST_UNITS, maximum: MOST_UNITS },
  parse: (text) => (/^[-+]?\d+$/.test(text) ? Number(text) : text),
  description: 'Units that were found (positive) or are missing (negative); not 0.',
  example: -2,
};
