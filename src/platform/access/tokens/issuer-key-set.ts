import { Logger } from '@nestjs/common';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { errorMessage } from '../../../kernel/lifecycle/error-message.js';
import { isSecureTransport } from '../../config/loopback.js';

/** How long the issuer's keys are trusted before they are fetched again; a key that it withdraws is trusted no longer. */
const KEPT_FOR_MS = 600_000;
/** How often an unknown key may cause a fetch, so that forged tokens cannot make us flood the issuer. */
export const FETCH_AGAIN_AFTER_MS = 10_000;
/** After a failure, no request is made for this long. */
const PAUSE_MS = 1_000;
const REQUEST_LIMIT_MS = 3_000;
const LOG_AGAIN_AFTER_MS = 60_000;

/** The issuer's keys cannot be fetched. The token itself may be valid. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

/** The signing keys of an issuer, found by OpenID Connect Discovery when the first token arrives. */
export class IssuerKeySet {
  readonly #logger = new Logger('access');
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | null = null;
  #failedAt = -Infinity;
  #loggedAt = -Infinity;

  constructor(private readonly issuer: string) {}

  /**
   * The key that a token names as the one that signed it.
   * @throws {errors.JOSEError} if the issuer has no such key, or several that match
   * @throws {IssuerUnavailable}
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      this.#keys ??= this.#discover();
      const keys = await this.#keys;
      return await keys(header, token);
    } catch (error) {
      if (isFaultOfToken(error)) throw error;
      this.#log(error);
      throw new IssuerUnavailable('The issuer does not answer.', { cause: error });
    }
  }

  /** Finds the address of the keys; the next token tries again if this fails. */
  async #discover(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    try {
      const keys = await this.#fetch(
        `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        { redirect: 'error', signal: AbortSignal.timeout(REQUEST_LIMIT_MS) },
        (answer) => addressOfKeys(this.issuer, answer),
      );
      return createRemoteJWKSet(keys, {
        timeoutDuration: REQUEST_LIMIT_MS,
        cooldownDuration: FETCH_AGAIN_AFTER_MS,
        cacheMaxAge: KEPT_FOR_MS,
        [customFetch]: (url, options) => this.#fetch(url, options, keySet),
      });
    } catch (error) {
      this.#keys = null;
      throw error;
    }
  }

  /**
   * Fetches from the issuer, unless it has just failed: a call neither adds to its load nor waits for it.
   * @param read turns the answer into the result, and throws if it is invalid
   */
  async #fetch<T>(url: string, options: RequestInit, read: (answer: unknown) => T): Promise<T> {
    if (performance.now() - this.#failedAt < PAUSE_MS)
      throw new IssuerUnavailable('The issuer did not answer.');
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
      // A maintenance page is no answer, though it may come with 200.
      return read(await response.json());
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    }
  }

  #log(error: unknown): void {
    const now = performance.now();
    if (error instanceof IssuerUnavailable || now - this.#loggedAt < LOG_AGAIN_AFTER_MS) return;
    this.#loggedAt = now;
    this.#logger.warn(`Cannot fetch the token issuer's signing keys: ${errorMessage(error)}`);
  }
}

/** OpenID Connect Discovery 1.0, 4.3: the answer must name the issuer that was asked. */
function addressOfKeys(asked: string, answer: unknown): URL {
  const { issuer, jwks_uri } = answer as Record<string, unknown>;
  if (issuer !== asked) throw new Error('its configuration is that of another issuer');
  if (typeof jwks_uri !== 'string' || !URL.canParse(jwks_uri) || !isSecureTransport(new URL(jwks_uri)))
    throw new Error('its configuration names no jwks_uri that begins with https:');
  return new URL(jwks_uri);
}

/** @throws {errors.JWKSInvalid} if jose would discard the answer and fetch again with the next token */
function keySet(answer: unknown): Response {
  createLocalJWKSet(answer as JSONWebKeySet);
  return Response.json(answer);
}

/** Whether jose blames the token's own header, and not the issuer's answer. */
function isFaultOfToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}
