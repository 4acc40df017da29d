import { Problem } from '../http/problem.js';
import type { Scope } from './scope.js';

/** The call brings no key, or none that is known here. Which of the two it was, a stranger has no use for. */
export class Unauthenticated extends Problem {
  constructor(hasCredentials: boolean) {
    super(
      401,
      'unauthenticated',
      hasCredentials
        ? 'The key in the Authorization header is not known here, or it was revoked.'
        : 'The call needs a key, in a header such as Authorization: Bearer earmark_….',
      {},
      // RFC 6750, 3.1: no error is named to those who did not try.
      { 'www-authenticate': hasCredentials ? 'Bearer error="invalid_token"' : 'Bearer' },
    );
  }
}

/** The key is known, and made for something else. */
export class Forbidden extends Problem {
  constructor(scope: Scope) {
    super(
      403,
      'forbidden',
      `The key lacks the scope ${scope}.`,
      { scope },
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    );
  }
}
