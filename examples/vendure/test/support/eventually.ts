import { setTimeout as sleep } from 'node:timers/promises';

const MOST_TRIES = 600;
const PAUSE_MS = 100;

/**
 * The first answer that is not undefined or false.
 * @throws {Error} that names `what` if there is none after a minute of asking
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (tries === MOST_TRIES) throw new Error(`It did not happen: ${what}`);
    await sleep(PAUSE_MS);
  }
}
