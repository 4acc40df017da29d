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
/** `oneOf` stands beside what all of its members share; a feature promises each event by itself. */
const WORDS = [
  'description',
  'example',
  'examples',
  'title',
  'deprecated',
  'additionalProperties',
  'oneOf',
  'discriminator',
];
const READ = ['$ref', 'type', 'enum', 'properties', 'required', 'items', ...KEPT, ...WORDS];

/**
 * @param root the document in which references lead somewhere
 * @throws {TypeError} where the schema says something that a comparison would not see
 */
export function schemaOf(raw: Raw, root: Raw = {}): Schema {
  if (typeof raw.$ref === 'string') return schemaOf(resolve(raw.$ref, root), root);
  // A reference beside which a description stands.
  if (Array.isArray(raw.allOf) && raw.allOf.length === 1) return schemaOf((raw.allOf as [Raw])[0], root);
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
