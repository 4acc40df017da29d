import { storedCode } from './code.js';
import { dayOrNull, MOST_UNITS } from './rules.js';
import { DomainError } from '../kernel/domain/errors.js';

/** A number of units that no batch and no line can have. */
export class InvalidQuantity extends DomainError {
  readonly code = 'invalid-quantity';
  readonly kind = 'unprocessable';

  constructor(quantity: unknown, least: number) {
    super(`A quantity must be a whole number from ${least} to ${MOST_UNITS}, not ${String(quantity)}.`);
  }
}

/** A text that is no reference, SKU or order. */
export class InvalidCode extends DomainError {
  readonly code = 'invalid-code';
  readonly kind = 'unprocessable';

  constructor(what: string) {
    super(`${what} ${storedCode.message}.`, { what });
  }
}

/** A text that is no day. */
export class InvalidDay extends DomainError {
  readonly code = 'invalid-day';
  readonly kind = 'unprocessable';

  constructor(what: string) {
    super(`${what} ${dayOrNull.message}.`, { what });
  }
}

/** A value that can only come from a mistake in the program, since no caller can send it. */
export class InvalidValue extends Error {
  constructor(what: string, must: string, value: unknown) {
    super(`${what} must be ${must}, not ${String(value)}.`);
    this.name = 'InvalidValue';
  }
}

/** @throws {InvalidQuantity} unless it is a whole number of units that PostgreSQL can hold */
export function requireQuantity(quantity: number, least: 0 | 1): void {
  if (!Number.isSafeInteger(quantity) || quantity < least || quantity > MOST_UNITS)
    throw new InvalidQuantity(quantity, least);
}

/**
 * @param what the name of the field
 * @throws {InvalidCode} unless it is a code, be it one that only older versions took as a new one
 */
export function requireCode(code: string, what: string): void {
  if (!storedCode.isValid(code)) throw new InvalidCode(what);
}

/** @throws {InvalidDay} unless it is a day of the calendar, `YYYY-MM-DD`, or null */
export function requireDay(day: string | null, what: string): void {
  if (!dayOrNull.isValid(day)) throw new InvalidDay(what);
}

/**
 * For a sum, such as the units of several lines: it may be more than one batch can have.
 * @param what the name of the field
 * @throws {InvalidValue} unless it is a whole number
 */
export function requireCount(count: number, what: string, least: 0 | 1): void {
  if (!Number.isSafeInteger(count) || count < least)
    throw new InvalidValue(what, `a whole number from ${least}`, count);
}

/** @throws {InvalidValue} unless it is a point in time */
export function requireTime(time: Date, what: string): void {
  if (!Number.isFinite(time.getTime())) throw new InvalidValue(what, 'a point in time', time);
}
