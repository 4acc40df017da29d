import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import {
  CROSS_ORIGIN,
  Forbidden,
  MISDIRECTED,
  TooManyRequests,
  Unauthenticated,
} from '../../access/callers/refusals.js';
import type { Scope } from '../../access/callers/caller.js';
import { DEFAULT_LIMITS } from '../../config/limit-settings.js';
import { Busy, type DomainError } from '../../../kernel/domain/errors.js';
import { storedCode } from '../../../vocabulary/code.js';
import { wholeNumber } from '../../../vocabulary/value.js';
import { UNKNOWN_CODING } from '../protocol/malformed-requests.js';
import { ETAG_HEADER } from '../protocol/etag.js';
import { ENCODED, malformedJson } from '../protocol/json-body.js';
import { NDJSON, NOT_ROWS } from '../bulk/rows-body.js';
import {
  anyProblemSchema,
  problemComponents,
  schemaOfAnyProblem,
  schemaOfProblems,
} from './problem-schemas.js';
import { SCOPE } from './requires-scope.js';
import {
  frameworkProblem,
  payloadTooLarge,
  type Problem,
  PROBLEM_JSON,
  type ProblemDocument,
  problemDocument,
  problemOf,
  ValidationFailed,
} from '../problems/problem.js';

const NAMED = 'x-problems';

/**
 * Lists the problems of a route in the API document, each by an example of the error that is thrown:
 * `@ApiProblems(new OutOfStock('SMALL-TABLE', 10, 3))`. Status, code, detail and facts come from that error.
 */
export const ApiProblems = (...examples: (DomainError | Problem)[]): MethodDecorator =>
  ApiExtension(NAMED, examples.map(documentOf));

const documentOf = (error: DomainError | Problem): ProblemDocument => problemDocument(problemOf(error), '');

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type HeadersObject = NonNullable<ResponseObject['headers']>;
type ResponseObject = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['responses']>[string],
  { $ref: string }
>;

/** What Nest writes about a route, as far as it matters here. */
type Operation = Omit<NonNullable<OpenAPIObject['paths'][string]['get']>, 'parameters'> & {
  parameters?: Parameter[];
  [SCOPE]?: Scope;
  [NAMED]?: ProblemDocument[];
};

interface Parameter {
  name: string;
  schema:
    | { type: 'integer'; minimum: number; maximum: number; example?: number }
    | { type: 'string'; example?: string };
}

/** Writes every problem into the API document: those that routes list, and those of the HTTP layer. */
export function withProblems(document: OpenAPIObject): OpenAPIObject {
  const problems: ProblemDocument[] = otherProblems();
  for (const [path, { get, put, post, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, put, post, patch, remove] as (Operation | undefined)[]) {
      if (operation !== undefined) problems.push(...describeProblems(operation, path));
    }
  }
  const schemas = {
    ...document.components?.schemas,
    Problem: anyProblemSchema,
    ...problemComponents(problems),
  } as Schemas;
  const responses = { ...document.components?.responses, OtherProblem: otherProblem() };
  return { ...document, components: { ...document.components, schemas, responses } };
}

/** @returns the problems that it has written */
function describeProblems(operation: Operation, path: string): ProblemDocument[] {
  const instance = examplePath(path, operation);
  const problems = [...(operation[NAMED] ?? []), ...httpProblems(path, operation)].map((problem) => ({
    ...problem,
    instance,
  }));
  delete operation[NAMED];
  for (const { status } of problems) {
    operation.responses[status] = response(problems.filter((problem) => problem.status === status));
  }
  operation.responses.default = { $ref: '#/components/responses/OtherProblem' };
  return problems;
}

/** One response for the problems of one status: an example of each, and each title once. */
function response(problems: readonly ProblemDocument[], schema = schemaOfProblems(problems)) {
  const titles = [...new Set(problems.map(({ title }) => title))];
  const headers = Object.assign({}, ...problems.map(({ status }) => headersOf[status])) as HeadersObject;
  return {
    description: titles.join(', or '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { [PROBLEM_JSON]: { schema, examples: examplesOf(problems) } },
  };
}

function examplesOf(problems: readonly ProblemDocument[]): Record<string, { value: ProblemDocument }> {
  const examples: Record<string, { value: ProblemDocument }> = {};
  for (const problem of problems) {
    const alike = Object.values(examples).filter(({ value }) => value.title === problem.title).length;
    examples[alike === 0 ? problem.title : `${problem.title} ${alike + 1}`] = { value: problem };
  }
  return examples;
}

/** Problems of any request, most of them before its route is known. */
function otherProblems(): ProblemDocument[] {
  const problems = [404, 405, 406, 408, 412, 414, 416, 417, 431, 500, 503].map((status) =>
    frameworkProblem(status),
  );
  return [...problems, UNKNOWN_CODING].map((problem) => ({
    ...documentOf(problem),
    instance: '/v1/batches',
  }));
}

/** Also those of a newer release. */
function otherProblem() {
  const problems = otherProblems();
  return {
    ...response(problems, schemaOfAnyProblem(problems)),
    description:
      'Any other problem: an unknown URL or method, a request that is too long, too slow or not supported, or a fault ' +
      'of the service',
    headers: { Allow: header('With 405: the methods of this URL.', 'GET, HEAD') },
  };
}

function httpProblems(path: string, operation: Operation): ProblemDocument[] {
  const { parameters = [], requestBody } = operation;
  const problems: Problem[] = [frameworkProblem(400)];
  if (requestBody !== undefined || parameters.length > 0) problems.push(invalidField(operation));
  if (takesRows(operation)) problems.push(NOT_ROWS, ENCODED);
  else if (requestBody !== undefined) problems.push(MALFORMED_JSON, tooLarge, frameworkProblem(415), ENCODED);
  const scope = operation[SCOPE];
  if (operation.security !== undefined && operation.security.length > 0)
    problems.push(new Unauthenticated('nothing'), new TooManyRequests(30), MISDIRECTED);
  if (scope !== undefined) problems.push(new Forbidden(scope));
  if (scope?.endsWith(':write')) problems.push(CROSS_ORIGIN);
  if (path.startsWith('/v1/')) problems.push(busy);
  return problems.map(documentOf);
}

const takesRows = ({ requestBody }: Operation): boolean =>
  requestBody !== undefined && 'content' in requestBody && NDJSON in requestBody.content;

function invalidField(operation: Operation): Problem {
  const { parameters: [parameter] = [], requestBody } = operation;
  if (parameter === undefined || (requestBody !== undefined && !takesRows(operation))) return unknownField;
  const { name: field, schema } = parameter;
  const rule =
    schema.type === 'integer' ? wholeNumber({ min: schema.minimum, max: schema.maximum }) : storedCode;
  return new ValidationFailed([{ field, message: `${field} ${rule.message}.` }]);
}

/** A mistake that is possible with every body. */
const unknownField = new ValidationFailed([{ field: 'colour', message: 'colour is not a known field.' }]);
const MALFORMED_JSON = malformedJson('Unexpected end of JSON input');
const tooLarge = payloadTooLarge(DEFAULT_LIMITS.bodyKib * 1_024);
const busy = problemOf(new Busy('The service is overloaded; nothing has changed. Retry shortly.'));

const header = (description: string, example: string | number) => ({
  description,
  schema: { type: typeof example === 'number' ? 'integer' : 'string', example },
});

const wwwAuthenticate = {
  'WWW-Authenticate': header(
    'RFC 6750: how to authenticate, or what was wrong with the credentials.',
    'Bearer',
  ),
};

const retryAfter = { 'Retry-After': header('Retry after this many seconds.', 1) };

const headersOf: Record<number, HeadersObject> = {
  401: wwwAuthenticate,
  403: wwwAuthenticate,
  412: ETAG_HEADER,
  415: {
    'Accept-Encoding': header(
      'The only `Content-Encoding` that is accepted; sent if the body had another one.',
      'identity',
    ),
  },
  429: {
    ...retryAfter,
    'RateLimit-Limit': header(
      'Calls that the caller may make per minute. If the service limits calls, every answer has the three headers.',
      600,
    ),
    'RateLimit-Remaining': header('Calls left in this minute.', 0),
    'RateLimit-Reset': header('Seconds until the count of calls starts again at 0.', 30),
  },
  503: retryAfter,
};

/** `/v1/batches/{reference}` with the example of its parameter. */
function examplePath(path: string, { parameters = [] }: Operation): string {
  const examples = new Map(parameters.map(({ name, schema }) => [name, String(schema.example ?? name)]));
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(examples.get(name) ?? name));
}
