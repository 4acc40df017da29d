import { useEffect } from 'react';

interface Pages {
  readonly data: readonly unknown[] | undefined;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly fetchNextPage: () => unknown;
}

/**
 * Reads a list page after page, up to so many items: for what the API cannot be asked for, e.g. a sum over the list.
 * @returns whether it is being read
 */
export function useReadOn({ data, hasNextPage, isFetching, fetchNextPage }: Pages, most: number): boolean {
  const isReading = hasNextPage && (data?.length ?? 0) < most;
  const isNext = isReading && !isFetching;
  useEffect(() => {
    if (isNext) void fetchNextPage();
  }, [isNext, fetchNextPage]);
  return isReading;
}
