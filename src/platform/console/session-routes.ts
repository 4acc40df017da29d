import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import { Forbidden, Unauthenticated } from '../access/callers/refusals.js';
import type { FailedAuthLimiter } from '../access/failed-auth-limiter.js';
import { rejectCrossOriginCookie } from '../access/same-origin.js';
import { endedSession, fitsInCookie, sessionCookie, sessionOf } from '../access/session-cookie.js';
import { ValidationFailed } from '../http/problems/problem.js';
import { Busy } from '../../kernel/domain/errors.js';

/** Room for a token and the JSON around it. */
const BODY_BYTES = 8 * 1_024;

/**
 * Serves `/console/session`: whether this browser is signed in, and the sign-in by a key. No answer holds the key, and no
 * script of the page can read the cookie that does.
 */
export function serveSession(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  failedAuth: FailedAuthLimiter,
  canUseIssuer: boolean,
): void {
  fastify.get('/console/session', async (request) => {
    const session = sessionOf(request);
    const isSecured = authenticator.isEnabled;
    const admission = isSecured && session !== undefined ? await authenticator.admit(session, []) : null;
    // Nobody knows while the database or the issuer is away, and the console must not ask for another key.
    if (admission instanceof Busy) throw admission;
    return { isSecured, signedIn: admission !== null && !(admission instanceof Error), canUseIssuer };
  });

  fastify.post('/console/session', { bodyLimit: BODY_BYTES }, async (request, reply) => {
    const crossOrigin = request.headers.origin === undefined ? undefined : rejectCrossOriginCookie(request);
    if (crossOrigin) throw crossOrigin;
    const key = keyIn(request.body);
    const admission = await authenticator.admit(`Bearer ${key}`, []);
    if (admission instanceof Unauthenticated || admission instanceof Forbidden)
      throw failedAuth.record(request.ip, admission);
    if (admission instanceof Error) throw admission;
    // While access control is off no key is known.
    if (admission.kind === 'nothing') throw failedAuth.record(request.ip, new Unauthenticated('key'));
    return reply.code(204).header('set-cookie', sessionCookie(key, request)).send();
  });

  fastify.delete('/console/session', (request, reply) => {
    const crossOrigin = sessionOf(request) === undefined ? undefined : rejectCrossOriginCookie(request);
    if (crossOrigin) throw crossOrigin;
    return reply.code(204).header('set-cookie', endedSession(request)).send();
  });
}

/** @throws {ValidationFailed} unless the body is `{key}`, and a cookie can hold that */
function keyIn(body: unknown): string {
  const fields =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : [];
  const errors = fields
    .filter(([field]) => field !== 'key')
    .map(([field]) => ({ field, message: `${field} is not a known field.` }));
  const key = (body as { readonly key?: unknown } | null | undefined)?.key;
  if (typeof key !== 'string' || key === '')
    errors.push({ field: 'key', message: 'key must be an API key, or a token.' });
  else if (!fitsInCookie(key)) errors.push({ field: 'key', message: 'key must fit into a cookie.' });
  if (errors.length > 0) throw new ValidationFailed(errors);
  return key as string;
}
