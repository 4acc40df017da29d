import type { Dates } from '../../vocabulary/dates.js';

/** When a batch comes, at the end of a sentence. */
export function formatDates({ eta, overdue }: Dates): string {
  if (eta === null) return 'on hand';
  return overdue ? `was due on ${eta} and is overdue` : `due on ${eta}`;
}
