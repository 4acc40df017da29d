import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { callerName } from './callers/caller-name.js';
import { TooManyRequests } from './callers/refusals.js';

const MINUTE_MS = 60_000;
/** Callers that are counted, at some hundred bytes each; beyond that, the one that called least recently is forgotten. */
const MOST_CALLERS = 10_000;

/**
 * Limits each caller's calls in a minute, and answers in `RateLimit` headers how many are left. Routes that need no scope
 * are not counted. Must be called after `requireScopes`, and before the routes are added.
 */
export async function limitCalls(fastify: FastifyInstance, callsAMinute: number): Promise<void> {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.needs === undefined) route.config = { ...route.config, rateLimit: false };
  });
  await fastify.register(rateLimit, {
    max: callsAMinute,
    timeWindow: MINUTE_MS,
    cache: MOST_CALLERS,
    enableDraftSpec: true,
    keyGenerator: callerName,
    errorResponseBuilder: (_request, { ttl }) => new TooManyRequests(Math.ceil(ttl / 1_000)),
  });
}
