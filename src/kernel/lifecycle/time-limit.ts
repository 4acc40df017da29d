/**
 * Waits for the work, but not for longer than the limit. The work goes on after that, and what becomes of it is ignored.
 * @param tooLate makes the error that is thrown when the time is up
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  milliseconds: number,
  tooLate: () => Error = () => new Error(`no answer within ${milliseconds} ms`),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
