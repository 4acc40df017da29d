import type { FastifyRequest } from 'fastify';
import { prefersFeed } from '../protocol/feed-request.js';

export type Kind = 'read' | 'costly' | 'write';

type Call = Pick<FastifyRequest, 'method' | 'headers' | 'query' | 'params'> & {
  readonly routeOptions: Pick<FastifyRequest['routeOptions'], 'url' | 'config'>;
};

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** An answer of more items takes the time of several others. */
const MOST_CHEAP_ITEMS = 100;
const LARGE_BYTES = 64 * 1_024;
/** Of what was large lately; past that, whatever has not been asked for longest is forgotten. */
const MOST_KNOWN = 1_000;

/**
 * What a call will cost, by what it asks for: a long page, or a thing whose answer was large the last time, such as the
 * availability of a SKU with thousands of batches.
 */
export class CallCosts {
  readonly #large = new Set<string>();

  /** null: it waits for nobody, such as a call that needs no scope; a live feed has limits of its own. */
  kindOf(call: Call): Kind | null {
    const { method, headers, query, routeOptions } = call;
    if (routeOptions.config.needs === undefined) return null;
    if (!READS.has(method)) return 'write';
    if (routeOptions.url === '/v1/events' && prefersFeed(headers.accept)) return null;
    const { limit } = query as { limit?: unknown };
    if (Number(limit) > MOST_CHEAP_ITEMS) return 'costly';
    // The usual case, which shall cost nothing.
    if (this.#large.size === 0) return 'read';
    const name = nameOf(call);
    return name !== null && this.#large.has(name) ? 'costly' : 'read';
  }

  /** Takes note of how large the answer to a read was. */
  note(call: Call, bytes: number): void {
    if (!READS.has(call.method) || (bytes <= LARGE_BYTES && this.#large.size === 0)) return;
    const name = nameOf(call);
    if (name === null) return;
    this.#large.delete(name);
    if (bytes <= LARGE_BYTES) return;
    this.#large.add(name);
    if (this.#large.size > MOST_KNOWN) this.#large.delete([...this.#large.keys()][0]!);
  }
}

/** Whether an answer, before it is written down, is one that would take the time of several others. */
export function hasManyItems(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  // Each answer comes by here, and nearly all are small: nothing is made to look at them.
  for (const name in answer) {
    const part = (answer as Record<string, unknown>)[name];
    if (Array.isArray(part) && part.length > MOST_CHEAP_ITEMS) return true;
  }
  return false;
}

/** Of the thing that is asked for, however its code is encoded; null if it is no single thing. */
function nameOf({ routeOptions: { url }, params }: Call): string | null {
  const codes = Object.values((params ?? {}) as Record<string, string>);
  return codes.length === 0 ? null : [url, ...codes].join('\n');
}
