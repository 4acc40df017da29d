import { useEffect } from 'react';

interface Pages {
  readonly data: readonly unknown[] | undefined;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isError: boolean;
  readonly fetchNextPage: () => unknown;
}

/**
 * Reads a list page after page, up to so many items: for what the API cannot be asked for, e.g. a sum over the list. After an
 * error it goes on only once the list was read again.
 * @returns whether it is being read
 */
export function useReadOn(
  { data, hasNextPage, isFetching, isError, fetchNextPage }: Pages,
  most: number,
): boolean {
  const isReading = hasNextPage && !isError && (data?.length ?? 0) < most;
  const isNext = isReading && !isFetching;
  useEffect(() => {
    if (isNext) void fetchNextPage();
  }, [isNext, fetchNextPage]);
  return isReading;
}
