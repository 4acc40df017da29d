import type { FastifyInstance } from 'fastify';
import type { Authenticator } from './authenticator.js';
import type { Admission, Caller, Scope } from './callers/caller.js';
import type { FailedAuthLimiter } from './failed-auth-limiter.js';
import { rejectCrossOrigin } from './same-origin.js';
import { Forbidden, Unauthenticated } from './callers/refusals.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scopes of which a call of the route needs one. */
    needs?: readonly [Scope, ...Scope[]];
  }
  interface FastifyRequest {
    /** Of calls that need a scope. */
    caller: Caller;
  }
}

/** What anybody may see: that the service is well, and how it is to be talked to. */
const OPEN = /^\/(?:health|docs)(?:\/|$)|^\/(?:openapi|asyncapi)\.json$/;

/** A route forgot to say what its callers need. It is a fault in the code, and stops the start. */
export class UnguardedRoute extends Error {
  constructor(url: string) {
    super(`The route ${url} does not say which scope its callers need: give its method @RequiresScope(…).`);
    this.name = 'UnguardedRoute';
  }
}

/**
 * Asks every call for the scope that its route names, before a byte of its body is read. Nest's guards come after
 * that: a stranger could have 1 MiB of JSON parsed for each 401.
 *
 * @throws {UnguardedRoute} later, when a route is added that names none and is not open to anybody
 */
export function requireScopes(
  fastify: FastifyInstance,
  access: Authenticator,
  failedTries: FailedAuthLimiter,
): void {
  fastify.decorateRequest('caller');
  fastify.addHook('onRoute', ({ url, config }) => {
    if (config?.needs === undefined && !OPEN.test(url)) throw new UnguardedRoute(url);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    // An address that nobody answers needs no key to be told so: what there is stands in the document.
    const scopes = request.routeOptions.config.needs;
    if (scopes === undefined) {
      done();
      return;
    }
    const answer = (admission: Admission): void => {
      if (admission instanceof Error) {
        // The log names a caller who is known and may not.
        if (admission instanceof Forbidden && admission.caller) request.caller = admission.caller;
        const isTry = admission instanceof Unauthenticated || admission instanceof Forbidden;
        done(isTry ? failedTries.record(request.ip, admission) : admission);
        return;
      }
      request.caller = admission;
      done(admission.kind === 'nothing' ? rejectCrossOrigin(request) : undefined);
    };
    const admission = access.admit(request.headers.authorization, scopes);
    if (admission instanceof Promise) admission.then(answer, done);
    else answer(admission);
  });
}
