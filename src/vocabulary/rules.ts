/** What a value may be: the same for every entrance, so that none lets pass what another refuses. */
export interface Rule {
  /** The rest of a sentence that begins with the name of the field. */
  message: string;
  isValid: (value: unknown) => boolean;
}

export const MOST_UNITS = 2_147_483_647;

export interface Bounds {
  min: number;
  max: number;
}

export const wholeNumber = ({ min, max }: Bounds): Rule => ({
  message: `must be a whole number from ${min} to ${max}`,
  isValid: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
});

/** A leap year's number, in which no hundred is one that 400 does not divide. */
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';

/** The calendar as a pattern: validators differ in what they make of `format: date`, and most take the year 0000. */
const DAY =
  '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)' +
  `|02-(?:0[1-9]|1[0-9]|2[0-8]))|${LEAP_YEAR}-02-29)$`;

const day = new RegExp(DAY, 'u');

export const daySchema = { type: 'string', format: 'date', pattern: DAY } as const;

export const dayOrNull: Rule = {
  message: 'must be a day of the calendar, written YYYY-MM-DD, or null',
  isValid: (value) => value === null || (typeof value === 'string' && day.test(value)),
};
