import type { PromisedLineBody } from '@earmark/client';

const DAY_MS = 24 * 60 * 60 * 1_000;

type Dates = Pick<PromisedLineBody, 'promisedDate' | 'neededBy' | 'expectedDate' | 'overdue'>;

/** How many days after its day a line is expected; an overdue one, without a known date, is later than any other. */
export function daysLate({ promisedDate, neededBy, expectedDate, overdue }: Dates): number {
  const due = [promisedDate, neededBy].filter((date) => date !== null).sort()[0];
  if (overdue || expectedDate === null) return Infinity;
  return due === undefined ? 0 : Math.round((Date.parse(expectedDate) - Date.parse(due)) / DAY_MS);
}
