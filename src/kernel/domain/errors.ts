import { explainProblem } from './problem-texts.js';

/**
 * What kind of "no" an error is, in words of the domain; the HTTP edge turns each into its status.
 *
 * - `conflict`: contradicts what already stands
 * - `not-found`: names something that does not exist
 * - `unprocessable`: well formed, but names something that was never registered
 * - `precondition-failed`: the caller has seen an older version
 * - `gone`: was here once and is not kept any more
 * - `busy`: could not be done in time, or it is not certain yet that it is kept; the call is safe to repeat
 */
export type RefusalKind =
  | 'conflict'
  | 'not-found'
  | 'unprocessable'
  | 'precondition-failed'
  | 'gone'
  | 'busy';

/**
 * A rule said no. It is an answer and not a fault: nothing has changed (but see `Busy`), and the caller learns why.
 * One class per rule, named for it, carrying the facts.
 */
export abstract class DomainError extends Error {
  /** The problem's name for machines, e.g. `not-found`. */
  abstract readonly code: string;
  abstract readonly kind: RefusalKind;
  /** What a caller needs to act on it, in the words of the contract. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = new.target.name;
    this.facts = facts;
  }
}

/**
 * There is more to do than can be done in time: nothing has changed, and the call is safe to repeat after a moment. In two cases
 * the change may have been made as a whole: the answer to its commit was lost, and the database did not say in time whether it has
 * committed; or it has, and no standby for which commits wait got it in time.
 */
export class Busy extends DomainError {
  readonly code = 'busy';
  readonly kind = 'busy';
  /** Seconds after which a repetition is worth while. */
  readonly retryAfter = 1;
}

explainProblem('busy', {
  meaning:
    'The service is overloaded, or the database does not answer in time. Nothing is lost: if the change was made in ' +
    'spite of this answer, repeating the request does not make it twice.',
  action:
    'Repeat the request after the seconds in `Retry-After`. If it still fails after some minutes, an operator should ' +
    'check `/health/ready` and the log.',
  repetition: 'later',
});

/** The change is stored, but an earlier one of this key waits for an operator. Other keys are not affected. */
export class KeyBlocked extends DomainError {
  readonly code = 'busy';
  readonly kind = 'busy';

  constructor(key: string) {
    super(`An earlier change of ${key} failed and waits for an operator.`);
  }
}

/** The caller decided on an older version than the one that stands now. */
export class VersionMismatch extends DomainError {
  readonly code = 'version-mismatch';
  readonly kind = 'precondition-failed';

  constructor(
    seen: readonly (number | string)[],
    /** The one that stands: a number, or the text by which a version of this kind is known. */
    readonly version: number | string,
  ) {
    super(`The resource has changed since it was read: its version is ${version} now.`, { seen, version });
  }
}

explainProblem('version-mismatch', {
  meaning:
    'Somebody changed the resource after you read it or, with `If-None-Match: *`, it exists already. Your request ' +
    'changed nothing.',
  action: 'Read the resource again, decide again, and send the new `ETag` as `If-Match`.',
  repetition: 'after-change',
});

/**
 * Passes if the caller expects no version, or one of those expected is the one that stands.
 * @throws {VersionMismatch} otherwise
 */
export function requireVersion<V extends number | string>(
  version: V,
  expected: readonly V[] | undefined,
): void {
  if (expected !== undefined && !expected.includes(version)) throw new VersionMismatch(expected, version);
}

/** Resolves with the refusal instead of throwing it, for works of which each fails alone; throws any other error. */
export async function asRefusal<T>(work: Promise<T>): Promise<T | DomainError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
