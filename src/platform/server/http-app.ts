import type { DynamicModule, LoggerService, LogLevel, PipeTransform, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../access/authenticator.js';
import { FailedAuthLimiter } from '../access/failed-auth-limiter.js';
import { requireScopes } from '../access/scope-hook.js';
import { limitCalls } from '../access/limit-calls.js';
import { DEFAULT_LIMITS, type Limits } from '../config/limit-settings.js';
import { serveConsole, type ConsoleOptions } from '../console/serve-console.js';
import { measureRequests } from '../telemetry/request-metrics.js';
import { BulkCalls } from '../http/bulk/bulk-calls.js';
import { acceptRows } from '../http/bulk/rows-body.js';
import { admitFairly } from '../http/limits/admission.js';
import { setUpDocs } from '../http/openapi/api-docs.js';
import { serveProblemPages } from '../http/problem-pages/serve-problem-pages.js';
import { rejectMalformed, rejectUnsupported } from '../http/protocol/malformed-requests.js';
import { closeGracefully } from '../http/limits/graceful-close.js';
import { answerNotModified } from '../http/protocol/etag.js';
import { traceRequests } from '../http/protocol/request-tracing.js';
import { httpServers } from './http-server.js';
import { acceptJsonOnly } from '../http/protocol/json-body.js';
import { AllowedMethods } from '../http/protocol/allowed-methods.js';
import { DEFAULT_LOG_READS, logCalls } from '../http/request-log/request-log.js';
import { rejectUnsupportedPreconditions } from '../http/protocol/preconditions.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { problemOf } from '../http/problems/problem.js';
import { ProblemFilter, sendProblem } from '../http/protocol/problem.filter.js';
import { sendSecurityHeaders, withSecurityHeaders } from '../http/protocol/security-headers.js';
import { readTarget } from '../http/protocol/request-target.js';
import { RequestValidationPipe } from '../http/dto/validation.pipe.js';

interface Options {
  logger?: LoggerService | LogLevel[] | false;
  /** Calls that one caller may make in a minute; null: no limit. */
  rateLimit?: number | null;
  limits?: Limits;
  /** One of so many successful reads is logged; null: none. */
  logReads?: number | null;
  /** null: there is no console. */
  webConsole?: ConsoleOptions | null;
  /** Checks what a call is given. */
  validation?: PipeTransform;
}

/** Creates the HTTP application of a module, for `main` and for tests. A failing start throws. */
export async function createHttpApp(
  module: Type<unknown> | DynamicModule,
  {
    logger,
    rateLimit = null,
    limits = DEFAULT_LIMITS,
    logReads = DEFAULT_LOG_READS,
    webConsole = null,
    validation = new RequestValidationPipe(),
  }: Options = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyKib * 1024,
    // 128 characters, each up to 4 bytes in UTF-8 and so up to 12 percent-encoded.
    routerOptions: { maxParamLength: 128 * 12 },
    rewriteUrl: readTarget,
    serverFactory: httpServers(limits),
    trustProxy: limits.trustedProxies.length > 0 && [...limits.trustedProxies],
    // Closing ends idle connections at once and the others when they are answered: a call that still arrives on an open
    // connection is served, and then its connection ends.
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(problemOf(error), request, withSecurityHeaders(reply)),
    clientErrorHandler: rejectMalformed,
  });
  const fastify = adapter.getInstance();
  // Before the others are cut off: they may take longer to end.
  fastify.addHook('preClose', () => fastify.bulkCalls.end());
  closeGracefully(fastify);
  measureRequests(fastify);
  acceptJsonOnly(fastify);
  acceptRows(fastify);
  sendSecurityHeaders(fastify);
  rejectUnsupported(fastify);
  answerNotModified(fastify);
  const paths = new AllowedMethods();
  fastify.addHook('onRoute', (route) => paths.add(route));

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    ...(logger !== undefined && { logger }),
  });
  app.useGlobalPipes(validation);
  traceRequests(fastify);
  const access = app.get(Authenticator, { strict: false });
  const failedTries = new FailedAuthLimiter(limits.failedTries);
  app.useGlobalFilters(
    new ProblemFilter(paths, (problem, request) =>
      failedTries.recordMissing(problem, request, access.isEnabled),
    ),
  );
  requireScopes(fastify, access, failedTries, webConsole !== null);
  if (rateLimit !== null) await limitCalls(fastify, rateLimit);
  rejectUnsupportedPreconditions(fastify);
  admitFairly(fastify, limits);
  fastify.decorate(
    'bulkCalls',
    new BulkCalls(limits, (caller, connection) => access.closeWhenRevoked(caller, connection)),
  );
  logCalls(fastify, logReads, logger instanceof ServiceLogger && logger.isLevelEnabled('debug'));
  const document = setUpDocs(app, () => access.isEnabled);
  serveProblemPages(fastify, document);
  if (webConsole !== null) serveConsole(fastify, access, failedTries, webConsole);
  return app;
}
