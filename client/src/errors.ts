import type { KnownProblem } from './generated/api.gen.js';
import type { Problem } from './generated/types.gen.js';

const URN = 'urn:earmark:problem:';

/** What the service refuses with: the last part of the `type` of a problem document. */
export type ProblemCode = CodeIn<KnownProblem['type']>;
type CodeIn<Type extends string> = Type extends `${typeof URN}${infer Code}` ? Code : never;

/** The problem document of a code, with its facts: `ProblemOf<'out-of-stock'>`. */
export type ProblemOf<Code extends ProblemCode> = Extract<KnownProblem, { type: `${typeof URN}${Code}` }>;

/** Every error of this package, but for mistakes of the caller (`TypeError`) and calls that were aborted. */
export abstract class EarmarkError extends Error {}

class Refusal<Code extends ProblemCode> extends EarmarkError {
  static {
    this.prototype.name = 'EarmarkProblem';
  }

  /** What for, as the API names it. A newer service may have codes that are not in the type. */
  readonly code: Code;
  readonly status: number;
  /** The whole document, with the facts of the case. */
  readonly problem: ProblemOf<Code>;
  /** Of the answer. */
  readonly headers: Headers;

  constructor(document: ProblemOf<Code>, { status, headers }: Response) {
    super(document.detail);
    this.code = document.type.slice(URN.length) as Code;
    this.status = status;
    this.problem = document;
    this.headers = headers;
  }

  /** Seconds after which to ask again, if the service says so. */
  get retryAfter(): number | undefined {
    return retryAfterOf(this.headers);
  }
}

/** The service has refused a call: `code` says what for, and which facts `problem` has. */
export type EarmarkProblem<Code extends ProblemCode = ProblemCode> = { [C in Code]: Refusal<C> }[Code];

/** `error instanceof EarmarkProblem` makes it the union that `code` tells apart. */
export const EarmarkProblem = Refusal as unknown as new (
  document: KnownProblem,
  response: Response,
) => EarmarkProblem;

/** Whether an error is a refusal with one of these codes: `if (isProblem(error, 'out-of-stock')) …` */
export function isProblem<Code extends ProblemCode>(
  error: unknown,
  ...codes: readonly [Code, ...Code[]]
): error is EarmarkProblem<Code> {
  return error instanceof Refusal && (codes as readonly string[]).includes(error.code as string);
}

/** There was no answer, or it broke off. Whether the call has taken effect is not known. */
export class EarmarkConnectionError extends EarmarkError {
  static {
    this.prototype.name = 'EarmarkConnectionError';
  }

  /**
   * @param call its method and path
   * @param attempts how often it was tried
   */
  constructor(
    readonly call: string,
    readonly attempts: number,
    cause: unknown,
    what = 'has no answer',
  ) {
    const times = attempts === 1 ? '' : ` in ${attempts} attempts`;
    super(`${call} ${what}${times}: ${reasonOf(cause)}`, { cause });
  }
}

/** There was no answer within the time limit. Whether the call has taken effect is not known. */
export class EarmarkTimeout extends EarmarkConnectionError {
  static {
    this.prototype.name = 'EarmarkTimeout';
  }
}

/** The answer is not one of the service: a page of a proxy, a redirect, something else at this address. */
export class EarmarkUnexpectedAnswer extends EarmarkError {
  static {
    this.prototype.name = 'EarmarkUnexpectedAnswer';
  }

  constructor(
    /** Its method and path. */
    readonly call: string,
    readonly status: number,
    /** The media type of the answer; null if it has none. */
    readonly contentType: string | null,
    what: string,
  ) {
    super(`${call} was answered with ${status}: ${what}`);
  }
}

/** What was asked for with `If-None-Match` has not changed (304). */
export class EarmarkNotModified extends EarmarkError {
  static {
    this.prototype.name = 'EarmarkNotModified';
  }

  readonly status = 304;

  constructor(readonly headers: Headers) {
    super('It has not changed.');
  }
}

/** Whether a body is a problem document of the service. */
export const isProblemDocument = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  'type' in body &&
  typeof body.type === 'string' &&
  body.type.startsWith(URN);

/** Seconds of `Retry-After`, which may be a date as well (RFC 9110, 10.2.3). */
export function retryAfterOf(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1_000));
}

/** Node's `fetch` says only that it has failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as {
    message?: unknown;
    cause?: { message?: string; code?: string };
  };
  // That of several addresses has no message.
  const detail = [cause?.message, cause?.code].find(Boolean);
  return `${typeof message === 'string' ? message : String(error)}${detail ? ` (${detail})` : ''}`;
}
