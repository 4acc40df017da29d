import type { ProductSummaryBody } from '@earmark/client';
import { apiPages, type Page } from '../../data/api-query.js';
import { beforeAllThatBeginWith, onlyWithPrefix } from '../../data/code-prefix.js';
import { earmark } from '../../data/earmark.js';

type Products = Page<ProductSummaryBody, string>;

/**
 * Products in the order of their SKUs, or those whose SKU begins with what is typed.
 * @param limit so many a page has, 500 at most
 */
export const productsQuery = (find: string, limit: number) =>
  apiPages(
    'products.list',
    { find, limit },
    async (after: string | undefined, signal): Promise<{ data: Products }> => {
      const read = async (cursor: string | undefined): Promise<Products> =>
        (
          await earmark.products.list({
            query: { limit, ...(cursor !== undefined && { after: cursor }) },
            signal,
          })
        ).data;
      if (find === '') return { data: await read(after) };
      if (after !== undefined) return { data: onlyWithPrefix(await read(after), prefixOf(after, find)) };
      // Codes are compared byte by byte, and most are in capitals.
      const asTyped = onlyWithPrefix(await read(beforeAllThatBeginWith(find)), find);
      const capitals = find.toUpperCase();
      if (asTyped.items.length > 0 || capitals === find) return { data: asTyped };
      return { data: onlyWithPrefix(await read(beforeAllThatBeginWith(capitals)), capitals) };
    },
    // Each page that is shown is read again, which not every event of a busy shop is to do.
    { isLive: false, everyMs: 5_000 },
  );

const prefixOf = (cursor: string, find: string): string => cursor.slice(0, find.length);

/** A tenth of what there is, or less, is all that can still be promised. */
export const isRunningShort = ({ available, quantity }: ProductSummaryBody): boolean =>
  available * 10 <= quantity;
