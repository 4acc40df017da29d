import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import type { Caller } from '../access/callers/caller.js';
import { TooManyRequests, Unauthenticated } from '../access/callers/refusals.js';
import type { FailedAuthLimiter } from '../access/failed-auth-limiter.js';
import { fitsInCookie, sessionCookie } from '../access/session-cookie.js';
import { formatCookie, readCookie } from '../http/protocol/cookies.js';
import { Busy } from '../../kernel/domain/errors.js';
import { SignInFailed, type IssuerSignIn } from './issuer-sign-in.js';

const BEGIN = '/console/sign-in';
const RETURN = `${BEGIN}/return`;

/** Holds the secrets of a sign-in while the person is at the issuer. */
const COOKIE = 'earmark_sign_in';
const ATTEMPT_SECONDS = 600;

/** A HEAD, such as a preview sends, must not use up the code. */
const ROUTE = { exposeHeadRoute: false };

/**
 * Serves the sign-in with the issuer of tokens. Whatever happens, the browser ends at the console, which says what failed:
 * `/console/?signInFailed=…` with a code of `SignInFailure`.
 */
export function serveSignIn(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  failedAuth: FailedAuthLimiter,
  signIn: IssuerSignIn | null,
): void {
  const logger = new Logger('access');

  /** Counted like a key that is refused, which also limits the lines of the log. */
  const failed = (request: FastifyRequest, error: unknown): SignInFailed => {
    if (!(error instanceof SignInFailed)) throw error;
    const refusal = failedAuth.record(request.ip, new Unauthenticated('token'));
    if (refusal instanceof TooManyRequests) throw refusal;
    logger.warn(`Sign-in to the console failed (${error.code}): ${error.message}`);
    return error;
  };

  fastify.get(BEGIN, ROUTE, async (request, reply) => {
    const begin = async (): Promise<string> => {
      const { location, secrets } = await required(signIn).begin(returnUri(request));
      void reply.header('set-cookie', attemptCookie(secrets, request));
      return location;
    };
    const location = await begin().catch((error) => `./?signInFailed=${failed(request, error).code}`);
    return reply.redirect(location, 302);
  });

  fastify.get(RETURN, ROUTE, async (request, reply) => {
    const finish = async (): Promise<string> => {
      const secrets = readCookie(COOKIE, request.headers);
      const answer = new URL(request.url, 'http://localhost').searchParams;
      const token = await required(signIn).finish(answer, secrets, returnUri(request));
      const { expiresAt } = await callerOf(token, authenticator);
      const seconds = Math.floor((expiresAt - Date.now()) / 1_000);
      void reply.header('set-cookie', sessionCookie(token, request, seconds));
      return '../';
    };
    const location = await finish().catch((error) => `../?signInFailed=${failed(request, error).code}`);
    return reply.header('set-cookie', attemptCookie('', request, 0)).redirect(location, 302);
  });
}

function required(signIn: IssuerSignIn | null): IssuerSignIn {
  if (signIn === null) throw new SignInFailed('not-set-up', 'OIDC_CLIENT_ID is not set');
  return signIn;
}

/** The caller that calls with the token will have: it is checked as it will be then. */
async function callerOf(
  token: string,
  authenticator: Authenticator,
): Promise<Caller & { readonly expiresAt: number }> {
  if (!fitsInCookie(token)) throw new SignInFailed('token-too-long', `it has ${token.length} characters`);
  const caller = await authenticator.admit(`Bearer ${token}`, []);
  if (caller instanceof Busy) throw new SignInFailed('issuer-unavailable', 'its signing keys are missing');
  if (caller instanceof Error || caller.expiresAt === undefined)
    throw new SignInFailed('token-rejected', 'LOG_LEVEL=debug shows why');
  return { ...caller, expiresAt: caller.expiresAt };
}

/** Where the issuer sends the browser back to: the origin by which it reached the service. */
const returnUri = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}${RETURN}`;

/** `Lax`, since the browser comes back from another site. */
const attemptCookie = (
  secrets: string,
  { protocol }: FastifyRequest,
  maxAgeSeconds = ATTEMPT_SECONDS,
): string =>
  formatCookie(COOKIE, secrets, {
    path: BEGIN,
    sameSite: 'Lax',
    isSecure: protocol === 'https',
    maxAgeSeconds,
  });
