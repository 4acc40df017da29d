import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseFault, noteDatabaseFault } from '../../../kernel/postgres/database-fault.js';
import { withLogContext } from '../../../kernel/cause/causation.js';
import { lingerUntilRead } from './malformed-requests.js';
import { RefusalThrottle } from '../problems/refusal-throttle.js';
import { causeOf } from './request-tracing.js';
import {
  frameworkProblem,
  payloadTooLarge,
  PROBLEM_JSON,
  type Problem,
  problemDocument,
  problemOf,
} from '../problems/problem.js';
import type { AllowedMethods } from './allowed-methods.js';

/** Answers every error with a problem document, and logs those that are our own fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');
  readonly #throttle = new RefusalThrottle();

  /** @param limit replaces a problem that one caller gets again and again */
  constructor(
    private readonly allowedMethods: AllowedMethods,
    private readonly limit: (problem: Problem, request: FastifyRequest) => Problem = (problem) => problem,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // On an unknown path, what is wrong with the body does not matter.
    const own = request.is404
      ? (this.allowedMethods.methodNotAllowed(request) ?? frameworkProblem(404))
      : withLimit(problemOf(error), request);
    const problem = own.status === 404 ? this.limit(own, request) : own;

    if (isDatabaseFault(error)) noteDatabaseFault(error);
    if (problem.status === 500) {
      const words = error instanceof Error ? (error.stack ?? error) : error;
      withLogContext(causeOf(request), () => this.#logger.error(words));
    }
    // An answer that has begun cannot be replaced: cutting it off shows the caller that it is incomplete.
    if (reply.raw.headersSent) reply.raw.destroy();
    else this.#send(problem, request, reply);
  }

  #send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
    const retryAfter = problem.status === 503 ? problem.headers['retry-after'] : undefined;
    const delayMs =
      retryAfter === undefined ? 0 : this.#throttle.delayFor(performance.now(), Number(retryAfter));
    if (delayMs === 0) sendProblem(problem, request, reply);
    else setTimeout(() => sendProblem(problem, request, reply), delayMs);
  }
}

/** Adds how large the body may be. */
function withLimit(problem: Problem, { routeOptions }: FastifyRequest): Problem {
  const isTooLarge = problem.status === 413 && routeOptions.bodyLimit !== undefined;
  return isTooLarge ? payloadTooLarge(routeOptions.bodyLimit) : problem;
}

export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  lingerUntilRead(request.raw);
  request.problem = problem.code;
  void reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', PROBLEM_JSON)
    // As bytes: to a string Fastify would add a charset, which the media type does not have.
    .send(Buffer.from(JSON.stringify(problemDocument(problem, request.url))));
}
