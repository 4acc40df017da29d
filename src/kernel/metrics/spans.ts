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

/** Null while nobody has asked for traces: then there is no span, and nothing is entered for one. */
let tracer: Tracer | null = null;

export function bindTracer(its: Tracer): void {
  tracer = its;
}

/** Whether there are spans. */
export function isTracing(): boolean {
  return tracer !== null;
}

interface SpanOptions {
  readonly kind: SpanKind;
  /** The `traceparent` that it goes on from; left out or no good: it begins a trace. */
  readonly parent?: string | null | undefined;
  /** Those of other traces that it is about. */
  readonly links?: readonly (string | null | undefined)[];
  readonly attributes?: Attributes;
}

/** Null where nobody has asked for traces. Whoever begins a span ends it. */
export function beginSpan(
  name: string,
  { kind, parent, links = [], attributes = {} }: SpanOptions,
): Span | null {
  return (
    tracer?.startSpan(name, { kind, attributes, links: links.flatMap(linkTo) }, contextOf(parent)) ?? null
  );
}

/** Ends it, with what went wrong. */
export function endSpan(span: Span | null, error?: unknown): void {
  if (!span) return;
  if (error !== undefined) {
    span.recordException(error instanceof Error ? error : new Error('something that is no error was thrown'));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** A span around a piece of work, which is told the `traceparent` of all that it leads to. */
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
