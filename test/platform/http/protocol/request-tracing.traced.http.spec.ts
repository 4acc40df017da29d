import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { ServiceLogger } from '../../../../src/platform/logging/service-logger.js';
import { bindTracer } from '../../../../src/kernel/metrics/spans.js';
import { startProbe } from '../probe.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const OWN_SPAN = 'b7ad6b7169203331';

/** A span as it was when it ended. */
interface Ended {
  name: string;
  readonly kind: SpanKind;
  readonly parent: string | undefined;
  readonly attributes: Record<string, unknown>;
  status?: SpanStatusCode;
}

let app: NestFastifyApplication;
const ended: Ended[] = [];
beforeAll(async () => {
  bindTracer({ startSpan: begin } as unknown as Tracer);
  app = await startProbe();
});
beforeEach(() => {
  ended.length = 0;
});
afterAll(() => app.close());

function begin(
  name: string,
  { kind, attributes }: { kind: SpanKind; attributes: object },
  context: Context,
): Span {
  const parent = trace.getSpanContext(context)?.traceId;
  const its: Ended = { name, kind, parent, attributes: { ...attributes } };
  const span = {
    spanContext: () => ({ traceId: parent ?? TRACE, spanId: OWN_SPAN, traceFlags: 1 }),
    updateName(to: string) {
      its.name = to;
      return span;
    },
    setAttribute(key: string, value: unknown) {
      its.attributes[key] = value;
      return span;
    },
    setStatus({ code }: { code: SpanStatusCode }) {
      its.status = code;
      return span;
    },
    end: () => void ended.push(its),
  };
  return span as unknown as Span;
}

const call = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
  app.inject({ method, url, ...(payload && { payload }), headers: { traceparent: TRACEPARENT } });

describe('The span of a call', () => {
  it('has the route and status of the call, and continues the trace of the caller', async () => {
    await call('GET', '/v1/shelves/A-1?sku=LAMP');
    expect(ended).toEqual([
      {
        name: 'GET /v1/shelves/:reference',
        kind: SpanKind.SERVER,
        parent: TRACE,
        attributes: {
          'http.request.method': 'GET',
          'url.path': '/v1/shelves/A-1',
          'http.route': '/v1/shelves/:reference',
          'http.response.status_code': 200,
        },
      },
    ]);
  });

  it('begins a trace if the call brings none', async () => {
    await app.inject('/v1/shelves');
    expect(ended).toMatchObject([{ name: 'GET /v1/shelves', parent: undefined }]);
  });

  it('has no route on an unknown path', async () => {
    await call('GET', '/nope');
    await call('PUT', '/v1/shelves');
    expect(ended).toMatchObject([
      { name: 'GET', attributes: { 'http.response.status_code': 404 } },
      { name: 'PUT', attributes: { 'http.response.status_code': 405 } },
    ]);
    for (const { attributes } of ended) expect(attributes).not.toHaveProperty('http.route');
  });

  it('is named in the log if the call fails', async () => {
    let written = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
    Logger.overrideLogger(new ServiceLogger('info'));
    await call('POST', '/v1/shelves', { reference: 'A-1', sku: 'BROKEN', quantity: 1 });
    Logger.overrideLogger(false);
    jest.restoreAllMocks();
    expect(JSON.parse(written)).toMatchObject({ trace_id: TRACE, span_id: OWN_SPAN });
  });

  it('has the status error for a fault of ours, and not for a refusal', async () => {
    const shelf = (sku: string) => ({ reference: 'A-1', sku, quantity: 1 });
    await call('POST', '/v1/shelves', shelf('FULL'));
    await call('POST', '/v1/shelves', shelf('BROKEN'));
    expect(ended.map(({ status }) => status)).toEqual([undefined, SpanStatusCode.ERROR]);
  });
});
