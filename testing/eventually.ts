import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Resolves with the first answer that is not false, null or undefined.
 * @throws what the condition throws, and an error that names `what` after the limit
 */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T> | T,
  limitMs = 30_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await condition();
    if (answer !== false && answer !== null && answer !== undefined)
      return answer as Exclude<T, false | null | undefined>;
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await wait(POLL_MS);
  }
}

/** As `eventually`, but tries again after an attempt that throws. The last error is the cause of the final one. */
export async function eventuallySucceeds<T>(
  what: string,
  attempt: () => Promise<T>,
  limitMs: number,
): Promise<Exclude<T, false | null | undefined>> {
  let cause: unknown;
  const answer = eventually(
    what,
    () => attempt().catch((error: unknown) => void (cause = error)) as Promise<T>,
    limitMs,
  );
  return answer.catch((error: Error) => Promise.reject(new Error(error.message, { cause })));
}
