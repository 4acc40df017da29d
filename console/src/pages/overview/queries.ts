import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { firstLivePosition } from '../../data/live-feed.js';
import { headOfLog } from '../../data/log-head.js';
import { mailsQuery } from '../notifications/mails-query.js';
import { readEarlier } from './earlier-events.js';
import { readPages } from './read-pages.js';

/** 2,000 products, 5,000 batches: what takes less than a second. */
const PRODUCT_PAGES = 4;
const BATCH_PAGES = 10;
/** These lists are long: they are read again now and then, and not at every event. */
const LISTS_MS = 30_000;
const BATCHES_MS = 120_000;
const HEALTH_MS = 15_000;
const limit = 500;
const slowly = { isLive: false, everyMs: LISTS_MS };
const steadily = { isLive: false, everyMs: HEALTH_MS };

export const productsQuery = apiQuery(
  'overview.products',
  {},
  (signal) =>
    readPages(PRODUCT_PAGES, (after: string | undefined) =>
      earmark.products.list({ query: { limit, ...(after !== undefined && { after }) }, signal }),
    ),
  slowly,
);

export const batchesQuery = apiQuery(
  'overview.batches',
  {},
  (signal) =>
    readPages(BATCH_PAGES, (after: string | undefined) =>
      earmark.batches.list({ query: { limit, ...(after !== undefined && { after }) }, signal }),
    ),
  { isLive: false, everyMs: BATCHES_MS },
);

export const latePromisesQuery = apiQuery(
  'overview.late-promises',
  {},
  (signal) => readPages(1, () => earmark.promises.list({ query: { late: true, limit }, signal })),
  slowly,
);

export const deadLettersQuery = apiQuery(
  'overview.dead-letters',
  {},
  (signal) => earmark.deadLetters.list({ query: { limit }, signal }),
  steadily,
);

export const webhooksQuery = apiQuery(
  'overview.webhooks',
  {},
  (signal) => earmark.webhooks.list({ query: { limit }, signal }),
  steadily,
);

export const notificationsQuery = mailsQuery(undefined, 100, LISTS_MS);

/** The events of the last hour before those that the live feed has brought. */
export const earlierEventsQuery = {
  ...apiQuery(
    'overview.earlier-events',
    {},
    async (signal) => {
      const first = firstLivePosition();
      const head = first === undefined ? await headOfLog(signal) : first - 1;
      const pageAfter = async (after: number, most: number) =>
        (await earmark.events.list({ query: { after, limit: most }, signal })).data.items;
      return { data: await readEarlier(head, Date.now(), pageAfter) };
    },
    { isLive: false },
  ),
  staleTime: Infinity,
};
