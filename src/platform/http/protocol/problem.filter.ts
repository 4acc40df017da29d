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

/** Answers every error with a problem document, and tells the log of those that are our own fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');
  readonly #crowd = new RefusalThrottle();

  /** @param limit what becomes of a refusal that one caller gets again and again */
  constructor(
    private readonly paths: AllowedMethods,
    private readonly limit: (problem: Problem, request: FastifyRequest) => Problem = (problem) => problem,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Where nobody answers, what is wrong with the body does not matter.
    const own = request.is404
      ? (this.paths.methodNotAllowed(request) ?? frameworkProblem(404))
      : withLimit(problemOf(error), request);
    const problem = own.status === 404 ? this.limit(own, request) : own;

    if (isDatabaseFault(error)) noteDatabaseFault(error);
    if (problem.status === 500) {
      const words = error instanceof Error ? (error.stack ?? error) : error;
      withLogContext(causeOf(request), () => this.#logger.error(words));
    }
    // An answer that has begun cannot be taken back: cutting it off tells the caller that it is not whole.
    if (reply.raw.headersSent) reply.raw.destroy();
    else this.#send(problem, request, reply);
  }

  #send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
    const retryAfter = problem.status === 503 ? problem.headers['retry-after'] : undefined;
    const pause = retryAfter === undefined ? 0 : this.#crowd.delayFor(performance.now(), Number(retryAfter));
    if (pause === 0) sendProblem(problem, request, reply);
    else setTimeout(() => sendProblem(problem, request, reply), pause);
  }
}

/** Says how large the body may be. */
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
    // As bytes: to a text Fastify would add a charset, which the media type does not have.
    .send(Buffer.from(JSON.stringify(problemDocument(problem, request.url))));
}
