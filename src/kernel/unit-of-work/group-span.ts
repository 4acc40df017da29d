import { SpanKind } from '@opentelemetry/api';
import type { Aggregate } from '../domain/store.js';
import { inSpan, isTracing } from '../metrics/spans.js';
import type { Work } from './run-group.js';

/** What shares the transaction of a group: the works of a call, or some of a large work. */
interface Entry {
  readonly works: readonly Work<Aggregate, unknown>[];
}

/** One span for the transaction of a group: in the trace of a single call, or linked to the traces of all its calls. */
export async function inGroupSpan(group: readonly Entry[], commit: () => Promise<void>): Promise<void> {
  if (!isTracing()) return commit();
  const traceparents = group.map(({ works: [first] }) => first?.cause.traceparent);
  const attributes = { 'earmark.group.size': group.reduce((sum, { works }) => sum + works.length, 0) };
  const among = group.length === 1 ? { parent: traceparents[0] } : { links: traceparents };
  return inSpan('commit', { kind: SpanKind.INTERNAL, attributes, ...among }, commit);
}
