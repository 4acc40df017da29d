import type { FastifyRequest } from 'fastify';
import { SAFE_METHODS } from '../protocol/allowed-methods.js';
import { prefersFeed } from '../protocol/feed-request.js';

export type CallKind = 'read' | 'costly' | 'write';

type Call = Pick<FastifyRequest, 'method' | 'headers' | 'query' | 'params'> & {
  readonly routeOptions: Pick<FastifyRequest['routeOptions'], 'url' | 'config'>;
};

/** An answer with more items takes as long as several small ones. */
const MOST_CHEAP_ITEMS = 100;
const LARGE_BYTES = 64 * 1_024;
/** Large answers that are remembered; beyond that, the one least recently asked for is forgotten. */
const MOST_KNOWN = 1_000;

/**
 * Guesses the cost of a call before it runs: a read is costly if it asks for a long page, or if its last answer was large,
 * such as the availability of a SKU with thousands of batches.
 */
export class CallCosts {
  readonly #large = new Set<string>();

  /** @returns null for a call that is never queued: one that needs no scope, or a bulk call or live feed, which have limits of their own */
  classify(call: Call): CallKind | null {
    const { method, headers, query, routeOptions } = call;
    if (routeOptions.config.needs === undefined || routeOptions.config.takesRows) return null;
    if (!SAFE_METHODS.has(method)) return 'write';
    if (routeOptions.url === '/v1/events' && prefersFeed(headers.accept)) return null;
    const { limit } = query as { limit?: unknown };
    if (Number(limit) > MOST_CHEAP_ITEMS) return 'costly';
    // The usual case, kept cheap.
    if (this.#large.size === 0) return 'read';
    const name = nameOf(call);
    return name !== null && this.#large.has(name) ? 'costly' : 'read';
  }

  /** Remembers how large the answer to a read was. */
  record(call: Call, bytes: number): void {
    if (!SAFE_METHODS.has(call.method) || (bytes <= LARGE_BYTES && this.#large.size === 0)) return;
    const name = nameOf(call);
    if (name === null) return;
    this.#large.delete(name);
    if (bytes <= LARGE_BYTES) return;
    this.#large.add(name);
    if (this.#large.size > MOST_KNOWN) this.#large.delete([...this.#large.keys()][0]!);
  }
}

/** Whether serialising this answer would take as long as several small ones. */
export function hasManyItems(answer: unknown): answer is object {
  if (typeof answer !== 'object' || answer === null) return false;
  // Runs for every answer, and nearly all are small: no array of entries is made.
  for (const name in answer) {
    const part = (answer as Record<string, unknown>)[name];
    if (Array.isArray(part) && part.length > MOST_CHEAP_ITEMS) return true;
  }
  return false;
}

/** The resource that is asked for, however its path is encoded; null if it is a list. */
function nameOf({ routeOptions: { url }, params }: Call): string | null {
  const codes = Object.values((params ?? {}) as Record<string, string>);
  return codes.length === 0 ? null : [url, ...codes].join('\n');
}
