/**
 * Waits until all of them have ended, so that none is left behind; fails with the error of the first in this order
 * that failed. For statements of a transaction that are sent without waiting for one before the next: where one
 * fails, those after it fail too, and only the first can say why.
 */
export async function settleAll(...all: readonly (Promise<unknown> | false)[]): Promise<void> {
  const results = await Promise.allSettled(all.filter((each) => each !== false));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
