import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import { Forbidden, TooManyRequests, Unauthenticated } from '../access/refusals.js';
import type { Scope } from '../access/scope.js';
import { DEFAULT_LIMITS } from '../config/limit-settings.js';
import { Busy } from '../domain/busy.js';
import type { DomainError } from '../domain/domain-error.js';
import { storedCode } from '../validation/code.js';
import { wholeNumber } from '../validation/rules.js';
import { KEY } from './needs.js';
import {
  frameworkProblem,
  payloadTooLarge,
  Problem,
  PROBLEM_JSON,
  type ProblemDocument,
  problemDocument,
  problemOf,
  ValidationFailed,
} from './problem.js';

const NAMED = 'x-problems';

/**
 * Names the refusals of a route in the API document, each by an example of the very error that is thrown:
 * `@ApiProblems(new OutOfStock('SMALL-TABLE', 10, 3))`. Status, code, wording and facts come from there.
 */
export const ApiProblems = (...examples: (DomainError | Problem)[]): MethodDecorator =>
  ApiExtension(NAMED, examples.map(documentOf));

const documentOf = (error: DomainError | Problem): ProblemDocument => problemDocument(problemOf(error), '');

/** What the scanner of controllers writes of a route, as far as it matters here. */
type Operation = Omit<NonNullable<OpenAPIObject['paths'][string]['get']>, 'parameters'> & {
  parameters?: Parameter[];
  security?: Record<string, string[]>[];
  [NAMED]?: ProblemDocument[];
};

interface Parameter {
  name: string;
  schema:
    | { type: 'integer'; minimum: number; maximum: number; example?: number }
    | { type: 'string'; example?: string };
}

/** Writes every refusal into the API document: those that routes name, and those of the HTTP edge itself. */
export function withProblems(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, put, post, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, put, post, patch, remove] as (Operation | undefined)[]) {
      if (operation !== undefined) describeProblems(operation, path);
    }
  }
  const schemas = { ...document.components?.schemas, Problem: problemSchema };
  return { ...document, components: { ...document.components, schemas } };
}

function describeProblems(operation: Operation, path: string): void {
  const instance = examplePath(path, operation);
  const problems = [...(operation[NAMED] ?? []), ...edgeProblems(path, operation)];
  delete operation[NAMED];
  for (const { status } of problems) {
    const alike = problems.filter((problem) => problem.status === status);
    operation.responses[status] = {
      description: alike.map(({ title }) => title).join(', or '),
      ...(status in headersOf && { headers: headersOf[status] }),
      content: {
        [PROBLEM_JSON]: {
          ...anyProblem,
          examples: Object.fromEntries(
            alike.map((problem) => [problem.title, { value: { ...problem, instance } }]),
          ),
        },
      },
    };
  }
  operation.responses.default = { description: 'Any other problem', content: { [PROBLEM_JSON]: anyProblem } };
}

function edgeProblems(path: string, operation: Operation): ProblemDocument[] {
  const { parameters = [], requestBody } = operation;
  const problems: Problem[] = [];
  if (requestBody !== undefined || parameters.length > 0) problems.push(invalidField(operation));
  if (requestBody !== undefined) problems.push(malformedJson, tooLarge, frameworkProblem(415));
  for (const scope of scopesOf(operation))
    problems.push(new Unauthenticated('nothing'), new Forbidden(scope), new TooManyRequests(30));
  if (path.startsWith('/v1/')) problems.push(busy);
  return problems.map(documentOf);
}

function scopesOf({ security = [] }: Operation): Scope[] {
  return security.flatMap((way) => (way[KEY] ?? []) as Scope[]);
}

function invalidField({ parameters: [parameter] = [], requestBody }: Operation): Problem {
  if (parameter === undefined || requestBody !== undefined) return unknownField;
  const { name: field, schema } = parameter;
  const rule =
    schema.type === 'integer' ? wholeNumber({ min: schema.minimum, max: schema.maximum }) : storedCode;
  return new ValidationFailed([{ field, message: `${field} ${rule.says}.` }]);
}

/** The one mistake that can be made with every body. */
const unknownField = new ValidationFailed([
  { field: 'colour', message: 'colour is not a field that is known here.' },
]);
const malformedJson = new Problem(
  400,
  'malformed-json',
  'The body is not JSON: Unexpected end of JSON input.',
);
const tooLarge = payloadTooLarge(DEFAULT_LIMITS.bodyKib * 1_024);
const busy = problemOf(new Busy('Too much was asked at once. Nothing has changed; ask again.'));

const anyProblem = { schema: { $ref: '#/components/schemas/Problem' } };

const wwwAuthenticate = {
  'WWW-Authenticate': {
    description: 'How to ask, and after a try what was wrong with it: RFC 6750.',
    schema: { type: 'string', example: 'Bearer' },
  },
};

const retryAfter = {
  'Retry-After': {
    description: 'Seconds after which to ask again.',
    schema: { type: 'integer', example: 1 },
  },
};

const headersOf: Record<number, typeof wwwAuthenticate | typeof retryAfter> = {
  401: wwwAuthenticate,
  403: wwwAuthenticate,
  429: retryAfter,
  503: retryAfter,
};

const problemSchema = {
  type: 'object',
  description: 'RFC 9457. The facts of a problem are members of their own, beside the standard ones.',
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
      description: 'With `validation-failed`: what is wrong with which field.',
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
