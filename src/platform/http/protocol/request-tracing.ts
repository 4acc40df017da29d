import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SAFE_METHODS } from './allowed-methods.js';
import { actorOf } from '../../access/callers/caller.js';
import type { Actor } from '../../../kernel/cause/actor.js';
import { beginSpan, isTracing, traceparentOf } from '../../../kernel/metrics/spans.js';
import { runCausedBy, rootCause, type Cause } from '../../../kernel/cause/causation.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the call's span, if calls are traced. */
    traceparent: string | undefined;
    cause: Cause | null;
  }
}

/**
 * Makes a call the cause of what it changes: events have the correlation id of its log line, which names the caller, and
 * belong to the trace that its `traceparent` names. A read enters no context: before Node 24 that slows down every promise
 * of the process (kernel/cause/async-context.ts), and a live feed may go on for hours. Nor does a change without a trace
 * while access control is off: the events of a change without a cause name `loopback` anyway (`unnamedActor`).
 *
 * Must be called once tracing is set up, before `requireScopes` and before the routes are added.
 */
export function traceRequests(fastify: FastifyInstance): void {
  fastify.decorateRequest('traceparent');
  fastify.decorateRequest('cause', null);
  if (isTracing()) traceCalls(fastify);
  fastify.addHook('preHandler', (request, reply, done) => {
    const { method, routeOptions } = request;
    const hasCause = !isAnonymous(request) || traceparentGiven(request) !== undefined;
    if (SAFE_METHODS.has(method) || routeOptions.config.needs === undefined || !hasCause) return done();
    const answered = () =>
      new Promise<void>((resolve) => {
        if (reply.raw.destroyed) resolve();
        else reply.raw.once('close', resolve);
        done();
      });
    void runCausedBy(causeOf(request), answered);
  });
}

/** Whether access control is off for this call. */
export function isAnonymous({ caller }: { readonly caller?: FastifyRequest['caller'] }): boolean {
  return caller?.kind === 'nothing';
}

/** The cause of what the call does and logs. */
export function causeOf(request: FastifyRequest): Cause {
  if (request.cause) return request.cause;
  const { name: actor, kind: actorKind } = actorOfCall(request) ?? {};
  return (request.cause = { ...rootCause(traceparentGiven(request)), actor, actorKind });
}

/** Who makes the call; undefined if the framework rejects it at once, before anybody has asked. */
export function actorOfCall({ caller }: { readonly caller?: FastifyRequest['caller'] }): Actor | undefined {
  return caller && actorOf(caller);
}

/** The span's, or else the header as it came, valid or not. */
function traceparentGiven(request: FastifyRequest): unknown {
  return request.traceparent ?? request.raw.headers.traceparent;
}

/** A span for each call, from its head to the end of its answer. */
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
