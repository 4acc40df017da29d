import { apiPages, type ApiKey, type Page } from './api-query.js';
import { headOfLog } from './log-head.js';
import { newestFirst } from './newest-first.js';

/**
 * A query of a list of the log that the API gives oldest first, for `useInfiniteQuery`: the newest first, each page before
 * the one before it.
 * @param atLeast so many items a page has, if there are so many
 */
export const newestPages = <Item extends { readonly position: number }>(
  call: string,
  about: ApiKey[1],
  atLeast: number,
  read: (after: number, limit: number, signal: AbortSignal) => Promise<{ data: Page<Item, number> }>,
) => {
  // Every event would read the list again if it is of no product, order or batch.
  const isLive = [about.sku, about.orderId, about.batchReference].some((each) => each !== undefined);
  return apiPages(
    call,
    about,
    async (before: number | undefined, signal) => ({
      data: await newestFirst(async (after) => (await read(after, 500, signal)).data, {
        ...(before !== undefined && { before }),
        head: before ?? (await headOfLog(signal)),
        atLeast,
      }),
    }),
    // A list that follows the events is looked at now and then as well: the read model behind it may be late.
    { isLive, everyMs: isLive ? 60_000 : 10_000 },
  );
};
