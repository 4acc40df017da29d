import type { Answer, Call } from './contract.js';
import { schemaOf, sorted, type Schema } from '../../tools/docgen/schema.js';

type Raw = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly 'x-scope'?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Raw;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Raw }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly headers?: Raw;
  readonly content?: Readonly<
    Record<
      string,
      { readonly schema: Raw; readonly examples?: Readonly<Record<string, { readonly value: Raw }>> }
    >
  >;
}

export interface OpenApi extends Raw {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every call of the document by method and path, and the controller that answers it. */
export function callsOf(
  document: OpenApi,
): Map<string, { readonly controller: string; readonly call: Call }> {
  return new Map(
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        {
          controller: `${operation.operationId.split('_')[0]!}Controller`,
          call: callOf(operation, document),
        },
      ]),
    ),
  );
}

function callOf(operation: Operation, document: OpenApi): Call {
  const { parameters = [], requestBody, responses } = operation;
  const byName = Object.fromEntries(parameters.map((each) => [`${each.in} ${each.name}`, each]));
  const body = requestBody && Object.values(requestBody.content).flatMap(({ schema }) => linesOf(schema))[0];
  const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  return {
    scope: operation['x-scope'] ?? null,
    parameters: {
      type: ['object'],
      properties: sorted(byName, ({ schema }) => schemaOf(schema, document)),
      required: Object.keys(byName)
        .filter((name) => byName[name]!.required)
        .sort(),
    },
    body: body ? schemaOf(body, document) : null,
    answers: sorted(Object.fromEntries(good), (response) => answerOf(response, document)),
    problems: problemsOf(responses),
  };
}

function answerOf({ headers = {}, content = {} }: Response, document: OpenApi): Answer {
  return {
    headers: Object.keys(headers).sort(),
    bodies: sorted(bodiesOf(content), (schema): Schema => schemaOf(schema, document)),
  };
}

/** By media type; of text whose lines have schemas, each of those. */
function bodiesOf(content: NonNullable<Response['content']>): Record<string, Raw> {
  return Object.fromEntries(
    Object.entries(content).flatMap(([type, { schema }]) => {
      const lines = linesOf(schema);
      return lines.map((line, i): [string, Raw] => [
        lines.length > 1 ? `${type}, line ${i + 1}` : type,
        line,
      ]);
    }),
  );
}

/** The kinds of lines of a text; of anything else the schema itself. */
function linesOf(schema: Raw): readonly Raw[] {
  const line = schema.contentSchema as Raw | undefined;
  if (!line) return [schema];
  return Array.isArray(line.oneOf) ? (line.oneOf as Raw[]) : [line];
}

/** By their examples, which are made from the errors themselves. */
function problemsOf(responses: Operation['responses']): Record<string, number> {
  const problems = Object.values(responses).flatMap(({ content = {} }) =>
    Object.values(content['application/problem+json']?.examples ?? {}).map(({ value }) => value),
  );
  const codes = problems.map(({ type, status }) => [String(type).split(':').at(-1)!, Number(status)]);
  return sorted(Object.fromEntries(codes) as Record<string, number>, (status) => status);
}
