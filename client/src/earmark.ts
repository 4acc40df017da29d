import { EarmarkNotModified, EarmarkProblem, EarmarkUnexpectedAnswer, isProblemDocument } from './errors.js';
import { follow, type Connect, type EarmarkEvent, type FollowOptions } from './event-feed.js';
import { createClient, createConfig, type Client } from './generated/client/index.js';
import { Api, type Events } from './generated/sdk.gen.js';
import type { Call } from './call.js';
import { Transport, type Retry } from './transport.js';

export interface EarmarkOptions {
  /** Of the service, such as `http://127.0.0.1:3000`. */
  readonly url: string | URL;
  /** An API key or a token, or what returns the one to use now; needed unless the service is open to its own machine. */
  readonly key?: string | (() => string | Promise<string>) | undefined;
  /** The most that a call may take with its repetitions and the waits between them, in milliseconds. Default: 60,000. */
  readonly timeoutMs?: number;
  /** The most that one attempt may take, in milliseconds. Default: 20,000. */
  readonly attemptTimeoutMs?: number;
  /** How often a call is repeated at most. Default: 5. */
  readonly maxRetries?: number;
  /** Told of every repetition, for a log or a metric. */
  readonly onRetry?: (retry: Retry) => void;
  /** In place of the `fetch` of the platform. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The list of events, and the live feed, which is called: `for await (const event of earmark.events({ after }))`. */
export type EventsOfEarmark = Events &
  ((options?: FollowOptions) => AsyncGenerator<EarmarkEvent, void, undefined>);

/**
 * Earmark's API: a group for each part of it, and a method for each call, as `earmark.orders.put(…)`. Each resolves with
 * `data`, the answer, and `response`, which has its status and `ETag`.
 *
 * A method throws an `EarmarkProblem` if the service refuses the call, or with `throwOnError: false` returns its document as
 * `error`. It always throws an `EarmarkConnectionError` if there was no answer, an `EarmarkUnexpectedAnswer` if it was not
 * the service that answered, and the reason of `signal` if that was aborted.
 */
export class Earmark extends Api {
  #events: EventsOfEarmark | undefined;

  /** @throws {TypeError} if the URL is none of HTTP, or the key cannot be sent */
  constructor(options: EarmarkOptions) {
    super({ client: clientOf(options) });
  }

  override get events(): EventsOfEarmark {
    return (this.#events ??= eventsOf(super.events));
  }
}

function eventsOf(events: Events): EventsOfEarmark {
  const followed = (options: FollowOptions = {}) => {
    // What is left is a query of the list.
    const { signal, idleTimeoutMs, onReconnect, ...query } = options;
    const connect: Connect = async (after, ofConnection) => {
      const { response } = await events.list({
        query: { ...query, ...(after !== undefined && { after }) },
        headers: { Accept: EVENT_STREAM } as Record<string, unknown>,
        parseAs: 'stream',
        signal: ofConnection,
      });
      requireEventStream(response);
      return response;
    };
    return follow(connect, options);
  };
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(events)) as (keyof Events)[]) {
    if (name in followed) continue;
    Object.defineProperty(followed, name, { value: events[name].bind(events) });
  }
  return followed as EventsOfEarmark;
}

const EVENT_STREAM = 'text/event-stream';

/** @throws {EarmarkUnexpectedAnswer} if it is a page of the list, of a service or a cache that does not look at `Accept` */
function requireEventStream({ status, headers }: Response): void {
  const type = headers.get('content-type');
  if (type?.startsWith(EVENT_STREAM)) return;
  throw new EarmarkUnexpectedAnswer('GET /v1/events', status, type, `${type}; it is no stream of events.`);
}

function clientOf({
  url,
  key,
  timeoutMs = 60_000,
  attemptTimeoutMs = 20_000,
  maxRetries = 5,
  onRetry,
  fetch,
}: EarmarkOptions): Client {
  if (typeof key === 'string') requirePrintable(key);
  const transport = new Transport({
    // Looked up for each call, so that what patches it later (tests, tracing) is used.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    key: async () => (typeof key === 'function' ? requirePrintable(await key()) : key),
    timeoutMs,
    attemptTimeoutMs,
    maxRetries,
    onRetry,
  });
  const calls = new WeakMap<Request, Call>();
  const client = createClient(
    createConfig({
      baseUrl: baseOf(url),
      throwOnError: true,
      fetch: (request) => transport.send(request as Request, calls.get(request as Request)!),
    }),
  );
  client.interceptors.request.use((request, { url: template, path, parseAs, signal }) => {
    requirePathOf(template, path);
    const isFeed = request.headers.get('accept') === EVENT_STREAM;
    calls.set(request, {
      name: `${request.method} ${template}`,
      isStream: isFeed || parseAs === 'stream',
      isTriedOnce: isFeed || template.startsWith('/health/'),
      isConditional: isConditional(request),
      signal,
    });
    return request;
  });
  client.interceptors.error.use((error, response, _request, { throwOnError }) => {
    if (response?.status === 304) throw new EarmarkNotModified(response.headers);
    if (response === undefined || !isProblemDocument(error)) throw error;
    return throwOnError === false ? error : new EarmarkProblem(error as never, response);
  });
  return client;
}

/** @throws {TypeError} which, unlike that of `fetch`, does not quote a password in the URL */
function baseOf(url: string | URL): string {
  const { protocol, username, password, href, search, hash } = new URL(url);
  if (!['http:', 'https:'].includes(protocol))
    throw new TypeError('The URL of the service begins with http: or https:.');
  if (username + password !== '')
    throw new TypeError('The URL of the service has a user or a password: use a key.');
  if (search + hash !== '') throw new TypeError('The URL of the service has no query and no fragment.');
  return href;
}

/**
 * Codes that would lead to another call: `fetch` takes `.` and `..` for steps in the path, even if they are encoded, and an
 * empty one for the list above it.
 * @throws {TypeError}
 */
function requirePathOf(template: string, path: Readonly<Record<string, unknown>> = {}): void {
  for (const [, name] of template.matchAll(/\{(\w+)\}/g)) {
    const value = path[name!];
    // Of an event or a dead letter.
    if (typeof value === 'number') continue;
    if (typeof value !== 'string' || ['', '.', '..'].includes(value))
      throw new TypeError(`${name} cannot be ${JSON.stringify(value)} in ${template}.`);
  }
}

const isConditional = ({ method, headers }: Request): boolean =>
  method !== 'GET' && (headers.has('if-match') || headers.has('if-none-match'));

/** @throws {TypeError} which, unlike that of `Headers`, does not quote the key */
function requirePrintable(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('The key is empty or has blanks, line breaks or characters that are not ASCII.');
  return key;
}
