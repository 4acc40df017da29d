import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROOT } from '../../tools/docgen/source.js';

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Compiled when it is first asked for: most specs meet few answers, and all of them take two seconds. */
type Check = () => ValidateFunction;

interface Documented {
  readonly method: string;
  readonly path: RegExp;
  /** By status: undefined if the answer has no body of JSON. */
  readonly answers: ReadonlyMap<number, Check | undefined>;
  /** Each line of an answer to rows; undefined if it takes none. */
  readonly line: Check | undefined;
}

let document: { readonly operations: readonly Documented[]; readonly problems: Problems } | undefined;

/** What the schema of a problem says, by its `type`. */
type Problems = ReadonlyMap<string, Check>;

/**
 * Throws unless the answer is what the API document says of this call: a status that it names, every field that it
 * requires, and no other; of a problem, the facts that the document gives it.
 */
export function expectDocumented(method: string, path: string, status: number, body: unknown): void {
  const { problems } = readDocumentOnce();
  const [pathname] = path.split('?', 1);
  if (status >= 400) return expectDocumentedProblem(problems, `${method} ${pathname}`, body);
  const operation = operationOf(method, pathname!);
  if (!operation) return;
  if (status !== 304 && !operation.answers.has(status))
    throw new Error(`${method} ${pathname} answers ${status}, which docs/openapi.json does not name.`);
  const isAsDocumented = operation.answers.get(status)?.();
  if (!isAsDocumented || typeof body === 'string' || isAsDocumented(body)) return;
  const [error] = isAsDocumented.errors!;
  throw new Error(
    `${method} ${pathname} answers ${status} with what docs/openapi.json does not say: ${error!.instancePath} ` +
      `${error!.message} ${JSON.stringify(error!.params)}\n${JSON.stringify(body)}`,
  );
}

/** Problems of a type that the document does not name are those of a test. */
function expectDocumentedProblem(problems: Problems, call: string, body: unknown): void {
  const isAsDocumented = problems.get(String((body as { type?: unknown } | null)?.type))?.();
  if (!isAsDocumented || isAsDocumented(body)) return;
  const [error] = isAsDocumented.errors!;
  throw new Error(
    `${call} is refused with a problem that docs/openapi.json describes otherwise: ${error!.instancePath} ` +
      `${error!.message} ${JSON.stringify(error!.params)}\n${JSON.stringify(body)}`,
  );
}

/** Throws unless each line of the answer to a bulk call is what the API document says. */
export function expectDocumentedLines(path: string, lines: readonly unknown[]): void {
  const isAsDocumented = operationOf('POST', path.split('?', 1)[0]!)?.line?.();
  if (!isAsDocumented) throw new Error(`POST ${path} answers with no lines by docs/openapi.json.`);
  for (const line of lines)
    if (!isAsDocumented(line))
      throw new Error(
        `${JSON.stringify(line)} is no line of docs/openapi.json: ${JSON.stringify(isAsDocumented.errors)}`,
      );
}

/** Whether it may be a line of the answer to some bulk call. */
export function isAsDocumentedLine(line: unknown): boolean {
  return readDocumentOnce().operations.some(({ line: isAsDocumented }) => isAsDocumented?.()(line));
}

function operationOf(method: string, pathname: string): Documented | undefined {
  return readDocumentOnce().operations.find((each) => each.method === method && each.path.test(pathname));
}

const readDocumentOnce = () => (document ??= readDocument());

function readDocument() {
  const document = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8')) as ApiDocument;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  // A host without a dot is one, too.
  ajv.addFormat('email', /^[^@]+@[^@]+$/);
  const { schemas } = document.components;
  const open = partsIn(document.components);
  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, open.has(name) ? schema : closed(schema)]),
  );
  ajv.addSchema({ $id: 'api', components: { schemas: components } });
  const compiled = (schema: Schema): Check => {
    let validate: ValidateFunction | undefined;
    const compile = () =>
      ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"api#/')) as Schema);
    return () => (validate ??= compile());
  };
  const problems = Object.values(document.components.schemas).flatMap((schema) => {
    const type = (schema.properties as { type?: { const?: string } } | undefined)?.type?.const;
    return type?.startsWith('urn:')
      ? [[type, compiled({ ...schema, unevaluatedProperties: false })] as const]
      : [];
  });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      line: lineOf(responses, compiled),
      path: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      answers: new Map(
        Object.entries(responses).map(([status, { content }]) => {
          const schema = content?.['application/json']?.schema;
          return [Number(status), schema && compiled(schema)];
        }),
      ),
    })),
  );
  return { operations, problems: new Map(problems) };
}

function lineOf(
  { 200: response }: Operation['responses'],
  compiled: (schema: Schema) => Check,
): Check | undefined {
  const schema = response?.content?.['application/x-ndjson']?.schema;
  return schema && compiled(schema.contentSchema as Schema);
}

/** Objects have no fields but those that are named, unless they say so. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  if ('discriminator' in copy) return withOtherTypes(copy);
  if (!('properties' in copy) || 'additionalProperties' in copy || isVariant(copy)) return copy;
  return { ...copy, unevaluatedProperties: false };
}

/** The schemas that are parts of others, such as what all events have: the whole is closed, and not its parts. */
function partsIn(schema: unknown): Set<string> {
  const whole = JSON.stringify(schema).matchAll(/"allOf":\[\{"\$ref":"#\/components\/schemas\/(\w+)"\},/g);
  return new Set([...whole].map(([, name]) => name!));
}

/** Events of types that are none of the product's are in the logs of some tests. */
function withOtherTypes({ oneOf, discriminator, ...schema }: Record<string, unknown>): Schema {
  const types = Object.keys((discriminator as { mapping: object }).mapping);
  const other = {
    allOf: [
      { $ref: '#/components/schemas/EventEnvelope' },
      { properties: { type: { not: { enum: types } }, version: true, data: true } },
    ],
  };
  return { ...schema, anyOf: [...(oneOf as Schema[]), other], unevaluatedProperties: false };
}

/** An event of one type: it names the fields that differ, beside those that all events have. */
const isVariant = ({ properties }: { properties?: unknown }) =>
  (properties as { type?: { const?: unknown } }).type?.const !== undefined;
