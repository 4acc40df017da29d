import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SAFE_METHODS } from './allowed-methods.js';
import { actorOf } from '../../access/callers/caller.js';
import { beginSpan, isTracing, traceparentOf } from '../../../kernel/metrics/spans.js';
import { runCausedBy, rootCause, type Cause } from '../../../kernel/cause/causation.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the call's span, where there are spans. */
    traceparent: string | undefined;
    /** Of all that the call does, once that was asked for. */
    cause: Cause | null;
  }
}

/**
 * What a call changes has that call as its cause: its events have the correlation id of its line in the log, which names
 * who called, and belong to the trace that its `traceparent` names. A call that only reads enters nothing, since before
 * Node 24 that costs every promise of the process (unit-of-work/ambient.ts), and it may be a live feed that goes on for
 * hours. Nor does a change without a trace while access control is off: nobody could be named.
 *
 * To be called once it is known whether traces are asked for, after `guardCalls`, and before the routes are made.
 */
export function traceRequests(fastify: FastifyInstance): void {
  fastify.decorateRequest('traceparent');
  fastify.decorateRequest('cause', null);
  if (isTracing()) traceCalls(fastify);
  fastify.addHook('preHandler', (request, reply, done) => {
    const { method, routeOptions } = request;
    const hasCause = !isAnonymous(request) || traceparentGiven(request) !== undefined;
    if (SAFE_METHODS.has(method) || routeOptions.config.needs === undefined || !hasCause) {
      done();
      return;
    }
    const answered = () =>
      new Promise<void>((resolve) => {
        if (reply.raw.destroyed) resolve();
        else reply.raw.once('close', resolve);
        done();
      });
    void runCausedBy(causeOf(request), answered);
  });
}

/** Whether access control is off, so that nobody is asked who they are. */
export function isAnonymous({ caller }: { readonly caller?: FastifyRequest['caller'] }): boolean {
  return caller?.kind === 'nothing';
}

/** The cause of what the call does, and of what the log has about it. */
export function causeOf(request: FastifyRequest): Cause {
  // A request that the framework refuses at once has no caller.
  const caller = request.caller as FastifyRequest['caller'] | undefined;
  request.cause ??= { ...rootCause(traceparentGiven(request)), actor: caller && actorOf(caller) };
  return request.cause;
}

/** As it came, whatever it is; the span's, where there is one. */
function traceparentGiven(request: FastifyRequest): unknown {
  return request.traceparent ?? request.raw.headers.traceparent;
}

/** A span for each call, from its first line to the end of its answer. */
function traceCalls(fastify: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method } = request;
    const attributes = { 'http.request.method': method, 'url.path': request.url.split('?', 1)[0]! };
    const parent = request.raw.headers.traceparent as string | undefined;
    const span = beginSpan(method, { kind: SpanKind.SERVER, parent, attributes });
    if (span) {
      spans.set(request, span);
      request.traceparent = traceparentOf(span);
    }
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const { url: route } = request.routeOptions;
    if (route !== undefined && !request.is404) {
      span?.updateName(`${request.method} ${route}`).setAttribute('http.route', route);
    }
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
