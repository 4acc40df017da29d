import type { FastifyInstance } from 'fastify';
import { ENCODED, isEncoded } from '../protocol/json-body.js';
import { frameworkProblem, Problem } from '../problems/problem.js';

/** The media type of rows: a JSON object on each line. */
export const NDJSON = 'application/x-ndjson';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the body of the route is a stream of rows. */
    takesRows?: boolean;
  }
}

/** The body of a bulk call is of another type, or missing. */
export const NOT_ROWS = new Problem(415, 'unsupported-media-type', `The body must be ${NDJSON}.`);

/**
 * Hands the body of a bulk call to its handler as it arrives; a bulk call with another body gets 415, and so does another call
 * with rows. Must be called after `acceptJsonOnly`, and before the routes are added.
 */
export function acceptRows(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(NDJSON, (request, body, done) => {
    const { takesRows = false } = request.routeOptions.config;
    done(takesRows ? null : frameworkProblem(415), body);
  });
  fastify.addHook('onRoute', (route) => {
    if (!route.config?.takesRows) return;
    route.preParsing = (request, _reply, body, done) => {
      const [type = ''] = request.headers['content-type']?.split(';', 1) ?? [];
      if (type.trim().toLowerCase() !== NDJSON) done(NOT_ROWS);
      else done(isEncoded(request) ? ENCODED : null, body);
    };
  });
}
