import { DomainError } from './domain-error.js';

/** Too much was asked at once: nothing has changed, and the call is safe to repeat after a moment. */
export class Busy extends DomainError {
  readonly code = 'busy';
  readonly kind = 'busy';
  /** Seconds after which a repetition is worth while. */
  readonly retryAfter = 1;
}
