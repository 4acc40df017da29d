import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, type Span, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { OutgoingMessage } from '../../../../src/platform/brokers/channels/broker.js';
import { publishInSpans } from '../../../../src/platform/brokers/channels/message-telemetry.js';
import { bindTracer } from '../../../../src/kernel/metrics/spans.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const OWN_SPAN = 'b7ad6b7169203331';

const message = (channel: string): OutgoingMessage => ({
  id: '1',
  channel,
  key: 'k',
  body: Buffer.alloc(0),
  traceparent: PARENT,
});

describe('Outgoing messages', () => {
  let done: unknown[];
  beforeEach(() => {
    done = [];
  });

  const published = async (...messages: readonly OutgoingMessage[]) => {
    let sent: readonly OutgoingMessage[] = [];
    await publishInSpans(messages, (traced) => {
      sent = traced;
      done.push('published');
      return Promise.resolve();
    });
    return sent;
  };

  it('are sent unchanged if traces are off', async () => {
    const [first, second] = [message('a'), message('b')];
    expect(await published(first, second)).toEqual([first, second]);
  });

  it('carry the traceparent of their own span, which ends once they are sent', async () => {
    bindTracer({ startSpan: begin } as unknown as Tracer);
    const sent = await published(message('a'), message('b'));
    expect(sent.map(({ traceparent }) => traceparent)).toEqual([
      `00-${TRACE}-${OWN_SPAN}-01`,
      `00-${TRACE}-${OWN_SPAN}-01`,
    ]);
    expect(done).toEqual([
      ['send a', SpanKind.PRODUCER, TRACE],
      ['send b', SpanKind.PRODUCER, TRACE],
      'published',
      'ended',
      'ended',
    ]);
  });

  it('record the error in their spans if they cannot be sent', async () => {
    bindTracer({ startSpan: begin } as unknown as Tracer);
    const failing = publishInSpans([message('a')], () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    expect(done.slice(1)).toEqual(['away', 'ended']);
  });

  function begin(name: string, { kind }: { kind: SpanKind }, context: Context): Span {
    done.push([name, kind, trace.getSpanContext(context)?.traceId]);
    return {
      spanContext: () => ({ traceId: TRACE, spanId: OWN_SPAN, traceFlags: 1 }),
      recordException: (error: Error) => done.push(error.message),
      setStatus: () => undefined,
      end: () => done.push('ended'),
    } as unknown as Span;
  }
});
