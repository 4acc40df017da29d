import { Problem } from '../../http/problems/problem.js';
import type { Caller, Scope } from './caller.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';

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

explainProblem('unauthenticated', {
  meaning:
    'The call has no key or token, or one that is unknown, revoked or expired. The answer does not say which, since ' +
    'that would help attackers.',
  action: 'Send a valid one: `Authorization: Bearer …`. An operator creates keys with `earmark keys create`.',
  repetition: 'after-change',
});

export class Forbidden extends Problem {
  constructor(
    scope: Scope,
    kind: Caller['kind'] = 'key',
    /** Who is rejected; left out in the API document. */
    readonly caller?: Caller,
    detail = `The ${kind} lacks the scope ${scope}.`,
  ) {
    super(
      403,
      'forbidden',
      detail,
      { scope },
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    );
  }
}

explainProblem('forbidden', {
  meaning: 'The key or token is valid, but lacks the scope that this call needs: `scope`.',
  action: 'Use one that has the scope. An operator can create a key with it.',
  repetition: 'after-change',
});

export class TooManyRequests extends Problem {
  /** @param seconds until more calls are allowed */
  constructor(seconds: number, detail = 'Rate limit exceeded.') {
    super(429, 'too-many-requests', detail, {}, { 'retry-after': String(seconds) });
  }
}

explainProblem('too-many-requests', {
  meaning:
    'The caller has reached its limit of calls per minute, or has failed to authenticate too often. Nothing has ' +
    'changed.',
  action:
    'Repeat the request after the seconds in `Retry-After`. `RateLimit-Remaining` says how many calls are ' +
    'left.',
  repetition: 'later',
});

export const MISDIRECTED = new Problem(
  421,
  'misdirected-request',
  'Until an API key is created, only calls to localhost, 127.0.0.1 or [::1] are answered.',
);

explainProblem('misdirected-request', {
  meaning:
    'While no API key exists, the service answers only calls that name this machine as `localhost` or by its ' +
    'loopback address, so that web pages of other sites cannot reach it.',
  action: 'Call `localhost`, `127.0.0.1` or `[::1]`, or create an API key: `earmark keys create`.',
  repetition: 'after-change',
});

export const CROSS_ORIGIN = new Problem(
  403,
  'cross-origin',
  'Until an API key is created, pages of other sites may not change anything.',
);

/** Of a call with the cookie of the console. */
export const CROSS_ORIGIN_COOKIE = new Problem(
  403,
  'cross-origin',
  'Pages of other sites may not use the session of the console.',
);

explainProblem('cross-origin', {
  meaning:
    'A web page of another site made the call, and your browser sent it with your access: with the cookie of the ' +
    'console, or without a key because no API key exists yet.',
  action:
    'Call from a page of the service, or from a program with `Authorization: Bearer …`. If there is a proxy, make it ' +
    'forward `Host` unchanged.',
  repetition: 'after-change',
});
