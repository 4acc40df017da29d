import { normalizeIP } from '@fastify/rate-limit';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken, parseApiKey } from '../../access/keys/api-key.js';
import { sessionOf } from '../../access/session-cookie.js';
import { withLogContext } from '../../../kernel/cause/causation.js';
import { CALLS } from '../../logging/terminal-line.js';
import { SAFE_METHODS } from '../protocol/allowed-methods.js';
import { actorOfCall, causeOf, isAnonymous } from '../protocol/request-tracing.js';
import { LinesPerCaller } from './lines-per-caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that the call is answered with. */
    problem: string | null;
  }
}

/** Refusals that cost a caller nothing, so that it may repeat them over and over. */
const CHEAP_REFUSALS = new Set([401, 403, 421, 429, 503]);

/** Characters of a name in a line: the subject of a token may be as long as a header. */
const LONGEST_NAME = 200;

/** Of ordinary calls one in so many is logged, unless `LOG_READS` says otherwise. */
export const DEFAULT_LOG_READS = 100;

/** How often the counts of refusals without a line are logged. */
const COUNT_EVERY_MS = 10_000;

/**
 * Logs who made which call, and how it ended: every write, every refusal, every fault, and some of the ordinary calls.
 * Those are successful reads, and successful writes while access control is off and no caller has a name. Refusals that
 * cost a caller nothing have a limited number of lines a minute for each caller, and a count of the rest.
 *
 * A line has nothing that the caller has sent except its name and address, and the public part of a key that was refused:
 * neither a key nor a token gets into the log by way of a path, a query or a body.
 *
 * To be called after all hooks that may change an answer, and before the routes are made.
 *
 * @param oneIn ordinary calls of which one is logged; null: none, unless `LOG_LEVEL` is `debug` or below
 * @param isVerbose whether the log has lines of the level `debug`
 */
export function logCalls(fastify: FastifyInstance, oneIn: number | null, isVerbose: boolean): void {
  const logger = new Logger(CALLS);
  // Strangers with many addresses can neither fill the log nor take the lines of known callers.
  const known = new LinesPerCaller(1_000);
  const strangers = new LinesPerCaller(100);
  let ordinaryCalls = 0;

  const logOrdinary = (request: FastifyRequest, reply: FastifyReply): void => {
    const isSample = oneIn !== null && ++ordinaryCalls % oneIn === 0;
    if (!isSample && !isVerbose) return;
    const [text, fields] = lineOf(request, reply);
    withLogContext(causeOf(request), () =>
      isSample ? logger.log(text, { ...fields, oneIn }) : logger.debug(text, fields),
    );
  };
  const logOther = (request: FastifyRequest, reply: FastifyReply): void => {
    const { statusCode: status } = reply;
    const isBounded = CHEAP_REFUSALS.has(status) || (SAFE_METHODS.has(request.method) && status < 500);
    if (isBounded && !hasLine(request, status)) return;
    const level = CHEAP_REFUSALS.has(status) || status >= 500 ? 'warn' : 'log';
    withLogContext(causeOf(request), () => logger[level](...lineOf(request, reply)));
  };
  const hasLine = (request: FastifyRequest, status: number): boolean => {
    const actor = actorOfCall(request);
    return actor === undefined || actor.kind === 'loopback'
      ? strangers.take(normalizeIP(request.ip), status)
      : known.take(`${actor.kind} ${actor.name}`, status);
  };
  const logCounts = (now?: number): void => {
    for (const { caller, status, count } of [...known.takeCounts(now), ...strangers.takeCounts(now)]) {
      const fields = { caller: shortened(caller), status, count };
      logger.warn(`${count} more calls were refused with ${status}`, fields);
    }
  };

  fastify.decorateRequest('problem', null);
  // Not `onResponse`: a call whose caller has hung up has none, and may have changed something.
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { statusCode: status } = reply;
    // 401 is logged of the sign-in to the console, too, and 429 without a route: callers that keep asking for missing ones
    // are refused after a while.
    if (request.routeOptions.config.needs !== undefined || status === 401 || status === 429) {
      if (isOrdinary(request, status)) logOrdinary(request, reply);
      else logOther(request, reply);
    }
    done(null, payload);
  });

  const looking = setInterval(logCounts, COUNT_EVERY_MS).unref();
  fastify.addHook('onClose', (_fastify, done) => {
    clearInterval(looking);
    logCounts(Infinity);
    done();
  });
}

/**
 * Logs a call whose answer was a stream, once that has ended: `logCalls` does not see it.
 * @param words what is to be said of it
 */
export function logStreamed(
  request: FastifyRequest,
  reply: FastifyReply,
  words: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  const [text, its] = lineOf(request, reply);
  withLogContext(causeOf(request), () => streamed.log(`${text}: ${words}`, { ...its, ...fields }));
}

const streamed = new Logger(CALLS);

/** Whether there are too many calls of this kind for each to have a line. */
const isOrdinary = (request: FastifyRequest, status: number): boolean =>
  status < 400 && (SAFE_METHODS.has(request.method) || isAnonymous(request));

type Line = [text: string, fields: Record<string, unknown>];

function lineOf(request: FastifyRequest, reply: FastifyReply): Line {
  const { method, ip, problem, routeOptions } = request;
  const actor = actorOfCall(request);
  const status = reply.statusCode;
  const duration = Math.round(reply.elapsedTime * 10) / 10;
  return [
    [
      `${method} ${routeOptions.url ?? '(no route)'} ${status} ${duration} ms`,
      actor ? ` by ${shortened(actor.name)}` : '',
      problem === null ? '' : `: ${problem}`,
    ].join(''),
    {
      actor: actor ? shortened(actor.name) : null,
      actorKind: actor?.kind ?? null,
      address: shortened(ip),
      method,
      route: routeOptions.url ?? null,
      status,
      duration,
      ...(problem !== null && { problem }),
      ...(status === 401 && { refusedKey: publicPart(request.headers.authorization ?? sessionOf(request)) }),
      // The caller has hung up before the answer.
      ...(reply.raw.destroyed && { hungUp: true }),
    },
  ];
}

/** The part of a refused key by which `keys list` finds it; undefined if the caller sent no key. */
function publicPart(authorization: string | undefined): string | undefined {
  const key = parseApiKey(bearerToken(authorization) ?? '');
  return key === null ? undefined : `earmark_${key.id}_…`;
}

const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
