import { Earmark, type EarmarkOptions } from '../../client/src/index.js';

/** A request as the fake service has got it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

type Reply = Response | Error | ((asked: Asked) => Response | Promise<Response>);

export const URL_OF_SERVICE = 'http://earmark.example';

/** A client of a service that gives these answers, one after the other; `asked` is what it was asked. */
export function serviceAnswering(replies: readonly Reply[], options: Partial<EarmarkOptions> = {}) {
  const asked: Asked[] = [];
  const fetch = (async (url: string, { method, headers, body, signal }: RequestInit) => {
    asked.push({ method: method!, url, headers: headers as Headers, body, signal: signal! });
    const reply = replies[asked.length - 1];
    if (reply === undefined) throw new Error('The service was asked more often than the test expects.');
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply(asked.at(-1)!) : reply;
  }) as typeof globalThis.fetch;
  return { earmark: new Earmark({ url: URL_OF_SERVICE, fetch, ...options }), asked };
}

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

export const problem = (
  code: string,
  status: number,
  facts: object = {},
  headers: Readonly<Record<string, string>> = {},
): Response =>
  json(
    { type: `urn:earmark:problem:${code}`, title: code, status, detail: `It is ${code}.`, ...facts },
    status,
    { 'content-type': 'application/problem+json', ...headers },
  );

export const busy = (seconds?: number): Response =>
  problem('busy', 503, {}, seconds === undefined ? {} : { 'retry-after': String(seconds) });

export const page = (status: number): Response =>
  new Response('<h1>Bad gateway</h1>', { status, headers: { 'content-type': 'text/html; charset=utf-8' } });

/** As `fetch` fails if nobody listens. */
export const refusedConnection = (): Error =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  });

/** Never answers; fails, as `fetch` does, when it is aborted. */
export const hangs = ({ signal }: Asked): Promise<Response> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** What a promise is rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as Error,
  );
