import { apiQuery, type About, type Page } from './api-query.js';
import { endOf, newestFirst } from './newest-first.js';

/** The API's largest page. */
const PAGE = 500;

/**
 * A query of the newest items, the newest first, of a list that begins with the oldest and does not say where it ends.
 * @param wanted about how many, as far as there are so many
 */
export const newestQuery = <Item extends { readonly position: number }>(
  call: string,
  about: About,
  wanted: number,
  read: (after: number, limit: number, signal: AbortSignal) => Promise<{ data: Page<Item, number> }>,
  everyMs: number,
) =>
  apiQuery<Page<Item, number>>(
    call,
    { ...about, wanted },
    async (signal) => {
      const page = async (after: number, limit = PAGE) => (await read(after, limit, signal)).data;
      return { data: await newestFirst(page, { head: await endOf(page), atLeast: wanted }) };
    },
    { isLive: false, everyMs },
  );
