import { HttpException } from '@nestjs/common';
import { Busy, DomainError, type RefusalKind, VersionMismatch } from '../../../kernel/domain/errors.js';
import { isDatabaseFault } from '../../../kernel/postgres/database-fault.js';
import { isTransient } from '../../../kernel/postgres/retry.js';

export const PROBLEM_JSON = 'application/problem+json';

/** An error as the caller sees it: RFC 9457, its `type` being `urn:earmark:problem:<code>`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Its name for machines, e.g. `payload-too-large`. */
    readonly code: string,
    detail: string,
    /** Members of the document beyond the standard ones. */
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = new.target.name;
  }
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The shape of the request is wrong; what it says has not been looked at yet. */
export class ValidationFailed extends Problem {
  constructor(errors: readonly FieldError[]) {
    super(400, 'validation-failed', errors.map(({ message }) => message).join(' '), { errors });
  }
}

/** No call takes as many; who reads them all has done the work that is to be saved. */
export const TOO_MANY_VALUES = new ValidationFailed([
  { field: 'body', message: 'The body holds too many values.' },
]);

/** @param bytes the most that the call takes */
export function payloadTooLarge(bytes: number): Problem {
  const detail = `The body is larger than ${Math.floor(bytes / 1_024)} KiB, the most that this call takes.`;
  return new Problem(413, 'payload-too-large', detail);
}

export interface ProblemDocument extends Record<string, unknown> {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
}

const statusOf: Record<RefusalKind, number> = {
  conflict: 409,
  'not-found': 404,
  unprocessable: 422,
  'precondition-failed': 412,
  gone: 410,
  busy: 503,
};

/** PostgreSQL's code for a statement that was given up after `statement_timeout`. */
const STATEMENT_TIMEOUT = '57014';

/**
 * What the framework refuses, by status. The detail is ours and not the framework's: its messages may
 * carry what belongs on the server only.
 */
const refusedByFramework: Record<number, readonly [code: string, detail: string]> = {
  400: ['bad-request', 'The request is not HTTP as it should be, or its address is not well encoded.'],
  401: ['unauthenticated', 'The request does not say who is asking, or not so that it can be believed.'],
  403: ['forbidden', 'Who is asking may not do this.'],
  404: ['not-found', 'There is nothing at this address.'],
  405: ['method-not-allowed', 'This address does not answer to this method.'],
  406: ['not-acceptable', 'The answer cannot be given in a form that the request accepts.'],
  408: ['request-timeout', 'The request took too long to arrive.'],
  412: ['precondition-failed', 'What is at this address is not what the request names as its condition.'],
  413: ['payload-too-large', 'The body is larger than this call takes.'],
  414: ['uri-too-long', 'The address is too long.'],
  415: ['unsupported-media-type', 'The body must be JSON, sent as application/json.'],
  416: ['range-not-satisfiable', 'What is at this address does not reach as far as the request asks for.'],
  417: ['expectation-failed', 'The service can meet no expectation but 100-continue.'],
  431: ['headers-too-large', 'The header is too large.'],
  503: ['unavailable', 'The service cannot answer at the moment.'],
};

/** The one place where an error, whatever it is and wherever it comes from, becomes a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DomainError) {
    return new Problem(statusOf[error.kind], error.code, error.message, error.facts, headersOf(error));
  }
  if (isDatabaseFault(error))
    return problemOf(new Busy('The database is not as the service needs it; try again in a moment.'));
  if (isTransient(error) || (error as { code?: unknown } | null)?.code === STATEMENT_TIMEOUT)
    return problemOf(new Busy('The database does not answer in time; try again in a moment.'));
  return frameworkProblem(frameworkStatus(error));
}

function headersOf(error: DomainError): Record<string, string> {
  if (error instanceof Busy) return { 'retry-after': String(error.retryAfter) };
  if (error instanceof VersionMismatch) return { etag: `"${error.version}"` };
  return {};
}

/** The problem that stands for a status given by the framework; one it should not give is a fault of ours. */
export function frameworkProblem(status: number, headers: Record<string, string> = {}): Problem {
  const known = refusedByFramework[status];
  if (known === undefined) return new Problem(500, 'internal-error', 'Something went wrong on our side.');
  return new Problem(status, ...known, {}, headers);
}

function frameworkStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify marks what it blames on the caller with a status below 500 (an aborted upload, for one).
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status < 500 ? status : 500;
}

/** @param url of the request, as it came; left out where the request could not be read that far */
export function problemDocument({ status, code, message, facts }: Problem, url?: string): ProblemDocument {
  const standard = {
    type: `urn:earmark:problem:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    ...(url !== undefined && { instance: instanceOf(url) }),
  };
  // The standard members stand first, and no fact may pass for one of them.
  return { ...standard, ...facts, ...standard };
}

/** What RFC 3986 lets stand in a path; a percent sign only before two digits. */
const OUT_OF_PLACE = /%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/%-]/gi;

/**
 * The path of a request as a URI reference, however it was written: what may not stand in one is percent-encoded, byte
 * by byte as it came (Node hands the bytes of the request line on as Latin-1).
 */
export function instanceOf(url: string): string {
  const [path = ''] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  const written = path.replace(OUT_OF_PLACE, (character) =>
    [...Buffer.from(character, character > '\xff' ? 'utf8' : 'latin1')].map(percentEncoded).join(''),
  );
  // RFC 3986, 4.2: two slashes at the beginning would name another host.
  return written.startsWith('//') ? `/.${written}` : written;
}

const percentEncoded = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** `out-of-stock` → `Out of stock` */
export function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ').replace(/\b(sku|json|uri)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
