import { isDeepStrictEqual } from 'node:util';

/** What a value may be: the part of JSON Schema that a promise is made of, references resolved, words left out. */
export interface Schema {
  readonly type?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
}

type Raw = Readonly<Record<string, unknown>>;

const KEPT = [
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'default',
] as const;
/** A `const` tells the members of a `oneOf` apart. */
const WORDS = ['description', 'example', 'examples', 'title', 'deprecated', 'additionalProperties', 'const'];
const READ = ['$ref', 'type', 'enum', 'properties', 'required', 'items', ...KEPT, ...WORDS];

/**
 * @param root the document in which references lead somewhere
 * @throws {TypeError} where the schema says something that a comparison would not see
 */
export function schemaOf(raw: Raw, root: Raw = {}): Schema {
  if (typeof raw.$ref === 'string') return schemaOf(resolve(raw.$ref, root), root);
  // Also a reference beside which a description stands.
  if (Array.isArray(raw.allOf)) return wholeOf((raw.allOf as Raw[]).map((part) => schemaOf(part, root)));
  if (Array.isArray(raw.oneOf)) return sharedBy((raw.oneOf as Raw[]).map((one) => schemaOf(one, root)));
  const nullable = nullableIn(raw);
  if (nullable) {
    const schema = schemaOf(nullable, root);
    return { ...schema, type: [...(schema.type ?? []), 'null'].sort() };
  }
  const unread = Object.keys(raw).filter((key) => !READ.includes(key) && !key.startsWith('x-'));
  if (unread.length > 0)
    throw new TypeError(`Contracts do not know the schema word ${unread.join(', ')} yet.`);
  const properties = raw.properties as Record<string, Raw> | undefined;
  return {
    ...(raw.type !== undefined && { type: [raw.type].flat().map(String).sort() }),
    ...(Array.isArray(raw.enum) && { enum: [...(raw.enum as unknown[])].sort() }),
    ...Object.fromEntries(KEPT.filter((key) => key in raw).map((key) => [key, raw[key]])),
    ...(raw.items !== undefined && { items: schemaOf(raw.items as Raw, root) }),
    ...(properties && {
      properties: sorted(properties, (property) => schemaOf(property, root)),
      required: [...((raw.required as string[] | undefined) ?? [])].sort(),
    }),
  };
}

/** What has all of these parts. */
function wholeOf(parts: readonly Schema[]): Schema {
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as Record<string, Schema>;
  return {
    ...(Object.assign({}, ...parts) as Schema),
    ...(parts.some((part) => part.properties) && {
      properties: sorted(properties, (property) => property),
      required: [...new Set(parts.flatMap(({ required = [] }) => required))].sort(),
    }),
  };
}

/** What can be relied on whichever of these it is: a feature promises each event by itself. */
function sharedBy(members: readonly Schema[]): Schema {
  const [first = {}, ...others] = members;
  const names = Object.keys(first.properties ?? {}).filter((name) =>
    others.every(({ properties = {} }) => name in properties),
  );
  const shared = names.map((name) => {
    const schemas = members.map(({ properties }) => properties![name]!);
    const types = [...new Set(schemas.flatMap(({ type = [] }) => type))].sort();
    const isSame = schemas.every((schema) => isDeepStrictEqual(schema, schemas[0]));
    return [name, isSame ? schemas[0]! : { type: types }] as const;
  });
  return {
    ...(first.type && { type: first.type }),
    properties: Object.fromEntries(shared),
    required: names.filter((name) => members.every(({ required = [] }) => required.includes(name))),
  };
}

/** What is there or null: `anyOf` a schema and null. */
function nullableIn({ anyOf }: Raw): Raw | undefined {
  if (!Array.isArray(anyOf)) return undefined;
  const others = (anyOf as Raw[]).filter(({ type }) => type !== 'null');
  return others.length === 1 && anyOf.length === 2 ? others[0] : undefined;
}

function resolve(reference: string, root: Raw): Raw {
  const target = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((part, key) => (part as Raw | undefined)?.[key], root);
  if (!target) throw new TypeError(`${reference} leads nowhere.`);
  return target as Raw;
}

/** By the order of names, so that a snapshot differs only where the contract does. */
export function sorted<T, R>(
  entries: Readonly<Record<string, T>>,
  to: (value: T, name: string) => R,
): Record<string, R> {
  const names = Object.keys(entries).sort();
  return Object.fromEntries(names.map((name) => [name, to(entries[name]!, name)]));
}
