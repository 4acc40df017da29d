import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../problems/problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    takesIfMatch?: boolean;
    takesIfNoneMatch?: boolean;
  }
}

/** RFC 9110, 13.1, in the order in which they are checked. */
const PRECONDITIONS = {
  'if-match': 'If-Match',
  'if-unmodified-since': 'If-Unmodified-Since',
  'if-none-match': 'If-None-Match',
  'if-modified-since': 'If-Modified-Since',
  'if-range': 'If-Range',
} as const;
type Precondition = keyof typeof PRECONDITIONS;
const NAMES = Object.keys(PRECONDITIONS) as Precondition[];

/**
 * Rejects a call with a precondition that its route does not honour: the caller relies on it, and a change would be made
 * although the condition may not hold. Must be called after `requireScopes`, so that strangers learn nothing.
 */
export function rejectUnsupportedPreconditions(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    for (const name of NAMES) {
      if (headers[name] === undefined || isHonoured(name, request)) continue;
      done(new ValidationFailed([{ field: PRECONDITIONS[name], message: messageFor(name, request) }]));
      return;
    }
    done();
  });
}

function isHonoured(name: Precondition, { method, is404, routeOptions }: FastifyRequest): boolean {
  if (is404) return true;
  const { takesIfMatch = false, takesIfNoneMatch = false } = routeOptions.config;
  switch (name) {
    case 'if-match':
      return takesIfMatch;
    case 'if-none-match':
      return takesIfNoneMatch;
    case 'if-modified-since':
    case 'if-range':
      // RFC 9110: a resource without a date ignores both, and the whole answer is right.
      return method === 'GET' || method === 'HEAD';
    case 'if-unmodified-since':
      return false;
  }
}

function messageFor(name: Precondition, { routeOptions }: FastifyRequest): string {
  const { takesIfMatch, takesIfNoneMatch } = routeOptions.config;
  const instead = takesIfMatch ? 'If-Match' : takesIfNoneMatch ? 'If-None-Match' : undefined;
  const advice = instead === undefined ? 'leave it out' : `use ${instead}, or leave it out`;
  return `${PRECONDITIONS[name]} is not supported by this call: ${advice}.`;
}
