import type { FastifyInstance } from 'fastify';
import type { Authenticator } from './authenticator.js';
import type { Admission, Caller, Scope } from './callers/caller.js';
import type { FailedAuthLimiter } from './failed-auth-limiter.js';
import { rejectCrossOrigin, rejectCrossOriginCookie } from './same-origin.js';
import { sessionOf } from './session-cookie.js';
import { Forbidden, Unauthenticated } from './callers/refusals.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scopes of which a call of the route needs one. With an empty list, any known caller may make it. */
    needs?: readonly Scope[];
  }
  interface FastifyRequest {
    /** Set for calls that need a scope. */
    caller: Caller;
  }
}

/** Routes that need no scope: the health of the service, its documents, and the console with the way to it. */
const OPEN = /^\/$|^\/(?:health|docs|problems|console)(?:\/|$)|^\/(?:openapi|asyncapi)\.json$/;

/** A route names no scope. It is a fault in the code, and stops the start. */
export class UnguardedRoute extends Error {
  constructor(url: string) {
    super(`The route ${url} names no scope: give its method @RequiresScope(…) or @RequiresCaller().`);
    this.name = 'UnguardedRoute';
  }
}

/**
 * Requires of every call a scope that its route names, before a byte of its body is read. Nest's guards run after that: a
 * stranger could have 1 MiB of JSON parsed for each 401.
 * @param takesCookie whether the cookie of the console counts as the header that a call lacks
 * @throws {UnguardedRoute} later, when a route is added that names no scope and is not open
 */
export function requireScopes(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  failedAuth: FailedAuthLimiter,
  takesCookie = false,
): void {
  fastify.decorateRequest('caller');
  fastify.addHook('onRoute', ({ url, config }) => {
    if (config?.needs === undefined && !OPEN.test(url)) throw new UnguardedRoute(url);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    // A 404 for an unknown path needs no key: the document lists the paths anyway.
    const scopes = request.routeOptions.config.needs;
    if (scopes === undefined) return done();
    const answer = (admission: Admission): void => {
      if (admission instanceof Error) {
        // For the log, which names a known caller who is rejected.
        if (admission instanceof Forbidden && admission.caller) request.caller = admission.caller;
        const isTry = admission instanceof Unauthenticated || admission instanceof Forbidden;
        done(isTry ? failedAuth.record(request.ip, admission) : admission);
        return;
      }
      request.caller = admission;
      done(admission.kind === 'nothing' ? rejectCrossOrigin(request) : undefined);
    };
    const { authorization } = request.headers;
    const isByCookie = takesCookie && authorization === undefined && authenticator.isEnabled;
    const session = isByCookie ? sessionOf(request) : undefined;
    const crossOrigin = session === undefined ? undefined : rejectCrossOriginCookie(request);
    if (crossOrigin !== undefined) return done(crossOrigin);
    const admission = authenticator.admit(session ?? authorization, scopes);
    if (admission instanceof Promise) admission.then(answer, done);
    else answer(admission);
  });
}
