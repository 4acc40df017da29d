import type { Attributes } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { measured } from './instruments.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Measures every call. What nobody answers has no route and no label of its own, or whoever guesses addresses would
 * fill our memory and Prometheus'. A live feed is not among them: Fastify calls no hook at the end of an answer that its
 * handler has taken into its own hands, and how long somebody listens is no measure of anything.
 */
export function measureRequests(fastify: FastifyInstance): void {
  const labels = new Labels();
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    measured.requestDuration.record(
      reply.elapsedTime / 1_000,
      labels.of(request.method, request.is404 ? undefined : url, reply.statusCode),
    );
    done();
  });
}

/** The labels of a call: made once for each there are, since this runs for every call. */
class Labels {
  readonly #known = new Map<string, Attributes>();

  of(method: string, route: string | undefined, status: number): Attributes {
    const key = `${status}${method} ${route}`;
    let labels = this.#known.get(key);
    if (!labels) {
      labels = {
        'http.request.method': METHODS.has(method) ? method : '_OTHER',
        ...(route !== undefined && { 'http.route': route }),
        'http.response.status_code': status,
      };
      this.#known.set(key, labels);
    }
    return labels;
  }
}
