import { HttpException } from '@nestjs/common';
import { Busy, DomainError, type RefusalKind, VersionMismatch } from '../../../kernel/domain/errors.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';
import { isDatabaseFault } from '../../../kernel/postgres/database-fault.js';
import { isTransient } from '../../../kernel/postgres/retry.js';
import { FRAMEWORK_PROBLEMS } from './framework-problems.js';

export const PROBLEM_JSON = 'application/problem+json';

/** An error as the caller sees it (RFC 9457); its `type` is `urn:earmark:problem:<code>`. */
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

export class ValidationFailed extends Problem {
  constructor(errors: readonly FieldError[]) {
    super(400, 'validation-failed', errors.map(({ message }) => message).join(' '), { errors });
  }
}

explainProblem('validation-failed', {
  meaning:
    'Fields of the body, the query or the path are missing, unknown or invalid: `errors` names each field and its ' +
    'error. Nothing has changed.',
  action: 'Correct the fields in `errors`. The API document has the rule of each field.',
  repetition: 'after-change',
});

/** No call accepts as many; parsing them would be the work that this saves. */
export const TOO_MANY_VALUES = new ValidationFailed([
  { field: 'body', message: 'The body holds too many values.' },
]);

/** @param bytes the largest body, or the largest row of it, that the call accepts */
export function payloadTooLarge(bytes: number, part: 'body' | 'row' = 'body'): Problem {
  const detail = `The ${part} is larger than ${Math.floor(bytes / 1_024)} KiB, the limit of this call.`;
  return new Problem(413, 'payload-too-large', detail);
}

explainProblem('payload-too-large', {
  meaning: 'The body is larger than this call accepts.',
  action: 'Split the data into several calls, or use the import of the command line.',
  repetition: 'after-change',
});

export interface ProblemDocument extends Record<string, unknown> {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  /** The path of the page that says what it means and what to do. */
  help: string;
}

const statusOf: Record<RefusalKind, number> = {
  conflict: 409,
  'not-found': 404,
  unprocessable: 422,
  'precondition-failed': 412,
  gone: 410,
  busy: 503,
};

/** PostgreSQL's code for a statement that exceeded `statement_timeout`. */
const STATEMENT_TIMEOUT = '57014';

/** The one place where an error, from anywhere, becomes a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DomainError) {
    return new Problem(statusOf[error.kind], error.code, error.message, error.facts, headersOf(error));
  }
  if (isDatabaseFault(error))
    return problemOf(new Busy('The service cannot use its database; retry shortly.'));
  if (isTransient(error) || (error as { code?: unknown } | null)?.code === STATEMENT_TIMEOUT)
    return problemOf(new Busy('The database does not answer in time; retry shortly.'));
  return frameworkProblem(frameworkStatus(error));
}

function headersOf(error: DomainError): Record<string, string> {
  if (error instanceof Busy) return { 'retry-after': String(error.retryAfter) };
  if (error instanceof VersionMismatch) return { etag: `"${error.version}"` };
  return {};
}

/** The problem for a status of the framework; a status that it should not have is our fault. */
export function frameworkProblem(status: number, headers: Record<string, string> = {}): Problem {
  const known = FRAMEWORK_PROBLEMS[status];
  if (known === undefined || status === 500) {
    const { code, detail } = FRAMEWORK_PROBLEMS[500];
    return new Problem(500, code, detail);
  }
  return new Problem(status, known.code, known.detail, {}, headers);
}

function frameworkStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify marks faults of the caller, such as an aborted upload, with a status below 500.
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status < 500 ? status : 500;
}

/**
 * The path of the page that explains a problem. RFC 9457 lets a problem have members of its own; `type` cannot link the page,
 * since it is a name, which stays the same wherever the service runs.
 */
export const helpFor = (code: string): string => `/problems/${code}`;

/** @param url of the request, as it came; left out if the request could not be read that far */
export function problemDocument({ status, code, message, facts }: Problem, url?: string): ProblemDocument {
  const standard = {
    type: typeOf(code),
    title: titleOf(code),
    status,
    detail: message,
    ...(url !== undefined && { instance: instanceOf(url) }),
    help: helpFor(code),
  };
  // The standard members stand first, and no fact can replace one of them.
  return { ...standard, ...facts, ...standard };
}

/** Characters that RFC 3986 does not allow in a path; a percent sign only before two digits. */
const NOT_ALLOWED = /%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/%-]/gi;

/**
 * The path of a request as a valid URI reference: characters that are not allowed are percent-encoded, byte by byte as
 * they came (Node gives the bytes of the request line as Latin-1).
 */
export function instanceOf(url: string): string {
  const [path = ''] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  const written = path.replace(NOT_ALLOWED, (character) =>
    [...Buffer.from(character, character > '\xff' ? 'utf8' : 'latin1')].map(percentEncoded).join(''),
  );
  // RFC 3986, 4.2: two slashes at the start would name another host.
  return written.startsWith('//') ? `/.${written}` : written;
}

const percentEncoded = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** The `type` of a problem. */
export const typeOf = (code: string): string => `urn:earmark:problem:${code}`;

/** `out-of-stock` → `Out of stock` */
export function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ').replace(/\b(sku|json|uri)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
