import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../problems/problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    takesIfMatch?: boolean;
    takesIfNoneMatch?: boolean;
  }
}

const isRead = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD';

/** RFC 9110, 13.1: which calls honour each precondition, in the order in which they are checked. */
const PRECONDITIONS = Object.entries<(request: FastifyRequest) => boolean>({
  'If-Match': ({ routeOptions }) => routeOptions.config.takesIfMatch === true,
  'If-Unmodified-Since': () => false,
  'If-None-Match': ({ routeOptions }) => routeOptions.config.takesIfNoneMatch === true,
  // A resource without a date ignores both, and the whole answer is right.
  'If-Modified-Since': isRead,
  'If-Range': isRead,
}).map(([name, isHonoured]) => ({ name, header: name.toLowerCase(), isHonoured }));

/**
 * Rejects a call with a precondition that its route does not honour: the caller relies on it, and a change would be made
 * although the condition may not hold. Must be called after `requireScopes`, so that strangers learn nothing.
 */
export function rejectUnsupportedPreconditions(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    for (const { header, name, isHonoured } of PRECONDITIONS) {
      if (request.headers[header] === undefined || request.is404 || isHonoured(request)) continue;
      return done(new ValidationFailed([{ field: name, message: messageFor(name, request) }]));
    }
    done();
  });
}

function messageFor(name: string, { routeOptions }: FastifyRequest): string {
  const { takesIfMatch, takesIfNoneMatch } = routeOptions.config;
  const instead = takesIfMatch ? 'If-Match' : takesIfNoneMatch ? 'If-None-Match' : undefined;
  const advice = instead === undefined ? 'leave it out' : `use ${instead}, or leave it out`;
  return `${name} is not supported by this call: ${advice}.`;
}
