/**
 * What kind of "no" an error is, in words of the domain; the HTTP edge turns each into its status.
 *
 * - `conflict`: contradicts what already stands
 * - `not-found`: names something that does not exist
 * - `unprocessable`: well formed, but about something that was never heard of
 * - `precondition-failed`: the caller has seen an older version
 * - `gone`: was here once and is not kept any more
 * - `busy`: could not be done in time; nothing was changed and the call is safe to repeat
 */
export type RefusalKind =
  'conflict' | 'not-found' | 'unprocessable' | 'precondition-failed' | 'gone' | 'busy';

/**
 * A rule said no. It is an answer and not a fault: nothing has changed, and the caller is told why.
 * One class per rule, named for it, carrying the facts.
 */
export abstract class DomainError extends Error {
  /** The problem's name for machines, e.g. `out-of-stock`. */
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
