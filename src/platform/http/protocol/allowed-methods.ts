import type { FastifyRequest, RouteOptions } from 'fastify';
import { frameworkProblem, type Problem } from '../problems/problem.js';

/** RFC 9110, 9.2.1: methods that change nothing. */
export const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Remembers the routes, so that a wrong method on a known path gets 405 and not 404. */
export class AllowedMethods {
  readonly #paths = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    const known = this.#paths.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    this.#paths.set(url, known);
    for (const each of [method].flat()) known.methods.add(each);
  }

  /** 405 with `Allow`, if the path has routes for other methods only. */
  methodNotAllowed({ url, method }: Pick<FastifyRequest, 'url' | 'method'>): Problem | undefined {
    const [path = ''] = url.split('?', 1);
    const allowed = new Set<string>();
    for (const known of this.#paths.values()) {
      if (known.pattern.test(path)) known.methods.forEach((each) => allowed.add(each));
    }
    if (allowed.size === 0 || allowed.has(method)) return undefined;
    return frameworkProblem(405, { allow: [...allowed].sort().join(', ') });
  }
}

/** `/v1/batches/:reference` and `/docs/*`, as the router matches them. */
function patternOf(url: string): RegExp {
  const literal = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/:[^/]+/g, '[^/]+').replace('*', '.*')}$`);
}
