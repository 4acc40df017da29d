import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { DEFAULT_LIMITS } from '../config/limit-settings.js';
import type { Problem } from '../http/problems/problem.js';
import { refusals } from '../../kernel/metrics/refused.js';
import { callerName } from './callers/caller-name.js';
import { TooManyRequests } from './callers/refusals.js';

const TOO_MANY_FAILURES = "Too many of this caller's calls failed in this minute.";
const MINUTE_MS = 60_000;
/** Counting addresses stops nobody who has more than these. */
const MOST_ADDRESSES = 10_000;

/**
 * Counts the calls of each caller that got 401, 403 or 404. Past the limit they get 429, which shows a client that loops,
 * or scans paths, when to come back. Valid credentials are accepted all the same: behind a proxy all callers share one
 * address, and strangers could lock the others out. A key is 256 random bits, which no speed of guessing finds.
 */
export class FailedAuthLimiter {
  #minute = 0;
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** @param most in a minute; null: any number */
  constructor(most = DEFAULT_LIMITS.failedTries) {
    this.#most = most ?? Infinity;
  }

  /**
   * Counts a call that is rejected for its credentials.
   * @param address an IPv6 address counts as its /64 network
   * @param now milliseconds of `performance.now()`
   * @returns the refusal, or a 429 in its place
   */
  record<P extends Problem>(address: string, refusal: P, now = performance.now()): P | TooManyRequests {
    const detail =
      refusal.status === 401
        ? 'Too many failed authentication attempts from this address.'
        : TOO_MANY_FAILURES;
    return this.#count(normalizeIP(address), refusal, detail, now);
  }

  /**
   * Counts a 404, by caller if that is known. Without access control nothing is counted: all callers are on this machine.
   */
  recordMissing(
    refusal: Problem,
    request: Pick<FastifyRequest, 'ip'> & { readonly caller?: FastifyRequest['caller'] | undefined },
    isEnabled: boolean,
  ): Problem {
    if (!isEnabled) return refusal;
    const { caller, ip } = request;
    const name = caller === undefined ? normalizeIP(ip) : callerName({ caller, ip });
    return this.#count(name, refusal, TOO_MANY_FAILURES, performance.now());
  }

  #count<P extends Problem>(name: string, refusal: P, detail: string, now: number): P | TooManyRequests {
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
