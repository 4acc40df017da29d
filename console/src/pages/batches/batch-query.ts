import { useInfiniteQuery } from '@tanstack/react-query';
import { apiPages, apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useReadOn } from '../../data/use-read-on.js';

/** No event says that a day has begun, by which a batch becomes overdue and its lines late, so it is looked at now and then. */
const rarely = { everyMs: 60_000 };

/** The batch, and its version for `If-Match`. */
export const batchQuery = (reference: string) =>
  apiQuery(
    'batches.find',
    { batchReference: reference },
    async (signal) => {
      const { data, response } = await earmark.batches.find({ path: { reference }, signal });
      return { data: { batch: data, version: response.headers.get('etag')! } };
    },
    rarely,
  );

/** So many lines of a batch are read at once; more are read if the reader asks for them. */
const MOST_LINES = 2_000;
const PAGE = 500;

/** The lines that claim units of the batch, those that would leave it last first. */
export function useLinesOfBatch(reference: string) {
  const query = useInfiniteQuery(
    apiPages(
      'promises.list',
      { batchReference: reference },
      (after: string | undefined, signal) =>
        earmark.promises.list({
          query: { batchReference: reference, limit: PAGE, ...(after !== undefined && { after }) },
          signal,
        }),
      rarely,
    ),
  );
  useReadOn(query, MOST_LINES);
  return query;
}
