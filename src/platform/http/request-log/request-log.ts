import { normalizeIP } from '@fastify/rate-limit';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken, parseApiKey } from '../../access/keys/api-key.js';
import { withLogContext } from '../../../kernel/cause/causation.js';
import { SAFE_METHODS } from '../protocol/allowed-methods.js';
import { causeOf, isAnonymous } from '../protocol/request-tracing.js';
import { LinesPerCaller, type LeftOut } from './lines-per-caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that the call is answered with. */
    problem: string | null;
  }
}

/** A caller who is refused with these may come again at no cost. */
const CHEAP_REFUSALS = new Set([401, 403, 421, 429, 503]);

/** Characters of a name that a line holds: the subject of a token may be as long as a header. */
const LONGEST_NAME = 200;

/** Of usual calls the log has one in so many, unless something else is set. */
export const DEFAULT_LOG_READS = 100;

/** How often the counts of what was left out are looked at. */
const LOOK_EVERY_MS = 10_000;

/**
 * Says in the log who has made which call, and what came of it: every write, every refusal, every fault, and some of the
 * usual calls, which are reads, and successful writes while access control is off and nobody could be named. Refusals that
 * cost a caller nothing have so many lines a minute for each caller, and a count of the rest.
 *
 * A line holds nothing that the caller has sent but its own name and address, and of a key that was refused the public
 * part: neither a key nor a token can get into the log by way of a path, a query or a body.
 *
 * To be called after all hooks that may change an answer, and before the routes are made.
 *
 * @param oneIn usual calls of which one is logged; null: none, unless `LOG_LEVEL` is `debug` or below
 * @param isVerbose whether the log has lines of the level `debug`
 */
export function logCalls(fastify: FastifyInstance, oneIn: number | null, isVerbose: boolean): void {
  const logger = new Logger('calls');
  // Strangers with many addresses can neither fill the log nor take the lines of those who are known.
  const known = new LinesPerCaller(1_000);
  const strangers = new LinesPerCaller(100);
  let usualCalls = 0;

  const isDue = (): boolean => oneIn !== null && ++usualCalls % oneIn === 0;
  const logUsual = (request: FastifyRequest, reply: FastifyReply): void => {
    const isSample = isDue();
    if (!isSample && !isVerbose) return;
    const [text, fields] = lineOf(request, reply);
    withLogContext(causeOf(request), () =>
      isSample ? logger.log(text, { ...fields, oneIn }) : logger.debug(text, fields),
    );
  };
  const logUnusual = (request: FastifyRequest, reply: FastifyReply): void => {
    const { statusCode: status } = reply;
    if (CHEAP_REFUSALS.has(status) && !hasLine(request, status)) return;
    const level = CHEAP_REFUSALS.has(status) || status >= 500 ? 'warn' : 'log';
    withLogContext(causeOf(request), () => logger[level](...lineOf(request, reply)));
  };
  const hasLine = (request: FastifyRequest, status: number): boolean => {
    const { actor } = causeOf(request);
    return actor === undefined || actor.kind === 'loopback'
      ? strangers.take(normalizeIP(request.ip), status)
      : known.take(`${actor.kind} ${actor.name}`, status);
  };
  const logCounts = (now?: number): void =>
    [...known.takeCounts(now), ...strangers.takeCounts(now)].forEach(logCount);
  const logCount = ({ caller, status, count }: LeftOut): void =>
    logger.warn(`${count} more calls were refused with ${status}`, {
      caller: shortened(caller),
      status,
      count,
    });

  fastify.decorateRequest('problem', null);
  // A call whose caller has hung up has no `onResponse`, and may have changed something.
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { statusCode: status } = reply;
    // Callers who ask for what is not there are refused after a while.
    if (request.routeOptions.config.needs !== undefined || status === 429) {
      if (isUsual(request, status)) logUsual(request, reply);
      else logUnusual(request, reply);
    }
    done(null, payload);
  });

  const looking = setInterval(logCounts, LOOK_EVERY_MS).unref();
  fastify.addHook('onClose', (_fastify, done) => {
    clearInterval(looking);
    logCounts(Infinity);
    done();
  });
}

/** Whether there are too many of its kind, and too little to be said of one, for each to have a line. */
const isUsual = (request: FastifyRequest, status: number): boolean =>
  SAFE_METHODS.has(request.method)
    ? !CHEAP_REFUSALS.has(status) && status < 500
    : isAnonymous(request) && status < 400;

type Line = [text: string, fields: Record<string, unknown>];

function lineOf(request: FastifyRequest, reply: FastifyReply): Line {
  const { method, ip, problem, routeOptions } = request;
  const { actor } = causeOf(request);
  const status = reply.statusCode;
  return [
    `${method} ${routeOptions.url ?? '(no route)'} ${status}${actor ? ` by ${shortened(actor.name)}` : ''}`,
    {
      actor: actor ? shortened(actor.name) : null,
      actorKind: actor?.kind ?? null,
      address: shortened(ip),
      method,
      route: routeOptions.url ?? null,
      status,
      duration: Math.round(reply.elapsedTime * 10) / 10,
      ...(problem !== null && { problem }),
      ...(status === 401 && { refusedKey: publicPart(request.headers.authorization) }),
      // The caller did not wait for the answer.
      ...(reply.raw.destroyed && { hungUp: true }),
    },
  ];
}

/** Finds the key that was tried in `keys list`; undefined if what was tried is no key. */
function publicPart(authorization: string | undefined): string | undefined {
  const key = parseApiKey(bearerToken(authorization) ?? '');
  return key === null ? undefined : `earmark_${key.id}_…`;
}

const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
