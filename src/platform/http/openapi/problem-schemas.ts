import type { ProblemDocument } from '../problems/problem.js';

const URN = 'urn:earmark:problem:';
const REFERENCE = '#/components/schemas/';

/** Members that all problems have (RFC 9457). */
const STANDARD = {
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
  help: {
    type: 'string',
    format: 'uri-reference',
    description:
      'The path of a page that says what the problem means, what to do, and whether to repeat the request.',
    example: '/problems/validation-failed',
  },
} as const;

const REQUIRED = ['type', 'title', 'status', 'detail', 'help'];

/** Any problem, also one that a newer release may answer with. */
export const anyProblemSchema = {
  type: 'object',
  description: 'A problem document (RFC 9457). It has the facts of the problem in further members.',
  required: REQUIRED,
  properties: {
    ...STANDARD,
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

const codeOf = ({ type }: ProblemDocument): string => type.slice(URN.length);

/** `out-of-stock` → `OutOfStockProblem` */
const nameOf = (code: string): string =>
  `${code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;

/** The schema of an answer that is one of these problems. */
export function schemaOfProblems(problems: readonly ProblemDocument[]): object {
  const references = referencesTo(problems);
  return references.length === 1 ? references[0]! : { oneOf: references };
}

/** The schema of an answer that is one of these problems or one that is not known yet. */
export const schemaOfAnyProblem = (problems: readonly ProblemDocument[]): object => ({
  anyOf: [...referencesTo(problems), { $ref: `${REFERENCE}Problem` }],
});

function referencesTo(problems: readonly ProblemDocument[]): object[] {
  const names = [...new Set(problems.map((problem) => nameOf(codeOf(problem))))];
  return names.map((name) => ({ $ref: `${REFERENCE}${name}` }));
}

/**
 * A schema for each code, made from all the examples of it in the document. A fact that some of them lack is optional.
 * @throws {TypeError} if the examples do not show what a fact can be: `null` or an empty list alone
 */
export function problemComponents(examples: readonly ProblemDocument[]): Record<string, object> {
  const byCode = groupedBy(examples, codeOf);
  return Object.fromEntries(
    [...byCode.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, documents]) => [nameOf(code), componentOf(code, documents)]),
  );
}

function componentOf(code: string, documents: readonly ProblemDocument[]): object {
  const [first] = documents;
  const facts = objectOf(
    documents.map((document) =>
      Object.fromEntries(Object.entries(document).filter(([member]) => !(member in STANDARD))),
    ),
    code,
  );
  const statuses = [...new Set(documents.map(({ status }) => status))].sort((a, b) => a - b);
  return {
    type: 'object',
    description: `The problem \`${code}\`.`,
    required: [...REQUIRED, ...facts.required],
    properties: {
      ...STANDARD,
      type: { type: 'string', const: `${URN}${code}`, example: `${URN}${code}` },
      title: { type: 'string', example: first!.title },
      status: { type: 'integer', enum: statuses, example: first!.status },
      detail: { type: 'string', example: first!.detail },
      instance: { ...STANDARD.instance, example: first!.instance ?? STANDARD.instance.example },
      help: { ...STANDARD.help, example: first!.help },
      ...facts.properties,
    },
  };
}

function objectOf(values: readonly object[], where: string) {
  const byName = groupedBy(
    values.flatMap((value) => Object.entries(value) as [string, unknown][]),
    ([name]) => name,
  );
  const members = [...byName].map(([name, entries]) => {
    const seen = entries.map(([, value]) => value);
    return {
      name,
      schema: schemaOfValues(seen, `${where}.${name}`),
      isRequired: seen.length === values.length,
    };
  });
  return {
    type: 'object',
    required: members.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
  };
}

/** What all of these values match, with an example. */
function schemaOfValues(values: readonly unknown[], where: string): object {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) throw notShown(where, 'is always null');
  const types = [...new Set(values.map(typeOf))].sort();
  const lists = present.filter((value) => Array.isArray(value));
  const objects = present.filter((value) => typeOf(value) === 'object') as object[];
  const items = lists.flat() as unknown[];
  if (lists.length > 0 && items.length === 0) throw notShown(where, 'is always empty');
  return {
    type: types.length === 1 ? types[0] : types,
    ...(lists.length > 0 && { items: schemaOfValues(items, `${where}[]`) }),
    ...(objects.length > 0 && objectOf(objects, where)),
    example: present[0],
  };
}

function groupedBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function notShown(where: string, what: string): TypeError {
  return new TypeError(`The examples of ${where} do not show what it can be: it ${what}.`);
}
