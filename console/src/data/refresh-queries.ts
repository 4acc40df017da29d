import type { EarmarkEvent } from '@earmark/client';
import type { Query, QueryClient } from '@tanstack/react-query';
import type { About, ApiKey } from './api-query.js';

type Concerning = Pick<EarmarkEvent, 'key' | 'data'>;

/** By which fields events name orders and batches; each type of event has some of them. */
interface Names {
  readonly orderId?: string;
  readonly orderIds?: readonly string[];
  readonly batchReference?: string;
  readonly previousBatchReference?: string;
  readonly claims?: readonly Claim[];
  readonly previousClaims?: readonly Claim[];
}

interface Claim {
  readonly batchReference: string;
}

/**
 * Asks again for the answers that events concern. A query that is under way is left to end: otherwise, at a thousand events a
 * second, it would start again and again, and its page would keep an old answer.
 * @param due the queries that the last call has returned
 * @returns the hashes of the queries to ask for again the next time: those under way, and those that these events concern,
 *   because read models follow the log in a moment
 */
export function refreshQueries(
  queries: QueryClient,
  events: readonly Concerning[],
  due: ReadonlySet<string>,
): Set<string> {
  const concerns = concernsOf(events);
  const next = new Set<string>();
  const isDue = ({ queryHash, queryKey, state }: Query): boolean => {
    const [, about, isLive] = queryKey as unknown as ApiKey;
    const isConcerned = isLive !== false && typeof about === 'object' && concerns(about);
    if (!isConcerned && !due.has(queryHash)) return false;
    const isUnderWay = state.fetchStatus === 'fetching';
    if (isConcerned || isUnderWay) next.add(queryHash);
    return !isUnderWay;
  };
  const asked = new Set(queries.getQueryCache().getAll().filter(isDue));
  void queries.invalidateQueries({ predicate: (query) => asked.has(query) });
  return next;
}

function concernsOf(events: readonly Concerning[]): (about: About) => boolean {
  if (events.length === 0) return () => false;
  const skus = new Set<string>();
  const orders = new Set<string>();
  const batches = new Set<string>();
  for (const { key, data } of events) {
    skus.add(key);
    for (const orderId of ordersIn(data as Names)) orders.add(orderId);
    for (const reference of batchesIn(data as Names)) batches.add(reference);
  }
  return ({ sku, orderId, batchReference }) => {
    if (orderId !== undefined) return orders.has(orderId);
    if (batchReference !== undefined) return batches.has(batchReference);
    return sku === undefined || skus.has(sku);
  };
}

const ordersIn = ({ orderId, orderIds = [] }: Names): readonly string[] =>
  orderId === undefined ? orderIds : [orderId];

/** Nothing has changed about the batches that a line has passed over. */
function batchesIn({ batchReference, previousBatchReference, claims = [], previousClaims = [] }: Names) {
  const references = [batchReference, previousBatchReference].filter((each) => each !== undefined);
  return [...references, ...[...claims, ...previousClaims].map((claim) => claim.batchReference)];
}
