/**
 * Waits until all promises have settled, and rejects with the error of the first in this order that rejected. For
 * statements of a transaction that are sent without waiting for each other: if one fails, those after it fail too, and
 * only the first can say why.
 */
export async function settleAll(...all: readonly (Promise<unknown> | false)[]): Promise<void> {
  const results = await Promise.allSettled(all.filter((each) => each !== false));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
