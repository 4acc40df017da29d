import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../http/problems/problem.js';
import { refusals } from '../../kernel/metrics/refused.js';
import { callerName } from './callers/caller-name.js';
import { TooManyRequests } from './callers/refusals.js';

/** In a minute, unless `FAILED_TRIES` says otherwise: ten a second is no person who mistypes, and no client that gives up. */
export const MOST_FAILED_TRIES = 600;
const MINUTE_MS = 60_000;
/** Whoever has more addresses than that is not stopped by counting them. */
const MOST_ADDRESSES = 10_000;

/**
 * Counts the calls of each caller that were not believed, not allowed, or asked for what is not there. Past the limit they
 * are 429s, which tell a client that goes round in circles, or through all addresses, when to come back. Who is believed
 * is let in all the same: behind a proxy all callers have one address, and strangers could lock the others out. A key is
 * 256 bits of chance; no speed of guessing finds one.
 */
export class FailedAuthLimiter {
  #minute = 0;
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** @param most in a minute; null: any number */
  constructor(most: number | null = MOST_FAILED_TRIES) {
    this.#most = most ?? Infinity;
  }

  /**
   * The refusal of a call.
   * @param address of IPv6 the first half counts, since the other half is theirs to choose
   * @param now milliseconds of `performance.now()`
   */
  record<P extends Problem>(address: string, refusal: P, now = performance.now()): P | TooManyRequests {
    const detail =
      refusal.status === 401
        ? 'Too many calls from this address were not believed in this minute.'
        : 'Too many calls of this caller failed in this minute.';
    return this.#note(normalizeIP(address), refusal, detail, now);
  }

  /**
   * The same for what is not there: of those who are known, for each of them.
   * @param isOn whether callers are asked who they are; as long as they are not, they are on this machine
   */
  recordMissing(
    refusal: Problem,
    request: Pick<FastifyRequest, 'ip'> & { readonly caller?: FastifyRequest['caller'] | undefined },
    isOn: boolean,
  ): Problem {
    if (!isOn) return refusal;
    const { caller, ip } = request;
    const name = caller === undefined ? normalizeIP(ip) : callerName({ caller, ip });
    return this.#note(
      name,
      refusal,
      'Too many calls of this caller failed in this minute.',
      performance.now(),
    );
  }

  #note<P extends Problem>(name: string, refusal: P, detail: string, now: number): P | TooManyRequests {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute || this.#counts.size > MOST_ADDRESSES) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    if (count <= this.#most) return refusal;
    refusals.note('failed-tries', name);
    const seconds = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1_000);
    return new TooManyRequests(seconds, detail);
  }
}
