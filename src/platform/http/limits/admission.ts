import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerName } from '../../access/callers/caller-name.js';
import type { Limits } from '../../config/limit-settings.js';
import { Busy } from '../../../kernel/domain/errors.js';
import type { Bound } from '../../../kernel/metrics/bounds.js';
import { refusals } from '../../../kernel/metrics/refused.js';
import { CallCosts, hasManyItems, type Kind } from './call-costs.js';
import { FairQueue } from './fair-queue.js';
import { afterEventLoopTurns } from './event-loop-turns.js';
import { UnreadAnswers } from './unread-answers.js';

/** As long as a caller waits anywhere in here. */
const PATIENCE_MS = 5_000;
/** Smaller answers are not worth the counting. */
const LEAST_COUNTED_BYTES = 4 * 1_024;
/** A caller who has gone does not give its place up before the work is done; it has been by then. */
const WORK_IS_OVER_AFTER_MS = 30_000;
/** Between two long answers, so that those who open a connection meanwhile need not wait for many of them. */
const TURNS_BETWEEN = 32;
const LONGEST_BETWEEN_MS = 50;

const BOUND_OF: Record<Kind, Bound> = {
  read: 'reads-per-caller',
  costly: 'costly-reads',
  write: 'writes-per-caller',
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it has a place as long as it is under way. */
    admittedTo: FairQueue | null;
    /** As whom it has that place. */
    admittedAs: string;
  }
}

/**
 * Lets calls begin by turns of their callers, each kind by itself: costly reads never stand before others. To be called
 * after `guardCalls`, which says who calls, and before the routes are made.
 */
export function admitFairly(fastify: FastifyInstance, limits: Limits): void {
  const { costlyReads, readsPerCaller, writesPerCaller, unreadMibPerCaller } = limits;
  const costs = new CallCosts();
  const unread = new UnreadAnswers(unreadMibPerCaller * 1_024 * 1_024);
  const hasRoom = (caller: string) => unread.hasRoom(caller);
  const patienceMs = PATIENCE_MS;
  const costly = { waiting: 1_000, waitingPerCaller: 100, patienceMs };
  const queues: Record<Kind, FairQueue> = {
    read: new FairQueue(
      {
        atOnce: readsPerCaller * 2,
        perCaller: readsPerCaller,
        waiting: 10_000,
        waitingPerCaller: 2_500,
        patienceMs,
      },
      hasRoom,
    ),
    costly: new FairQueue(
      { ...costly, atOnce: costlyReads, perCaller: Math.max(1, Math.floor(costlyReads / 2)) },
      hasRoom,
    ),
    // Those that wait do so in the lanes of their features, which share transactions.
    write: new FairQueue({
      atOnce: Infinity,
      perCaller: writesPerCaller,
      waiting: 0,
      waitingPerCaller: 0,
      patienceMs,
    }),
  };

  const longAnswers = new FairQueue({ ...costly, atOnce: 1, perCaller: 1 });

  fastify.decorateRequest('admittedTo', null);
  fastify.decorateRequest('admittedAs', '');
  fastify.addHook('preHandler', (request, reply, done) => {
    const kind = costs.kindOf(request);
    if (kind === null) return done();
    const caller = callerName(request);
    const queue = queues[kind];
    if (queue.enterAtOnce(caller)) {
      if (begin(request, reply, queue, caller)) done();
      return;
    }
    queue.enter(
      caller,
      () => begin(request, reply, queue, caller) && done(),
      () => done(busy(kind, caller)),
    );
  });
  // What nobody could know before: the answer is there, and to write it down is what keeps others from the processor.
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    const { admittedTo } = request;
    // What a write has done stands: it must not be refused any more.
    if (admittedTo === null || admittedTo === queues.write || !hasManyItems(answer))
      return done(null, answer);
    // Cheap reads of this caller need not wait for it any more.
    if (admittedTo === queues.read) leave(request);
    const caller = callerName(request);
    const write = () => {
      afterEventLoopTurns(TURNS_BETWEEN, LONGEST_BETWEEN_MS, () => longAnswers.leave(caller));
      if (reply.raw.destroyed) leave(request);
      else done(null, answer);
    };
    longAnswers.enter(caller, write, () => {
      void reply.removeHeader('etag');
      done(busy('costly', caller));
    });
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    leave(request);
    const bytes = sizeOf(payload);
    // A refusal says nothing of how large the thing is, nor does the word that the caller has it already.
    if (reply.statusCode === 200 && request.routeOptions.config.needs !== undefined)
      costs.note(request, bytes);
    if (bytes >= LEAST_COUNTED_BYTES && request.caller !== undefined)
      holdUntilRead(callerName(request), bytes, reply);
    done(null, payload);
  });

  /** Whether anybody waits for the answer still. */
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
      queues.read.look();
      queues.costly.look();
    });
  }
}

function busy(kind: Kind, caller: string): Busy {
  refusals.note(BOUND_OF[kind], caller);
  return new Busy('Too many calls of this caller wait already; try again in a moment.');
}

function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
