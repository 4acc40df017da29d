import { Problem } from '../../http/problems/problem.js';
import type { Caller, Scope } from './caller.js';

const NOT_BELIEVED = {
  nothing: 'The call needs a key, in a header such as Authorization: Bearer earmark_….',
  key: 'The key in the Authorization header is not known here, or it was revoked.',
  token: 'The token in the Authorization header is not believed here, or it has expired.',
};

/** The call brings nothing that says who makes it, or nothing that is believed. Why not, a stranger has no use for. */
export class Unauthenticated extends Problem {
  /** @param given what was taken for the proof */
  constructor(given: Caller['kind']) {
    super(
      401,
      'unauthenticated',
      NOT_BELIEVED[given],
      {},
      // RFC 6750, 3.1: no error is named to those who did not try.
      { 'www-authenticate': given === 'nothing' ? 'Bearer' : 'Bearer error="invalid_token"' },
    );
  }
}

/** The caller is known, and may do something else. */
export class Forbidden extends Problem {
  constructor(
    scope: Scope,
    by: Caller['kind'] = 'key',
    /** Who is refused; left out in the API document. */
    readonly caller?: Caller,
  ) {
    super(
      403,
      'forbidden',
      `The ${by} lacks the scope ${scope}.`,
      { scope },
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    );
  }
}

/** Too much was asked in the last minute, by one caller or without being believed from one address. */
export class TooManyRequests extends Problem {
  /** @param seconds after which there is room again */
  constructor(seconds: number, detail = 'More was asked in this minute than this caller may.') {
    super(429, 'too-many-requests', detail, {}, { 'retry-after': String(seconds) });
  }
}

export const MISDIRECTED = new Problem(
  421,
  'misdirected-request',
  'As long as no key was ever created, only calls to localhost, 127.0.0.1 or [::1] are answered.',
);

export const CROSS_ORIGIN = new Problem(
  403,
  'cross-origin',
  'As long as no key was ever created, no page of another site may change anything.',
);
