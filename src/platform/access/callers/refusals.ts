import { Problem } from '../../http/problems/problem.js';
import type { Caller, Scope } from './caller.js';

const DETAILS = {
  nothing: 'The call needs a key, as in Authorization: Bearer earmark_….',
  key: 'The key is unknown or was revoked.',
  token: 'The token is invalid or has expired.',
};

/** The call has no valid credentials. It does not say what is wrong with them, which would only help strangers. */
export class Unauthenticated extends Problem {
  /** @param given the kind of credentials that the call brought */
  constructor(given: Caller['kind']) {
    super(
      401,
      'unauthenticated',
      DETAILS[given],
      {},
      // RFC 6750, 3.1: a call without credentials gets no error code.
      { 'www-authenticate': given === 'nothing' ? 'Bearer' : 'Bearer error="invalid_token"' },
    );
  }
}

export class Forbidden extends Problem {
  constructor(
    scope: Scope,
    kind: Caller['kind'] = 'key',
    /** Who is rejected; left out in the API document. */
    readonly caller?: Caller,
  ) {
    super(
      403,
      'forbidden',
      `The ${kind} lacks the scope ${scope}.`,
      { scope },
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    );
  }
}

export class TooManyRequests extends Problem {
  /** @param seconds until more calls are allowed */
  constructor(seconds: number, detail = 'Rate limit exceeded.') {
    super(429, 'too-many-requests', detail, {}, { 'retry-after': String(seconds) });
  }
}

export const MISDIRECTED = new Problem(
  421,
  'misdirected-request',
  'Until an API key is created, only calls to localhost, 127.0.0.1 or [::1] are answered.',
);

export const CROSS_ORIGIN = new Problem(
  403,
  'cross-origin',
  'Until an API key is created, pages of other sites may not change anything.',
);
