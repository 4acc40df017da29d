import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { callerName } from './callers/caller-name.js';
import { TooManyRequests } from './callers/refusals.js';

const MINUTE_MS = 60_000;
/** Of whom calls are counted. Each costs some hundred bytes; past that, whoever has not called for longest is forgotten. */
const MOST_CALLERS = 10_000;

/**
 * Lets each caller make so many calls a minute, and tells him in `RateLimit` headers how many are left. To be called
 * after `guardCalls`, which says who calls, and before the routes are made. What needs no scope is not counted.
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
