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

interface Documented {
  readonly method: string;
  readonly path: RegExp;
  /** By status: undefined if the answer has no body of JSON. */
  readonly answers: ReadonlyMap<number, ValidateFunction | undefined>;
}

let operations: readonly Documented[] | undefined;

/**
 * Throws unless the answer is what the API document says of this call: a status that it names, every field that it
 * requires, and no other.
 */
export function expectDocumented(method: string, path: string, status: number, body: unknown): void {
  operations ??= readOperations();
  const [pathname] = path.split('?', 1);
  const operation = operations.find((each) => each.method === method && each.path.test(pathname!));
  if (!operation || status >= 400) return;
  if (status !== 304 && !operation.answers.has(status))
    throw new Error(`${method} ${pathname} answers ${status}, which docs/openapi.json does not name.`);
  const isAsDocumented = operation.answers.get(status);
  if (!isAsDocumented || typeof body === 'string' || isAsDocumented(body)) return;
  const [error] = isAsDocumented.errors!;
  throw new Error(
    `${method} ${pathname} answers ${status} with what docs/openapi.json does not say: ${error!.instancePath} ` +
      `${error!.message} ${JSON.stringify(error!.params)}\n${JSON.stringify(body)}`,
  );
}

function readOperations(): Documented[] {
  const document = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8')) as ApiDocument;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  // A host without a dot is one, too.
  ajv.addFormat('email', /^[^@]+@[^@]+$/);
  ajv.addSchema({ $id: 'api', ...(closed({ components: document.components }) as Schema) });
  const compiled = (schema: Schema) =>
    ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"api#/')) as Schema);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      answers: new Map(
        Object.entries(responses).map(([status, { content }]) => {
          const schema = content?.['application/json']?.schema;
          return [Number(status), schema && compiled(schema)];
        }),
      ),
    })),
  );
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

/** Events of types that are none of the product's are in the logs of some tests. */
function withOtherTypes({ oneOf, discriminator, ...schema }: Record<string, unknown>): Schema {
  const types = Object.keys((discriminator as { mapping: object }).mapping);
  const other = { properties: { type: { not: { enum: types } }, version: true, data: true } };
  return { ...schema, anyOf: [...(oneOf as Schema[]), other], unevaluatedProperties: false };
}

/** An event of one type: it names the fields that differ, beside those that all events have. */
const isVariant = ({ properties }: { properties?: unknown }) =>
  (properties as { type?: { const?: unknown } }).type?.const !== undefined;
