import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { DynamicModule, LoggerService, LogLevel, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.js';
import { guardCalls } from '../access/gate.js';
import { setUpDocs } from './api-docs.js';
import { acceptJsonOnly } from './json-body.js';
import { KnownPaths } from './known-paths.js';
import { frameworkProblem, PROBLEM_JSON, problemDocument, problemOf } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { RequestValidationPipe } from './validation.pipe.js';

interface Options {
  logger?: LoggerService | LogLevel[] | false;
}

/** The HTTP face of a module, as `main` serves it and the tests ask it. A failing start throws. */
export async function createHttpApp(
  module: Type<unknown> | DynamicModule,
  { logger }: Options = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: 1024 * 1024,
    // 128 characters, each up to 4 bytes in UTF-8 and so up to 12 percent-encoded.
    routerOptions: { maxParamLength: 128 * 12 },
    // How long a request may take to arrive, so that nobody holds a connection by sending it drop by drop.
    requestTimeout: 30_000,
    // Longer than the 60 s after which the usual load balancers drop an idle connection: they must be first.
    keepAliveTimeout: 72_000,
    // Closing ends what is idle at once, and the rest as it is answered: a call that still comes in over an
    // open connection is served, and told to come back over another one.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(problemOf(error), request, reply),
    clientErrorHandler: refuseBadHttp,
  });
  const fastify = adapter.getInstance();
  acceptJsonOnly(fastify);
  const paths = new KnownPaths();
  fastify.addHook('onRoute', (route) => paths.add(route));

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    ...(logger !== undefined && { logger }),
  });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(paths));
  guardCalls(fastify, app.get(Access, { strict: false }));
  setUpDocs(app);
  return app;
}

/** What Node could not read as HTTP: there is no request and no reply, only the socket. */
function refuseBadHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOfBadHttp[error.code ?? ''] ?? 400;
  const body = JSON.stringify(problemDocument(frameworkProblem(status)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const statusOfBadHttp: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
