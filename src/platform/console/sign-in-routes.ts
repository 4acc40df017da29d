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
import { returnPath } from './return-path.js';

const BEGIN = '/console/sign-in';
const RETURN = `${BEGIN}/return`;

/**
 * Holds the secrets of a sign-in, and the page that it returns to, while the person is at the issuer. After it has expired the
 * sign-in has to begin again, and leads to the start page.
 */
const COOKIE = 'earmark_sign_in';
const ATTEMPT_SECONDS = 600;

/** The parameter with the path of the page to return to. */
const RETURN_TO = 'returnTo';

/** A HEAD, such as a preview sends, must not use up the code. */
const ROUTE = { exposeHeadRoute: false };

/**
 * Serves the sign-in with the issuer of tokens. Whatever happens, the browser ends at the page of the console from which it
 * came, or at the start page, which says what failed: `?signInFailed=…` with a code of `SignInFailure`.
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
    const path = returnPath(queryOf(request).get(RETURN_TO));
    const begin = async (): Promise<string> => {
      const { location, secrets } = await required(signIn).begin(returnUri(request));
      void reply.header('set-cookie', attemptCookie(withPath(secrets, path), request));
      return location;
    };
    const location = await begin().catch((error) => `./${withFailure(path, failed(request, error))}`);
    return reply.redirect(location, 302);
  });

  fastify.get(RETURN, ROUTE, async (request, reply) => {
    const { secrets, path } = readAttempt(readCookie(COOKIE, request.headers));
    const finish = async (): Promise<string> => {
      const token = await required(signIn).finish(queryOf(request), secrets, returnUri(request));
      const { expiresAt } = await callerOf(token, authenticator);
      const seconds = Math.floor((expiresAt - Date.now()) / 1_000);
      void reply.header('set-cookie', sessionCookie(token, request, seconds));
      return `../${path}`;
    };
    const location = await finish().catch((error) => `../${withFailure(path, failed(request, error))}`);
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

const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URL(url, 'http://localhost').searchParams;

const withFailure = (path: string, { code }: SignInFailed): string =>
  `${path}${path.includes('?') ? '&' : '?'}signInFailed=${code}`;

/** Stands between the secrets, which are of letters, digits, `-`, `_` and dots, and the path. */
const SEPARATOR = ':';

/** @param path as `returnPath` gives it */
const withPath = (secrets: string, path: string): string =>
  path === '' ? secrets : secrets + SEPARATOR + Buffer.from(`/console/${path}`).toString('base64url');

function readAttempt(cookie: string | undefined): { secrets: string | undefined; path: string } {
  const [secrets, path = ''] = cookie?.split(SEPARATOR) ?? [];
  return { secrets, path: returnPath(Buffer.from(path, 'base64url').toString()) };
}

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
