import { earmark } from '../../data/earmark.js';
import { newestQuery } from '../../data/newest-query.js';

/** No event says that a mail was sent. */
const EVERY_MS = 10_000;

/** The newest alerts, about so many, each with the state of its mail. */
export const mailsQuery = (sku: string | undefined, wanted: number, everyMs = EVERY_MS) =>
  newestQuery(
    'notifications.list',
    { sku },
    wanted,
    (after, limit, signal) =>
      earmark.notifications.list({ query: { after, limit, ...(sku !== undefined && { sku }) }, signal }),
    everyMs,
  );
