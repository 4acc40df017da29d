/**
 * Milliseconds to wait before the attempt that follows this one: doubled with each attempt up to a limit, and half of it
 * by chance, so that those who failed together do not come back together.
 * @param attempt how often it has failed before, from 0
 * @param firstMs the longest wait after the first failure
 * @param longestMs the longest wait after any failure
 */
export function backOff(attempt: number, firstMs = 5, longestMs = 1_000): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** attempt);
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}
