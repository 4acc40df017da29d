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
import { ENCODED } from '../protocol/json-body.js';
import { SCOPE } from './requires-scope.js';
import {
  frameworkProblem,
  payloadTooLarge,
  Problem,
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
  for (const [path, { get, put, post, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, put, post, patch, remove] as (Operation | undefined)[]) {
      if (operation !== undefined) describeProblems(operation, path);
    }
  }
  const schemas = { ...document.components?.schemas, Problem: problemSchema };
  const responses = { ...document.components?.responses, OtherProblem: otherProblem() };
  return { ...document, components: { ...document.components, schemas, responses } };
}

function describeProblems(operation: Operation, path: string): void {
  const instance = examplePath(path, operation);
  const problems = [...(operation[NAMED] ?? []), ...httpProblems(path, operation)];
  delete operation[NAMED];
  for (const { status } of problems) {
    operation.responses[status] = response(
      problems.filter((problem) => problem.status === status).map((problem) => ({ ...problem, instance })),
    );
  }
  operation.responses.default = { $ref: '#/components/responses/OtherProblem' };
}

/** One response for the problems of one status: an example of each, and each title once. */
function response(problems: readonly ProblemDocument[]) {
  const titles = [...new Set(problems.map(({ title }) => title))];
  const headers = Object.assign({}, ...problems.map(({ status }) => headersOf[status])) as HeadersObject;
  return {
    description: titles.join(', or '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { [PROBLEM_JSON]: { ...anyProblem, examples: examplesOf(problems) } },
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
function otherProblem() {
  const problems = [404, 405, 406, 408, 412, 414, 416, 417, 431, 500, 503].map((status) =>
    frameworkProblem(status),
  );
  return {
    ...response(
      [...problems, UNKNOWN_CODING].map((problem) => ({ ...documentOf(problem), instance: '/v1/batches' })),
    ),
    description:
      'Any other problem: unknown URL or method, a request that is too long, too slow or not supported, ' +
      'or a fault of the service',
    headers: { Allow: header('With 405: the methods of this URL.', 'GET, HEAD') },
  };
}

function httpProblems(path: string, operation: Operation): ProblemDocument[] {
  const { parameters = [], requestBody } = operation;
  const problems: Problem[] = [frameworkProblem(400)];
  if (requestBody !== undefined || parameters.length > 0) problems.push(invalidField(operation));
  if (requestBody !== undefined) problems.push(malformedJson, tooLarge, frameworkProblem(415), ENCODED);
  const scope = operation[SCOPE];
  if (scope !== undefined) {
    problems.push(new Unauthenticated('nothing'), new Forbidden(scope), new TooManyRequests(30), MISDIRECTED);
    if (scope.endsWith(':write')) problems.push(CROSS_ORIGIN);
  }
  if (path.startsWith('/v1/')) problems.push(busy);
  return problems.map(documentOf);
}

function invalidField({ parameters: [parameter] = [], requestBody }: Operation): Problem {
  if (parameter === undefined || requestBody !== undefined) return unknownField;
  const { name: field, schema } = parameter;
  const rule =
    schema.type === 'integer' ? wholeNumber({ min: schema.minimum, max: schema.maximum }) : storedCode;
  return new ValidationFailed([{ field, message: `${field} ${rule.message}.` }]);
}

/** A mistake that is possible with every body. */
const unknownField = new ValidationFailed([{ field: 'colour', message: 'colour is not a known field.' }]);
const malformedJson = new Problem(
  400,
  'malformed-json',
  'The body is not JSON: Unexpected end of JSON input.',
);
const tooLarge = payloadTooLarge(DEFAULT_LIMITS.bodyKib * 1_024);
const busy = problemOf(new Busy('The service is overloaded; nothing has changed. Retry shortly.'));

const anyProblem = { schema: { $ref: '#/components/schemas/Problem' } };

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
      'After a body with a `Content-Encoding`: the only one that is accepted.',
      'identity',
    ),
  },
  429: {
    ...retryAfter,
    'RateLimit-Limit': header(
      'Calls that the caller may make in a minute. Every answer has the three headers if the service limits calls.',
      600,
    ),
    'RateLimit-Remaining': header('Calls left in this minute.', 0),
    'RateLimit-Reset': header('Seconds until the limit starts again.', 30),
  },
  503: retryAfter,
};

const problemSchema = {
  type: 'object',
  description: 'RFC 9457. Facts of a problem are members beside the standard ones.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'urn:earmark:problem:validation-failed' },
    title: { type: 'string', example: 'Validation failed' },
    status: { type: 'integer', example: 400 },
    detail: { type: 'string', example: 'quantity is required.' },
    instance: {
      type: 'string',
      format: 'uri-reference',
      description: 'The path of the request.',
      example: '/v1/batches',
    },
    errors: {
      type: 'array',
      description: 'With `validation-failed`: the invalid fields.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: {
          field: { type: 'string', example: 'quantity' },
          message: { type: 'string', example: 'quantity is required.' },
        },
      },
    },
  },
  additionalProperties: true,
};

/** `/v1/batches/{reference}` with the example of its parameter. */
function examplePath(path: string, { parameters = [] }: Operation): string {
  const examples = new Map(parameters.map(({ name, schema }) => [name, String(schema.example ?? name)]));
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(examples.get(name) ?? name));
}
