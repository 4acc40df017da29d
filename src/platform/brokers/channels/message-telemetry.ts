import { SpanKind, type Attributes } from '@opentelemetry/api';
import { initialiseAtZero, metrics } from '../../../kernel/metrics/instruments.js';
import { beginSpan, endSpan, traceparentOf } from '../../../kernel/metrics/spans.js';
import type { OutgoingMessage } from './broker.js';
import { incomingOf, outgoingOf, type Registry } from './channel.js';

const known = new Map<string, Attributes>();

/**
 * The labels of the message counters: one object for each channel of each broker.
 * @param channel one of the registry: each new name takes memory for ever
 */
export function labelsOf(broker: string, channel: string): Attributes {
  const key = `${broker} ${channel}`;
  let labels = known.get(key);
  if (!labels) {
    labels = { 'messaging.system': broker, 'messaging.destination.name': channel };
    known.set(key, labels);
  }
  return labels;
}

export function initialiseMessageCounts(broker: string, registry: Registry): void {
  const ofEach = (channels: readonly { readonly name: string }[]) =>
    channels.map(({ name }) => labelsOf(broker, name));
  initialiseAtZero(metrics.messagesOut, ...ofEach(outgoingOf(registry)));
  initialiseAtZero(metrics.messagesIn, ...ofEach(incomingOf(registry)));
  initialiseAtZero(metrics.deadLetters, ...ofEach(incomingOf(registry)));
}

/** Publishes each message in its own span, if spans are recorded; the message carries the traceparent of that span. */
export async function publishInSpans(
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
