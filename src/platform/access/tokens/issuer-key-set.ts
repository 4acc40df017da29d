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

/** For how long the issuer's keys are believed without asking again: one that it withdraws is good no longer. */
const KEPT_FOR_MS = 600_000;
/** How often a key that is not known may have the issuer asked, so that made-up ones cannot make us pester it. */
export const ASK_AGAIN_AFTER_MS = 10_000;
/** For how long an issuer that did not answer is left alone. */
const PAUSE_MS = 1_000;
/** For how long an answer of the issuer is waited for. */
const PATIENCE_MS = 3_000;
/** How often the log is told of it. */
const TELL_AGAIN_AFTER_MS = 60_000;

/** The issuer's keys cannot be had. It says nothing about the token. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

/** The keys of an issuer, found where OpenID Connect Discovery says, when the first token comes. */
export class IssuerKeySet {
  readonly #logger = new Logger('access');
  readonly #issuer: string;
  #found: Promise<ReturnType<typeof createRemoteJWKSet>> | null = null;
  #failedAt = -Infinity;
  #toldAt = -Infinity;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /**
   * The key that a token says it was signed with.
   * @throws {errors.JOSEError} where the issuer has no such key, or several that could be meant
   * @throws {IssuerUnavailable}
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      this.#found ??= this.#discover();
      const keys = await this.#found;
      return await keys(header, token);
    } catch (error) {
      if (isOfTheToken(error)) throw error;
      this.#tell(error);
      throw new IssuerUnavailable('The issuer does not answer.', { cause: error });
    }
  }

  /** Where its keys are; asked again with the next token where that could not be told. */
  async #discover(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    try {
      const keys = await this.#ask(
        `${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) },
        (answer) => addressOfKeys(this.#issuer, answer),
      );
      return createRemoteJWKSet(keys, {
        timeoutDuration: PATIENCE_MS,
        cooldownDuration: ASK_AGAIN_AFTER_MS,
        cacheMaxAge: KEPT_FOR_MS,
        [customFetch]: (url, options) => this.#ask(url, options, keySet),
      });
    } catch (error) {
      this.#found = null;
      throw error;
    }
  }

  /**
   * Asks the issuer, unless it has just failed to answer: its troubles are neither made worse nor waited for.
   * @param read makes of the answer what is wanted, and throws where it is none
   */
  async #ask<T>(url: string, options: RequestInit, read: (answer: unknown) => T): Promise<T> {
    if (performance.now() - this.#failedAt < PAUSE_MS)
      throw new IssuerUnavailable('The issuer did not answer.');
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) throw new Error(`${url} is answered with ${response.status}`);
      // A page that asks for patience is no answer, though it may come with 200.
      return read(await response.json());
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    }
  }

  #tell(error: unknown): void {
    const now = performance.now();
    if (error instanceof IssuerUnavailable || now - this.#toldAt < TELL_AGAIN_AFTER_MS) return;
    this.#toldAt = now;
    this.#logger.warn(`The keys of the issuer of tokens cannot be had: ${errorMessage(error)}`);
  }
}

/** OpenID Connect Discovery 1.0, 4.3: whoever answers for another one is not believed. */
function addressOfKeys(asked: string, answer: unknown): URL {
  const { issuer, jwks_uri } = answer as Record<string, unknown>;
  if (issuer !== asked) throw new Error('its configuration is that of another issuer');
  if (typeof jwks_uri !== 'string' || !URL.canParse(jwks_uri) || !isSecureTransport(new URL(jwks_uri)))
    throw new Error('its configuration names no jwks_uri that begins with https:');
  return new URL(jwks_uri);
}

/** @throws {errors.JWKSInvalid} where jose would throw it away, and ask again with the next token */
function keySet(answer: unknown): Response {
  createLocalJWKSet(answer as JSONWebKeySet);
  return Response.json(answer);
}

/** What jose says of the token's own header, and not of the issuer's answer. */
function isOfTheToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}
