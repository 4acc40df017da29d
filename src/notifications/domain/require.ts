/** A value that can only come from a mistake in the program, since no caller can send it. */
export class InvalidValue extends Error {
  constructor(what: string, must: string, value: unknown) {
    super(`${what} must be ${must}, not ${String(value)}.`);
    this.name = 'InvalidValue';
  }
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
