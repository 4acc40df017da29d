const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A number with its thousands grouped. */
export const grouped = (value: number): string => GROUPED.format(value);

/** `1 line`, `2,000 lines`; a word that is no plain plural is given with its plural. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;
