/** What a value may be: the same for every entrance, so that none lets pass what another refuses. */
export interface Rule {
  /** The rest of a sentence that begins with the name of the field. */
  says: string;
  allows: (value: unknown) => boolean;
}

export const MOST_UNITS = 2_147_483_647;

/** Counted in code points; `\p{Cs}` is half a surrogate pair, which is no character and cannot be stored. */
export const text: Rule = {
  says: 'must be a text of 1 to 128 characters without control characters, not beginning or ending in white space',
  allows: (value) => typeof value === 'string' && /^(?!\s)[^\p{Cc}\p{Cs}]{1,128}$(?<!\s)/u.test(value),
};

export interface Bounds {
  min: number;
  max: number;
}

export const wholeNumber = ({ min, max }: Bounds): Rule => ({
  says: `must be a whole number from ${min} to ${max}`,
  allows: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
});

export const dayOrNull: Rule = {
  says: 'must be a day of the calendar, written YYYY-MM-DD, or null',
  allows: (value) => value === null || (typeof value === 'string' && isDay(value)),
};

function isDay(value: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(value)) return false;
  const midnight = new Date(`${value}T00:00:00Z`);
  // A day beyond the end of its month would come back as one of the next.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(value);
}
