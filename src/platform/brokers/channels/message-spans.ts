import { SpanKind } from '@opentelemetry/api';
import { beginSpan, endSpan, traceparentOf } from '../../../kernel/metrics/spans.js';
import type { OutgoingMessage } from './broker.js';

/** Publishes messages each within a span of its own, where there are spans: it is that which the message carries then. */
export async function inSpans(
  messages: readonly OutgoingMessage[],
  publish: (messages: readonly OutgoingMessage[]) => Promise<void>,
): Promise<void> {
  const spans = messages.map(({ channel, traceparent }) =>
    beginSpan(`send ${channel}`, { kind: SpanKind.PRODUCER, parent: traceparent }),
  );
  const traced = messages.map((message, i) => {
    const span = spans[i];
    return span ? { ...message, traceparent: traceparentOf(span) } : message;
  });
  let failure: unknown;
  try {
    await publish(traced);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    for (const span of spans) endSpan(span ?? null, failure);
  }
}
