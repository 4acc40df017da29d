/**
 * Waits until all promises have settled, and rejects with the error of the first in this order that rejected. For
 * statements of a transaction that are sent without waiting for each other: if one fails, those after it fail too, and
 * only the first can say why. Resolves with what they resolve with.
 */
export async function settleAll<All extends readonly (Promise<unknown> | false)[]>(
  ...all: All
): Promise<{ -readonly [Place in keyof All]: Awaited<All[Place]> }> {
  const results = await Promise.allSettled(all.map((each) => Promise.resolve(each)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as never;
}
