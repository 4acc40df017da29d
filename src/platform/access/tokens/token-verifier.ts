import { Logger } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Oidc } from '../../config/setting-parsers.js';
import { Busy } from '../../../kernel/domain/errors.js';
import type { Admission, Caller, Scope } from '../callers/caller.js';
import { IssuerUnavailable, IssuerKeySet } from './issuer-key-set.js';
import { Unauthenticated } from '../callers/refusals.js';

/**
 * Signatures that only the issuer can make. What a token says of its own algorithm chooses among these and no others:
 * `none` has no signature, and a secret shared by HS256 could be the public key that everybody knows.
 */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** By how much the issuer's clock and ours may differ. */
export const CLOCKS_DIFFER_S = 30;

/** For how long a good token is not checked again: its signature takes 100 µs, as long as all else of a small call. */
const KNOWN_FOR_MS = 5_000;
const MOST_KNOWN = 1_000;

/** The one who gives out tokens, and what is believed of them. */
export class TokenVerifier {
  readonly #logger = new Logger('access');
  readonly #keys: IssuerKeySet;
  /** Good tokens that were checked lately, and until when that will do. What a stranger sends is never kept. */
  readonly #known = new Map<string, { readonly caller: Caller; readonly until: number }>();

  /**
   * @param scopes those of a token that count here
   * @param longestHours for which a token may be good, from now on
   */
  constructor(
    private readonly oidc: Oidc,
    private readonly scopes: readonly Scope[],
    private readonly longestHours = 24,
  ) {
    this.#keys = new IssuerKeySet(oidc.issuer);
  }

  /**
   * Who has the token, by its subject. 503 `busy` where the issuer's keys cannot be had: the token may well be good,
   * a 401 would have its holder throw it away and ask the issuer, who is in trouble, for another one.
   */
  async callerOf(token: string): Promise<Admission> {
    const now = Date.now();
    const known = this.#known.get(token);
    if (known !== undefined && now < known.until) return known.caller;
    try {
      const caller = await this.#check(token);
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(token, { caller, until: Math.min(now + KNOWN_FOR_MS, caller.expiresAt) });
      return caller;
    } catch (error) {
      if (error instanceof IssuerUnavailable)
        return new Busy('The issuer of tokens does not answer, so that no token can be checked.');
      this.#logger.debug(`A token is not believed: ${reasonOf(error)}`);
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
        clockTolerance: CLOCKS_DIFFER_S,
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
      expiresAt: (exp + CLOCKS_DIFFER_S) * 1_000,
    };
  }

  /** What is signed by the issuer for this audience may still be something else: a token of who has logged in, for one. */
  #requireAccessToken(typ: unknown, payload: JWTPayload): void {
    const refuse = (claim: string): never => {
      throw new errors.JWTClaimValidationFailed(
        `"${claim}" is not as it must be`,
        payload,
        claim,
        'check_failed',
      );
    };
    if (typ !== undefined && !isOneOf(ACCESS_TOKENS, typ)) refuse('typ');
    if (payload.typ !== undefined && !isOneOf(BEARER, payload.typ)) refuse('typ');
    if (typeof payload.sub !== 'string' || !SUBJECT.test(payload.sub) || payload.sub.trim() === '')
      refuse('sub');
    const latest = Date.now() / 1_000 + this.longestHours * 3_600 + CLOCKS_DIFFER_S;
    if (!((payload.exp ?? Infinity) <= latest)) refuse('exp');
  }
}

const isOneOf = (allowed: readonly string[], word: unknown): boolean =>
  typeof word === 'string' && allowed.includes(word.toLowerCase());

/** RFC 9068, 2.1, and what issuers write who do not follow it yet. */
const ACCESS_TOKENS = ['jwt', 'at+jwt', 'application/at+jwt'];
/** The same in the body, as Keycloak has it beside `ID`, `Refresh` and `Logout`. */
const BEARER = ['bearer', 'at+jwt'];
/** OpenID Connect Core 1.0, 2: a subject is of 255 ASCII characters at most. It goes to logs and events as it is. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** What the token names of the scopes. `scp` is what some issuers call them. */
function scopesOf({ scope, scp }: JWTPayload, scopes: readonly Scope[]): Scope[] {
  const named = [scope, scp].flat().flatMap((words) => (typeof words === 'string' ? words.split(' ') : []));
  return scopes.filter((each) => named.includes(each));
}

/** What was wrong, in words that hold nothing of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.code} ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : String((error as Error).name);
}
