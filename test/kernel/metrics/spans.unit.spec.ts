import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { beginSpan, endSpan, inSpan, isTracing, bindTracer } from '../../../src/kernel/metrics/spans.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const IN_PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const OWN = { traceId: IN_PARENT.traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 };
const options = { kind: SpanKind.INTERNAL };

describe('without tracing', () => {
  it('no span is created, and the work runs nevertheless', async () => {
    expect(isTracing()).toBe(false);
    expect(beginSpan('work', options)).toBeNull();
    endSpan(null, new Error('nobody minds'));
    expect(await inSpan('work', { ...options, parent: PARENT }, (given) => Promise.resolve(given))).toBe(
      PARENT,
    );
    expect(await inSpan('work', options, (given) => Promise.resolve(given))).toBeUndefined();
  });
});

describe('a span', () => {
  interface Begun {
    readonly name: string;
    readonly options: object;
    readonly parent: object | undefined;
  }
  const begun: Begun[] = [];
  const done: unknown[] = [];
  const span = {
    spanContext: () => OWN,
    recordException: (error: Error) => done.push(error.message),
    setStatus: (status: object) => done.push(status),
    end: () => done.push('ended'),
  } as unknown as Span;

  beforeAll(() => {
    bindTracer({
      startSpan: (name: string, its: object, context: Context) => {
        begun.push({ name, options: its, parent: trace.getSpanContext(context) });
        return span;
      },
    } as unknown as Tracer);
  });
  beforeEach(() => {
    begun.length = 0;
    done.length = 0;
  });

  it('begins a trace, or continues that of its parent', () => {
    expect(isTracing()).toBe(true);
    beginSpan('first', options);
    beginSpan('second', { ...options, parent: PARENT, attributes: { sku: 'LAMP' } });
    beginSpan('third', { ...options, parent: 'nonsense' });

    expect(begun).toEqual([
      { name: 'first', options: { ...options, attributes: {}, links: [] }, parent: undefined },
      {
        name: 'second',
        options: { ...options, attributes: { sku: 'LAMP' }, links: [] },
        parent: { ...IN_PARENT, traceFlags: 1, isRemote: true },
      },
      { name: 'third', options: { ...options, attributes: {}, links: [] }, parent: undefined },
    ]);
  });

  it('links to the other traces, except malformed ones', () => {
    beginSpan('mails', { ...options, links: [PARENT, null, undefined, 'nonsense'] });
    expect(begun).toMatchObject([{ options: { links: [{ context: IN_PARENT }] } }]);
  });

  it('passes its traceparent to its work, and ends with it', async () => {
    const given = await inSpan('work', options, (traceparent) => {
      expect(done).toEqual([]);
      return Promise.resolve(traceparent);
    });
    expect(given).toBe(`00-${OWN.traceId}-${OWN.spanId}-01`);
    expect(done).toEqual(['ended']);
  });

  it.each([
    [new Error('broken'), 'broken'],
    ['words', 'a value that is no Error was thrown'],
  ])('records the error that it passes on: %p', async (thrown, message) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever is thrown
    const failing = inSpan('work', options, () => Promise.reject(thrown));
    await expect(failing).rejects.toBe(thrown);
    expect(done).toEqual([message, { code: SpanStatusCode.ERROR }, 'ended']);
  });
});
