import { expected, isJson, judge, type Outcome } from './answers.js';
import { isSafeToRepeatBlindly, type Call } from './call.js';
import { EarmarkConnectionError, EarmarkTimeout, retryAfterOf } from './errors.js';
import { delay, reasonOf, TimeLimit } from './waiting.js';

export interface TransportSettings {
  readonly fetch: typeof globalThis.fetch;
  /** The key or token of a call; undefined if the service needs none. */
  readonly key: () => Promise<string | undefined>;
  /** The most that a call may take with its repetitions and the waits between them. */
  readonly timeoutMs: number;
  /** The most that one attempt may take. */
  readonly attemptTimeoutMs: number;
  /** How often a call is repeated at most. */
  readonly maxRetries: number;
  readonly onRetry: ((retry: Retry) => void) | undefined;
}

/** A call is about to be repeated. */
export interface Retry {
  /** Its method and path: `POST /v1/batches`. */
  readonly call: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly waitMs: number;
  /** Why, in words. */
  readonly reason: string;
}

/** The first wait without `Retry-After`; each later one is twice as long. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** Of a wait that the service names, so that callers who were refused together do not come back together. */
const JITTER = 0.25;

/**
 * Makes calls until there is an answer of the service, good or bad.
 *
 * 429 is waited out for any call, 503 for those that are safe to repeat, after `Retry-After` at the earliest. A call whose
 * answer was lost is repeated if that is safe and it has no `If-Match` or `If-None-Match`.
 */
export class Transport {
  constructor(private readonly settings: TransportSettings) {}

  /**
   * @returns the answer: 2xx, 304 or one with a problem document
   * @throws {EarmarkConnectionError | EarmarkUnexpectedAnswer} and the reason of the call's signal if that is aborted
   */
  async send(request: Request, call: Call): Promise<Response> {
    const { maxRetries, timeoutMs, onRetry } = this.settings;
    const body = await bodyOf(request);
    const isRepeatable = !call.isTriedOnce && !(body instanceof ReadableStream);
    const endsAt = performance.now() + timeoutMs;
    for (let attempts = 1; ; attempts++) {
      const leftMs = endsAt - performance.now();
      const { result, mayRepeat, headers } = await this.#attempt({ request, body, call, attempts, leftMs });
      const waitMs = waitBefore(attempts, headers);
      const isInTime = performance.now() + waitMs < endsAt;
      if (!mayRepeat || !isRepeatable || attempts > maxRetries || !isInTime) {
        if (result instanceof Error) throw result;
        return result;
      }
      const reason = result instanceof Error ? result.message : `It was answered with ${result.status}.`;
      onRetry?.({ call: call.name, attempts, waitMs, reason });
      await delay(waitMs, call.signal);
    }
  }

  async #attempt({ request, body, call, attempts, leftMs }: Attempt): Promise<Outcome> {
    const { fetch, attemptTimeoutMs } = this.settings;
    const key = await this.settings.key();
    call.signal?.throwIfAborted();
    const limit = new TimeLimit(Math.min(attemptTimeoutMs, leftMs), call.signal);
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: withKey(request.headers, key),
        signal: limit.signal,
        redirect: 'manual',
        ...(body !== null && { body }),
        ...(body instanceof ReadableStream && { duplex: 'half' as const }),
      });
      if (!call.isStream || !response.ok) {
        const outcome = await judge(response, call);
        limit.end();
        return outcome;
      }
      const error = expected(response, call);
      // The reader of the stream takes its time; the signal of the call ends it.
      if (error) limit.abort();
      else limit.pause();
      return { result: error ?? response, mayRepeat: false };
    } catch (error) {
      limit.abort();
      if (call.signal?.aborted) throw reasonOf(call.signal);
      const result = limit.isOver
        ? new EarmarkTimeout(call.name, attempts, error)
        : new EarmarkConnectionError(call.name, attempts, error);
      return { result, mayRepeat: isSafeToRepeatBlindly(call) };
    }
  }
}

interface Attempt {
  readonly request: Request;
  readonly body: Body;
  readonly call: Call;
  /** This one included. */
  readonly attempts: number;
  readonly leftMs: number;
}

type Body = string | ReadableStream<Uint8Array<ArrayBuffer>> | null;

async function bodyOf(request: Request): Promise<Body> {
  if (request.body === null) return null;
  return isJson(request) ? request.text() : request.body;
}

/** The key is not in the request itself, which callers get with the answer, and may log. */
function withKey(headers: Headers, key: string | undefined): Headers {
  const all = new Headers(headers);
  if (key !== undefined) all.set('authorization', `Bearer ${key}`);
  return all;
}

/** @param answer its headers, if there was one */
function waitBefore(attempts: number, answer: Headers | undefined): number {
  const seconds = answer && retryAfterOf(answer);
  if (seconds !== undefined) return seconds * 1_000 * (1 + JITTER * Math.random());
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return longest * (0.5 + Math.random() / 2);
}
