import type { DynamicModule, LoggerService, LogLevel, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.js';
import { FailedTries } from '../access/failed-tries.js';
import { guardCalls } from '../access/gate.js';
import { limitCalls } from '../access/limit-calls.js';
import { measureRequests } from '../telemetry/request-metrics.js';
import { setUpDocs } from './api-docs.js';
import { refuseBadHttp, refuseOddRequests } from './bad-http.js';
import { cutOffAtClose } from './cut-off.js';
import { answerNotModified } from './etag.js';
import { followCalls } from './follow-calls.js';
import { acceptJsonOnly } from './json-body.js';
import { KnownPaths } from './known-paths.js';
import { problemOf } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { sendSecurityHeaders, withSecurityHeaders } from './security-headers.js';
import { RequestValidationPipe } from './validation.pipe.js';

interface Options {
  logger?: LoggerService | LogLevel[] | false;
  /** Calls that one caller may make in a minute; null: as many as he likes. */
  rateLimit?: number | null;
}

/** Of a process, at some 25 KiB each. Whoever comes beyond that is cut off at once. */
export const MOST_CONNECTIONS = 10_000;

/** The HTTP face of a module, as `main` serves it and the tests ask it. A failing start throws. */
export async function createHttpApp(
  module: Type<unknown> | DynamicModule,
  { logger, rateLimit = null }: Options = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: 1024 * 1024,
    // 128 characters, each up to 4 bytes in UTF-8 and so up to 12 percent-encoded.
    routerOptions: { maxParamLength: 128 * 12 },
    // How long a request and its head may take to arrive, so that nobody holds a connection by sending drop by drop. Not
    // less: under load it is we who take long to read what has arrived.
    requestTimeout: 30_000,
    http: {
      headersTimeout: 30_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16 * 1024,
      // Refused by a problem of ours.
      requireHostHeader: false,
    },
    // Longer than the 60 s after which the usual load balancers drop an idle connection: they must be first.
    keepAliveTimeout: 72_000,
    // Closing cuts off what is idle, and the rest once it is answered: a call that still comes in over an open
    // connection is served, and its connection ends.
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(problemOf(error), request, withSecurityHeaders(reply)),
    clientErrorHandler: refuseBadHttp,
  });
  const fastify = adapter.getInstance();
  // One of several processes would hand a surplus connection on to the next one, round and round. Node 20 still does.
  Object.assign(fastify.server, { maxConnections: MOST_CONNECTIONS, dropMaxConnection: true });
  cutOffAtClose(fastify);
  measureRequests(fastify);
  acceptJsonOnly(fastify);
  sendSecurityHeaders(fastify);
  refuseOddRequests(fastify);
  answerNotModified(fastify);
  const paths = new KnownPaths();
  fastify.addHook('onRoute', (route) => paths.add(route));

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    ...(logger !== undefined && { logger }),
  });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(paths));
  followCalls(fastify);
  guardCalls(fastify, app.get(Access, { strict: false }), new FailedTries());
  if (rateLimit !== null) await limitCalls(fastify, rateLimit);
  setUpDocs(app);
  return app;
}
