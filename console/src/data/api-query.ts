import { EarmarkProblem } from '@earmark/client';
import {
  infiniteQueryOptions,
  MutationCache,
  type InfiniteData,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';

/** What an answer is about. An event about the same refreshes it; an answer without any of them is a list. */
export interface About {
  readonly sku?: string | undefined;
  readonly orderId?: string | undefined;
  readonly batchReference?: string | undefined;
}

/** The key of a query: which call, and with what it is made. `live: false`: no event changes it. */
export type ApiKey = readonly [call: string, about: About & Record<string, unknown>, live?: boolean];

/** The part of a cursor page that every list of the API has. */
export interface Page<Item, Next> {
  readonly items: readonly Item[];
  readonly next: Next | null;
}

interface Answer<Data> {
  readonly data: Data;
}

/**
 * A query of one call of the API, for `useQuery`.
 * @param call its name in the client, e.g. `products.find`
 * @param about what the call is given; `sku`, `orderId` and `batchReference` say which events refresh the answer
 */
export const apiQuery = <Data>(
  call: string,
  about: ApiKey[1],
  ask: (signal: AbortSignal) => Promise<Answer<Data>>,
  { isLive = true, everyMs }: { readonly isLive?: boolean; readonly everyMs?: number } = {},
) =>
  queryOptions({
    queryKey: [call, about, isLive] as ApiKey,
    queryFn: async ({ signal }) => (await ask(signal)).data,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });

/** A list is read again at least so often if it is read again by the clock at all. */
const LONGEST_MS = 60_000;

/** Each page is a call, so that a list of many pages is read again less often. */
const refetchOften =
  (everyMs: number) =>
  ({ state: { data } }: { readonly state: { readonly data: InfiniteData<unknown> | undefined } }): number =>
    Math.min(everyMs * Math.max(1, data?.pages.length ?? 1), Math.max(everyMs, LONGEST_MS));

/** Not anew for every rendering: what it returns is kept as long as the pages are the same. */
const itemsOf = <Item>({ pages }: InfiniteData<Page<Item, unknown>>): Item[] =>
  pages.flatMap(({ items }) => items);

/** A query of a list of the API, for `useInfiniteQuery`: each page begins after the `next` of the one before. */
export const apiPages = <Item, Next extends string | number>(
  call: string,
  about: ApiKey[1],
  ask: (after: Next | undefined, signal: AbortSignal) => Promise<Answer<Page<Item, Next>>>,
  { isLive = true, everyMs }: { readonly isLive?: boolean; readonly everyMs?: number } = {},
) =>
  infiniteQueryOptions({
    queryKey: [call, about, isLive] as ApiKey,
    initialPageParam: undefined as Next | undefined,
    queryFn: async ({ pageParam, signal }) => (await ask(pageParam as Next | undefined, signal)).data,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: itemsOf<Item>,
    ...(everyMs !== undefined && { refetchInterval: refetchOften(everyMs) }),
  });

/** A problem that the service has answered will be the same again; the client has repeated what is worth repeating. */
const isWorthRetrying = (failures: number, error: Error): boolean =>
  !(error instanceof EarmarkProblem) && failures < 2;

/** The key was revoked or the token has expired: the session is asked for again, and the sign-in shown. */
const noticeEndOfSession = (error: Error): void => {
  if (error instanceof EarmarkProblem && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ['session'] });
};

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: { retry: isWorthRetrying, staleTime: 5_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
