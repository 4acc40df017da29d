import { DomainError } from '../kernel/domain/errors.js';
import { explainProblem } from '../kernel/domain/problem-texts.js';
import type { NamedValue, Value } from './value.js';

/** A leap year's number, in which no hundred is one that 400 does not divide. */
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';

/** The calendar as a pattern: validators differ in what they make of `format: date`, and most accept the year 0000. */
const DAY =
  '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)' +
  `|02-(?:0[1-9]|1[0-9]|2[0-8]))|${LEAP_YEAR}-02-29)$`;

const day = new RegExp(DAY, 'u');

interface Eta extends NamedValue<string | null> {
  readonly schema: { readonly type: 'string'; readonly format: 'date'; readonly pattern: string };
}

/** The day on which a batch is due, `YYYY-MM-DD`; null, or no text: it is on hand. */
export const eta: Eta = {
  message: 'must be an existing date, written YYYY-MM-DD, or null',
  isValid: (value): value is string | null =>
    value === null || (typeof value === 'string' && day.test(value)),
  schema: { type: 'string', format: 'date', pattern: DAY },
  parse: (text) => (text === '' ? null : text),
  description: 'The day an inbound batch is due; null if it is on hand.',
  example: '2026-09-01',
};

/** A day, `YYYY-MM-DD`. */
export const aDay: Value<string> = {
  message: 'must be an existing date, written YYYY-MM-DD',
  isValid: (value): value is string => typeof value === 'string' && day.test(value),
  schema: eta.schema,
  parse: (text) => text,
};

export class InvalidDay extends DomainError {
  readonly code = 'invalid-day';
  readonly kind = 'unprocessable';

  constructor(what: string) {
    super(`${what} ${eta.message}.`, { what });
  }
}

explainProblem('invalid-day', {
  meaning: 'The date does not exist in the calendar, or has another format.',
  action: 'Send an existing date as `YYYY-MM-DD`.',
  repetition: 'after-change',
});

/**
 * @param what the name of the field
 * @throws {InvalidDay} unless it is a day of the calendar, `YYYY-MM-DD`, or null
 */
export function requireDay(value: string | null, what: string): void {
  if (!eta.isValid(value)) throw new InvalidDay(what);
}
