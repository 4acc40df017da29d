import { normalizeIP } from '@fastify/rate-limit';
import { TooManyRequests, type Unauthenticated } from './refusals.js';

/** 401s that one address is given in a minute: ten a second is no person who mistypes, and no client that gives up. */
export const MOST_FAILED_TRIES = 600;
const MINUTE_MS = 60_000;
/** Whoever has more addresses than that is not stopped by counting them. */
const MOST_ADDRESSES = 10_000;

/**
 * Counts the 401s of each address. Past the limit they are 429s, which tell a client that goes round in circles when to
 * come back. Who is believed is let in all the same: behind a proxy all callers have one address, and strangers
 * could lock the others out. A key is 256 bits of chance; no speed of guessing finds one.
 */
export class FailedTries {
  #minute = 0;
  readonly #counts = new Map<string, number>();

  /**
   * What a stranger is told.
   * @param address of IPv6 the first half counts, since the other half is his to choose
   * @param now milliseconds of `performance.now()`
   */
  note(
    address: string,
    refusal: Unauthenticated,
    now = performance.now(),
  ): Unauthenticated | TooManyRequests {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute || this.#counts.size > MOST_ADDRESSES) this.#counts.clear();
    this.#minute = minute;
    const caller = normalizeIP(address);
    const count = (this.#counts.get(caller) ?? 0) + 1;
    this.#counts.set(caller, count);
    if (count <= MOST_FAILED_TRIES) return refusal;
    const seconds = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1_000);
    return new TooManyRequests(seconds, 'Too many calls from this address were not believed in this minute.');
  }
}
