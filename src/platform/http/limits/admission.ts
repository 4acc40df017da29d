import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerName } from '../../access/callers/caller-name.js';
import type { Limits } from '../../config/limit-settings.js';
import { Busy } from '../../../kernel/domain/errors.js';
import type { Bound } from '../../../kernel/metrics/bounds.js';
import { refusals } from '../../../kernel/metrics/refused.js';
import { CallCosts, hasManyItems, type CallKind } from './call-costs.js';
import { FairQueue } from './fair-queue.js';
import { afterEventLoopTurns } from './event-loop-turns.js';
import { sharedJson } from './shared-json.js';
import { PerCaller } from './per-caller.js';

/** A call that has waited this long in a queue is rejected. */
const MAX_WAIT_MS = 5_000;
/** Smaller answers are not counted as unread. */
const LEAST_COUNTED_BYTES = 4 * 1_024;
/** A caller that has hung up keeps its place until its work is done, which it is by then. */
const WORK_IS_OVER_AFTER_MS = 30_000;
/** Between two long answers, so that a new connection need not wait for many of them. */
const TURNS_BETWEEN = 32;
const LONGEST_BETWEEN_MS = 50;

const BOUND_OF: Record<CallKind, Bound> = {
  read: 'reads-per-caller',
  costly: 'costly-reads',
  write: 'writes-per-caller',
};

declare module 'fastify' {
  interface FastifyRequest {
    /** The queue in which the call has a place while it runs. */
    admittedTo: FairQueue | null;
    /** The caller whose place that is. */
    admittedAs: string;
  }
}

/**
 * Queues calls so that no caller keeps others waiting. These parts work together, in the order in which a request meets
 * them; each is bounded by a setting of `limit-settings.ts`, and rejects with 503 or closes the connection:
 *
 * 1. `ConnectionLimits` decides which connections stay open, in all and from one network.
 * 2. `Connection` answers the requests of one connection one after the other and reads no more while any waits.
 * 3. `ArrivalQueue` accepts the connections that arrive together before any of their requests is answered.
 * 4. `requireScopes` finds out who calls, and `limitCalls` counts their calls in the minute.
 * 5. `CallCosts` guesses what the call will cost, and the `FairQueue` of its kind lets it begin: cheap reads, costly reads
 *    and writes queue apart. It holds a caller back that has too many bytes of answers to read.
 * 6. An answer that turns out long is serialised in a queue of its own, one at a time, with some
 *    `afterEventLoopTurns` in between for all others.
 * 7. `closeGracefully` ends what is left when the server stops.
 *
 * Must be called after `requireScopes`, and before the routes are added.
 */
export function admitFairly(fastify: FastifyInstance, limits: Limits): void {
  const { costlyReads, readsPerCaller, writesPerCaller, unreadMibPerCaller } = limits;
  const costs = new CallCosts();
  const unread = new PerCaller(unreadMibPerCaller * 1_024 * 1_024);
  const hasRoom = (caller: string) => unread.hasRoom(caller);
  const few = { waiting: 1_000, waitingPerCaller: 100, maxWaitMs: MAX_WAIT_MS };
  const many = { waiting: 10_000, waitingPerCaller: 2_500, maxWaitMs: MAX_WAIT_MS };
  // Writes wait in the lanes of their features, which share transactions.
  const none = { waiting: 0, waitingPerCaller: 0, maxWaitMs: MAX_WAIT_MS };
  const costlyPerCaller = Math.max(1, Math.floor(costlyReads / 2));
  const queues: Record<CallKind, FairQueue> = {
    read: new FairQueue({ ...many, running: readsPerCaller * 2, runningPerCaller: readsPerCaller }, hasRoom),
    costly: new FairQueue({ ...few, running: costlyReads, runningPerCaller: costlyPerCaller }, hasRoom),
    write: new FairQueue({ ...none, running: Infinity, runningPerCaller: writesPerCaller }),
  };
  const longAnswers = new FairQueue({ ...few, running: 1, runningPerCaller: 1 });

  fastify.decorateRequest('admittedTo', null);
  fastify.decorateRequest('admittedAs', '');
  fastify.addHook('preHandler', (request, reply, done) => {
    const kind = costs.classify(request);
    if (kind === null) return done();
    const caller = callerName(request);
    const queue = queues[kind];
    queue.enter(
      caller,
      () => begin(request, reply, queue, caller) && done(),
      () => done(busy(kind, caller)),
    );
  });
  // Only now is the length of the answer known; serialising it keeps others from the processor.
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    const { admittedTo, admittedAs } = request;
    // A write is done by now and must not be rejected.
    if (admittedTo === null || admittedTo === queues.write || !hasManyItems(answer))
      return done(null, answer);
    // Cheap reads of this caller need not wait for it.
    if (admittedTo === queues.read) leave(request);
    const write = () => {
      afterEventLoopTurns(TURNS_BETWEEN, LONGEST_BETWEEN_MS, () => longAnswers.leave(admittedAs));
      if (reply.raw.destroyed) return leave(request);
      // Fastify sends bytes as well, which its types leave out.
      reply.serializer(sharedJson as unknown as (answer: unknown) => string);
      done(null, answer);
    };
    longAnswers.enter(admittedAs, write, () => {
      void reply.removeHeader('etag');
      done(busy('costly', admittedAs));
    });
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    leave(request);
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    // A problem or a 304 says nothing about the size of the resource.
    if (reply.statusCode === 200 && request.routeOptions.config.needs !== undefined)
      costs.record(request, bytes);
    if (bytes >= LEAST_COUNTED_BYTES && request.caller !== undefined)
      holdUntilRead(callerName(request), bytes, reply);
    done(null, payload);
  });

  /** @returns whether the caller still waits for the answer */
  function begin(request: FastifyRequest, { raw }: FastifyReply, queue: FairQueue, caller: string): boolean {
    request.admittedTo = queue;
    request.admittedAs = caller;
    if (raw.destroyed) {
      leave(request);
      return false;
    }
    raw.on('close', () => {
      if (request.admittedTo !== null) setTimeout(() => leave(request), WORK_IS_OVER_AFTER_MS).unref();
    });
    return true;
  }

  function leave(request: FastifyRequest): void {
    const queue = request.admittedTo;
    request.admittedTo = null;
    queue?.leave(request.admittedAs);
  }

  function holdUntilRead(caller: string, bytes: number, { raw }: FastifyReply): void {
    if (raw.destroyed) return;
    unread.add(caller, bytes);
    raw.once('close', () => {
      unread.remove(caller, bytes);
      queues.read.beginWaiting();
      queues.costly.beginWaiting();
    });
  }
}

function busy(kind: CallKind, caller: string): Busy {
  refusals.note(BOUND_OF[kind], caller);
  return new Busy('Too many calls of this caller are waiting; retry shortly.');
}
