import { setTimeout as wait } from 'node:timers/promises';
import { errorMessage } from '../../../kernel/lifecycle/error-message.js';
import { printable } from '../../logging/escape-control-characters.js';
import { refusalOf, retryAfterOf, ServiceRefused } from './service-refused.js';

/** Longer than the service lets any call of a command take. */
const ANSWER_MS = 60_000;
/** How often a call is repeated that the service could not serve at the moment. */
const MOST_REPEATS = 3;
/** A longer `Retry-After` is left to the user. */
const LONGEST_WAIT_S = 30;

/** Parameters of a query; undefined: left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Answer<B> {
  readonly status: number;
  readonly body: B;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Whether it may be repeated though it may have had its effect. */
  readonly isSafe: boolean;
}

export interface ServiceOptions {
  /** Its address, with or without a path before `/v1`. */
  readonly url: URL;
  /** An API key or a token; null: none is sent. */
  readonly key: string | null;
  /** Ends calls, which then reject with its reason. */
  readonly signal: AbortSignal;
}

/**
 * A path of the API; values are percent-encoded.
 * @throws {Error} for the codes `.` and `..`, which `fetch` takes for steps in the path, encoded or not
 */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const encoded = values.map((value) => {
    if (value === '.' || value === '..') throw new Error(`${value} cannot be part of a URL.`);
    return encodeURIComponent(value);
  });
  return String.raw({ raw: parts }, ...encoded);
}

/** A service that runs elsewhere, by its REST API. Every call throws `ServiceRefused` if it is refused. */
export class Service {
  readonly signal: AbortSignal;
  readonly #url: URL;
  readonly #key: string | null;

  constructor({ url, key, signal }: ServiceOptions) {
    this.signal = signal;
    this.#url = url;
    this.#key = key;
  }

  async get<B>(path: string, query: Query = {}): Promise<B> {
    return (await this.#send<B>({ method: 'GET', path: withQuery(path, query), isSafe: true })).body;
  }

  /** Safe to repeat, since the caller names what it writes. */
  put<B>(path: string, body: object): Promise<Answer<B>> {
    return this.#send({ method: 'PUT', path, body, isSafe: true });
  }

  patch<B>(path: string, body: object): Promise<Answer<B>> {
    return this.#send({ method: 'PATCH', path, body, isSafe: true });
  }

  delete<B = unknown>(path: string): Promise<Answer<B>> {
    return this.#send({ method: 'DELETE', path, isSafe: true });
  }

  /** @param isSafe whether the same call again has no further effect */
  post<B>(path: string, body?: object, { isSafe = false } = {}): Promise<Answer<B>> {
    return this.#send({ method: 'POST', path, body, isSafe });
  }

  /**
   * All items of a list, page by page.
   * @param query without `after` and `limit`
   */
  async all<Item>(path: string, query: Query = {}): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | number | undefined;
    for (;;) {
      const page: { items: Item[]; next: string | number | null } = await this.get(path, {
        ...query,
        ...(after !== undefined && { after }),
        limit: 500,
      });
      items.push(...page.items);
      if (page.next === null) return items;
      after = page.next;
    }
  }

  /**
   * An answer that does not end.
   * @throws {ServiceRefused}
   */
  async stream(
    path: string,
    query: Query,
    headers: Readonly<Record<string, string>>,
  ): Promise<ReadableStream<Uint8Array>> {
    const call = { method: 'GET', path: withQuery(path, query), isSafe: true };
    const response = await this.#fetch(call, headers, this.signal);
    if (!response.ok || response.body === null) throw await refusalOf(response, this.#key !== null);
    return response.body;
  }

  async #send<B>(call: Call): Promise<Answer<B>> {
    for (let repeats = 0; ; repeats++) {
      const signal = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await this.#fetch(call, { accept: 'application/json' }, signal);
      if (response.ok) return { status: response.status, body: await this.#bodyOf<B>(response) };
      const refusal = await refusalOf(response, this.#key !== null);
      const seconds = retryAfterOf(response);
      const mayRepeat = response.status === 429 || (response.status === 503 && call.isSafe);
      if (!mayRepeat || seconds === null || seconds > LONGEST_WAIT_S || repeats === MOST_REPEATS)
        throw refusal;
      process.stderr.write(`Trying again in ${seconds} s: ${printable(refusal.message)}\n`);
      await wait(seconds * 1_000, undefined, { signal: this.signal }).catch(() => {
        throw this.signal.reason;
      });
    }
  }

  async #fetch(
    { method, path, body }: Call,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      return await fetch(new URL(this.#url.pathname.replace(/\/$/, '') + path, this.#url), {
        method,
        // A key goes to the address that was given, and to no other.
        redirect: 'manual',
        headers: {
          ...headers,
          ...(this.#key !== null && { authorization: `Bearer ${this.#key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      });
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #bodyOf<B>(response: Response): Promise<B> {
    if (response.status === 204) return undefined as B;
    if (!/\bjson\b/.test(response.headers.get('content-type') ?? ''))
      throw new ServiceRefused(
        `${this.#url.href} does not answer as Earmark does: check the URL, or the proxy in between.`,
        response.status,
      );
    try {
      return (await response.json()) as B;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    const { name, cause } = error as Error;
    if (name === 'TimeoutError')
      return new Unreachable(`${this.#url.href} does not answer within ${ANSWER_MS / 1_000} s.`);
    return new Unreachable(`Cannot reach ${this.#url.href}: ${errorMessage(cause ?? error)}`);
  }
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** The service could not be reached, or the connection was lost: the call may or may not have had its effect. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
