import type { Dates } from '../../vocabulary/dates.js';

/** When a batch arrives, as the end of a sentence. */
export function formatDates({ eta, overdue }: Dates): string {
  if (eta === null) return 'on hand';
  return overdue ? `was due on ${eta} and is overdue` : `due on ${eta}`;
}

/** `on hand`, or the day on which a batch is due, for a table. */
export const formatArrival = (eta: string | null): string => eta ?? 'on hand';
