import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths, ProblemCode } from './earmark.js';

export type { ProblemCode } from './earmark.js';

/** What travels, by its name in the API document: `Body<'BatchBody'>`. */
export type Body<Name extends keyof components['schemas']> = components['schemas'][Name];

/** Every call of the API, typed; each has either `data` or `error`, a problem document, and the `response`. */
export type Earmark = Client<paths, 'application/json' | 'application/problem+json'>;

interface Options extends Pick<ClientOptions, 'fetch'> {
  /** An API key or a token; needed where the service is not open to its own machine. */
  readonly key?: string | undefined;
}

/** @param url of the service, such as `http://127.0.0.1:3000` */
export function earmarkAt(url: string, { key, fetch }: Options = {}): Earmark {
  return createClient({
    baseUrl: url,
    ...(fetch !== undefined && { fetch }),
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  });
}

/** The service, or something on the way to it, said no. */
export class Refused extends Error {
  /** What for, as the API names it; undefined where it was not the service that said no. */
  readonly code: ProblemCode | undefined;
  /** The document itself, with the facts of the case; undefined where it was not the service that said no. */
  readonly problem: Body<'Problem'> | undefined;
  readonly status: number;
  /** Seconds after which to ask again, where the service names them. */
  readonly retryAfter: number | undefined;

  constructor(error: unknown, { status, statusText, headers }: Response) {
    const problem = isProblem(error) ? error : undefined;
    super(problem?.detail ?? `${status} ${statusText}`);
    this.name = 'Refused';
    this.problem = problem;
    this.code = problem?.type.slice(PREFIX.length) as ProblemCode | undefined;
    this.status = status;
    const seconds = headers.get('retry-after');
    this.retryAfter = seconds === null ? undefined : Number(seconds);
  }
}

const PREFIX = 'urn:earmark:problem:';

const isProblem = (error: unknown): error is Body<'Problem'> =>
  typeof error === 'object' && error !== null && 'type' in error && String(error.type).startsWith(PREFIX);

/**
 * What a call answered, for those who rather catch than ask: `await answerOf(earmark.GET('/v1/products'))`.
 * @throws {Refused}
 */
export async function answerOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Refused(error, response);
  return data as Data;
}
