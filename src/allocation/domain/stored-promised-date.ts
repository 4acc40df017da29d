/** The promised date of a line that was promised units on hand, as a table has it: before any day. */
export const AT_ONCE = '-infinity';

/** @returns null: units on hand */
export const toPromisedDate = (stored: string): string | null => (stored === AT_ONCE ? null : stored);

/** @param promisedDate null: units on hand; undefined: there is none of its own, which is null in the table */
export const fromPromisedDate = (promisedDate: string | null | undefined): string | null =>
  promisedDate === undefined ? null : (promisedDate ?? AT_ONCE);
