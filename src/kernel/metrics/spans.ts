import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceparent, formatTraceparent } from './traceparent.js';

/** Null while tracing is off: then no span is created. */
let tracer: Tracer | null = null;

export function bindTracer(newTracer: Tracer): void {
  tracer = newTracer;
}

export function isTracing(): boolean {
  return tracer !== null;
}

interface SpanOptions {
  readonly kind: SpanKind;
  /** The `traceparent` of its parent. If it is left out or malformed, the span begins a trace. */
  readonly parent?: string | null | undefined;
  /** The `traceparent`s of other traces that it belongs to. */
  readonly links?: readonly (string | null | undefined)[];
  readonly attributes?: Attributes;
}

/** Begins a span, which the caller has to end; null if tracing is off. */
export function beginSpan(
  name: string,
  { kind, parent, links = [], attributes = {} }: SpanOptions,
): Span | null {
  return (
    tracer?.startSpan(name, { kind, attributes, links: links.flatMap(linkTo) }, contextOf(parent)) ?? null
  );
}

export function endSpan(span: Span | null, error?: unknown): void {
  if (!span) return;
  if (error !== undefined) {
    span.recordException(error instanceof Error ? error : new Error('a value that is no Error was thrown'));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** Runs the work in a span. The work gets the `traceparent` for what it causes. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  const span = beginSpan(name, options);
  if (!span) return work(options.parent ?? undefined);
  try {
    const result = await work(traceparentOf(span));
    endSpan(span);
    return result;
  } catch (error) {
    endSpan(span, error);
    throw error;
  }
}

export function traceparentOf(span: Span): string {
  return formatTraceparent(span.spanContext());
}

function contextOf(traceparent: string | null | undefined): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function linkTo(traceparent: string | null | undefined): Link[] {
  const context = parseTraceparent(traceparent);
  return context ? [{ context }] : [];
}
