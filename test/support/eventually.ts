import { setTimeout as wait } from 'node:timers/promises';

/** How often the condition is looked at, in milliseconds. */
const POLL_MS = 10;

/** Resolves with the first answer that is not false, null or undefined; fails where none comes in time. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T> | T,
  limitMs = 10_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await condition();
    if (answer !== false && answer !== null && answer !== undefined)
      return answer as Exclude<T, false | null | undefined>;
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await wait(POLL_MS);
  }
}
