import { Logger } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Oidc } from '../../config/setting-parsers.js';
import { Busy } from '../../../kernel/domain/errors.js';
import type { Admission, Caller, Scope } from '../callers/caller.js';
import { IssuerUnavailable, IssuerKeySet } from './issuer-key-set.js';
import { Unauthenticated } from '../callers/refusals.js';

/**
 * Algorithms whose signatures only the issuer can make. A token may name one of these and no other: `none` has no
 * signature, and the shared secret of HS256 could be the public key that everybody knows.
 */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** By how many seconds the issuer's clock and ours may differ. */
export const CLOCK_TOLERANCE_S = 30;

/** How long a valid token is not checked again: its signature takes 100 µs, as long as the rest of a small call. */
const CACHED_FOR_MS = 5_000;
const MOST_CACHED = 1_000;

export class TokenVerifier {
  readonly #logger = new Logger('access');
  readonly #keys: IssuerKeySet;
  /** Valid tokens that were checked lately, and until when that suffices. Nothing that a stranger sends is kept. */
  readonly #cached = new Map<string, { readonly caller: Caller; readonly until: number }>();

  /**
   * @param scopes the scopes that exist here; others of a token are ignored
   * @param longestHours how long a token may still be valid
   */
  constructor(
    private readonly oidc: Oidc,
    private readonly scopes: readonly Scope[],
    private readonly longestHours = 24,
  ) {
    this.#keys = new IssuerKeySet(oidc.issuer);
  }

  /**
   * The caller that a token stands for. If the issuer's keys cannot be fetched it is 503 `busy`: the token may be valid,
   * and after a 401 the caller would discard it and ask the issuer, which is in trouble, for another one.
   */
  async callerOf(token: string): Promise<Admission> {
    const now = Date.now();
    const cached = this.#cached.get(token);
    if (cached !== undefined && now < cached.until) return cached.caller;
    try {
      const caller = await this.#check(token);
      if (this.#cached.size >= MOST_CACHED) this.#cached.clear();
      this.#cached.set(token, { caller, until: Math.min(now + CACHED_FOR_MS, caller.expiresAt) });
      return caller;
    } catch (error) {
      if (error instanceof IssuerUnavailable)
        return new Busy('No token can be checked while its issuer does not answer; retry shortly.');
      this.#logger.debug(`Token rejected: ${reasonOf(error)}`);
      return new Unauthenticated('token');
    }
  }

  async #check(token: string): Promise<Caller & { readonly expiresAt: number }> {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header, jws) => this.#keys.find(header, jws),
      {
        issuer: this.oidc.issuer,
        audience: this.oidc.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp'],
      },
    );
    this.#requireAccessToken(protectedHeader.typ, payload);
    const { sub = '', exp = 0 } = payload;
    return {
      kind: 'token',
      id: sub,
      name: sub,
      scopes: scopesOf(payload, this.scopes),
      expiresAt: (exp + CLOCK_TOLERANCE_S) * 1_000,
    };
  }

  /** A token that the issuer signed for this audience may still be something else, such as an ID token. */
  #requireAccessToken(typ: unknown, payload: JWTPayload): void {
    const reject = (claim: string): never => {
      throw new errors.JWTClaimValidationFailed(
        `"${claim}" has an invalid value`,
        payload,
        claim,
        'check_failed',
      );
    };
    if (typ !== undefined && !isOneOf(ACCESS_TOKENS, typ)) reject('typ');
    if (payload.typ !== undefined && !isOneOf(BEARER, payload.typ)) reject('typ');
    if (typeof payload.sub !== 'string' || !SUBJECT.test(payload.sub) || payload.sub.trim() === '')
      reject('sub');
    const latest = Date.now() / 1_000 + this.longestHours * 3_600 + CLOCK_TOLERANCE_S;
    if (!((payload.exp ?? Infinity) <= latest)) reject('exp');
  }
}

const isOneOf = (allowed: readonly string[], word: unknown): boolean =>
  typeof word === 'string' && allowed.includes(word.toLowerCase());

/** RFC 9068, 2.1, and what issuers write that do not follow it yet. */
const ACCESS_TOKENS = ['jwt', 'at+jwt', 'application/at+jwt'];
/** The same in the body, as Keycloak has it beside `ID`, `Refresh` and `Logout`. */
const BEARER = ['bearer', 'at+jwt'];
/** OpenID Connect Core 1.0, 2: a subject has at most 255 ASCII characters. Logs and events show it as it is. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** The token's scopes that exist here. Some issuers call them `scp`. */
function scopesOf({ scope, scp }: JWTPayload, scopes: readonly Scope[]): Scope[] {
  const named = [scope, scp].flat().flatMap((words) => (typeof words === 'string' ? words.split(' ') : []));
  return scopes.filter((each) => named.includes(each));
}

/** What was wrong, without any content of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.code} ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : String((error as Error).name);
}
