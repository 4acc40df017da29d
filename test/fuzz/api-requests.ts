import fc from 'fast-check';
import { NDJSON, rowsOf } from './bulk-rows.js';
import type { Part, WireRequest } from './wire-request.js';
import { every, isCode, isDay, isEta, isNewCode, isQuantity, isUuid } from './contract.js';
import {
  asJson,
  hostileDay,
  hostileJson,
  hostileName,
  hostileNumber,
  hostileText,
  mostly,
} from './hostile.js';

export interface Schema {
  /** Of each line, if it is text with rows. */
  readonly contentSchema?: Schema;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly maxLength?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** As much of the API document as tells what can be asked. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Record<string, Operation>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Few, so that requests meet what others have left behind. */
const goodCode = fc.oneof(
  { weight: 4, arbitrary: fc.nat(11).map((n) => `PO-${n}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'a/b',
      'é',
      'e\u0301',
      '100%',
      '\u202ex',
      '__proto__',
      'x'.repeat(128),
      'a\u2028b',
      '…',
    ),
  },
);

/** A request for each operation of the document, and for what is in none. */
export function apiRequests(document: ApiDocument, authorization: string): fc.Arbitrary<WireRequest> {
  // What changes something comes more often: there is less of it, and more can be wrong with it.
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      weight: { get: 1, delete: 2 }[method] ?? 4,
      arbitrary: requestOf(document, method.toUpperCase(), path, operation),
    })),
  );
  return fc
    .tuple(
      fc.oneof(...operations, { weight: 3, arbitrary: strangeTargets }),
      headersBeside,
      mostly(fc.constant(authorization), credentials, 30),
    )
    .map(([request, more, who]) => {
      const headers = [...request.headers, ...more, ['Authorization', who] as const];
      const isPlain = more.length === 0 && who === authorization;
      return {
        ...request,
        headers,
        isAllowed: isPlain || request.isAllowed === false ? request.isAllowed : null,
      };
    });
}

function requestOf(
  document: ApiDocument,
  method: string,
  path: string,
  { parameters = [], requestBody }: Operation,
): fc.Arbitrary<WireRequest> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const inHeader = parameters.filter((parameter) => parameter.in === 'header');
  const schema = requestBody?.content['application/json']?.schema;
  const rowSchema = requestBody?.content[NDJSON]?.schema.contentSchema;
  const usualType = rowSchema ? NDJSON : 'application/json';
  const body: fc.Arbitrary<(Part & Pick<WireRequest, 'rows'>) | null> = rowSchema
    ? rowsOf(objectOf(document, resolve(document, rowSchema)))
    : schema === undefined
      ? strayBody
      : bodyOf(document, resolve(document, schema));
  return fc
    .record({
      method: mostly(
        fc.constant(method),
        fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'PROPFIND', 'TRACE', 'QUERY', 'GET', 'DELETE'),
        15,
      ),
      path: fc.tuple(...inPath.map(pathPart)),
      query: fc.tuple(...inQuery.map(queryPart)),
      moreQuery: mostly(fc.constant(''), strangeQuery, 8),
      headers: fc.tuple(...inHeader.map(headerPart)),
      body,
      type: mostly(fc.constant(usualType), contentType, 12),
      framing: fc.constantFrom('length' as const, 'chunked' as const),
    })
    .map(({ method: sentMethod, path: parts, query, moreQuery, headers, body, type, framing }) => {
      let next = 0;
      const filled = path.replace(/\{[^}]+\}/g, () => parts[next++]!.sent);
      const pairs = [...query.map(({ sent }) => sent), moreQuery].filter((pair) => pair !== '');
      const isUsual = sentMethod === method && moreQuery === '' && type === usualType;
      const verdicts = [...parts, ...query, ...headers].map(({ isAllowed }) => isAllowed);
      const sent = body === null ? null : Buffer.from(body.sent, 'utf8');
      return {
        method: sentMethod,
        target: pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`,
        headers: [
          ...headers.flatMap(({ sent }) => (sent === '' ? [] : [splitHeader(sent)])),
          ...(sent === null ? [] : [['Content-Type', type] as const]),
        ],
        body: sent,
        framing,
        isAllowed: isUsual ? every([...verdicts, body === null ? true : body.isAllowed]) : null,
        ...(body?.rows && { rows: body.rows }),
      };
    });
}

/** The schema with those that it names in their place. */
function resolve(document: ApiDocument, schema: Schema): Schema {
  const { $ref, allOf = [], ...own } = schema;
  const named = $ref === undefined ? [] : [document.components.schemas[$ref.split('/').at(-1)!]!];
  return Object.assign({}, ...[...named, ...allOf].map((part) => resolve(document, part)), own) as Schema;
}

const isObject = (schema: Schema): boolean => schema.properties !== undefined;

const isList = ({ type }: Schema): boolean => type === 'array' || (type?.includes('array') ?? false);

const percentEncoded = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const encoded = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte)) && byte < 0x80
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');

const pathPart = ({ schema }: Parameter): fc.Arbitrary<Part> =>
  fc.oneof(
    {
      weight: 10,
      arbitrary: goodText(schema).map((text) => ({ sent: encoded(text), isAllowed: isInPath(schema, text) })),
    },
    // What is half a character cannot be said in a path: it arrives as another one.
    {
      weight: 4,
      arbitrary: hostileText.map((text) => ({
        sent: fc.hash(text) % 2 === 0 ? encoded(text) : percentEncoded(text),
        // An empty part is another path, and a dot is one that not even this client sends as another.
        isAllowed: text === '' ? null : isInPath(schema, Buffer.from(text, 'utf8').toString('utf8')),
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          '%',
          '%zz',
          '%2',
          '%c0%80',
          '%ED%A0%80',
          '%ff',
          '%u0041',
          '%E0%A4%A',
          '%252f',
          '%2',
          'a%',
          'x'.repeat(4_000),
        )
        .map((sent) => ({ sent, isAllowed: sent === '%252f' ? isInPath(schema, '%2f') : false })),
    },
  );

const isInPath = (schema: Schema, text: string): boolean | null =>
  schema.type === 'integer' ? isNumberIn(schema, text) : isText(schema, text);

function isNumberIn({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema, text: string): boolean {
  const isInRange = Number(text) >= minimum && Number(text) <= maximum;
  return /^[0-9]+$/.test(text) && isInRange && Number.isSafeInteger(Number(text));
}

function queryPart({ name, schema, required = false }: Parameter): fc.Arbitrary<Part> {
  const isNumber = schema.type === 'integer';
  const part = (value: string, isAllowed: boolean | null): Part => ({
    sent: `${name}=${encoded(value)}`,
    isAllowed,
  });
  const { minimum = 0, maximum = 500 } = schema;
  return fc.oneof(
    { weight: required ? 1 : 6, arbitrary: fc.constant({ sent: '', isAllowed: !required }) },
    {
      weight: 4,
      arbitrary: isNumber
        ? fc.integer({ min: minimum, max: Math.min(maximum, 500) }).map((n) => part(String(n), true))
        : schema.enum
          ? fc.constantFrom(...schema.enum).map((word) => part(word, true))
          : goodText(schema).map((text) => part(text, isText(schema, text))),
    },
    {
      weight: 2,
      arbitrary: fc
        .oneof(hostileText, hostileNumber)
        .map((text) => Buffer.from(text, 'utf8').toString('utf8'))
        .map((text) => part(text, isNumber ? isNumberIn(schema, text) : isText(schema, text))),
    },
    {
      weight: 1,
      // Twice, as an array or an object, or not well encoded.
      arbitrary: fc
        .constantFrom(
          `${name}=1&${name}=2`,
          `${name}[]=1`,
          `${name}[a]=1`,
          `${name}`,
          `${name}=`,
          `&${name}=%`,
          `${name}=%ff`,
        )
        .map((sent) => ({ sent, isAllowed: sent.includes('%') ? null : false })),
    },
  );
}

const strangeQuery: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(hostileName, hostileText).map(([name, value]) => `${encoded(name)}=${encoded(value)}`),
  fc.constantFrom(
    '&&&',
    '=',
    '?',
    'a',
    '%',
    '%00',
    '__proto__[x]=1',
    'constructor[prototype][x]=1',
    ';',
    '#',
    'x'.repeat(8_000),
  ),
  fc.constant(Array.from({ length: 1_500 }, (_, i) => `f${i}=1`).join('&')),
);

/** Values of the headers that the document names, and how such are usually mistaken. */
function headerPart({ name }: Parameter): fc.Arbitrary<Part> {
  return mostly<Part>(
    fc.constant({ sent: '', isAllowed: true }),
    fc
      .oneof(
        fc.constantFrom(
          '*',
          '"1"',
          '"2", "3"',
          'W/"1"',
          '"1", "2"',
          '1',
          '',
          '"',
          '""',
          ',',
          '"a',
          '"\u00e9"',
          '"1" "2"',
          '*, "1"',
          '-1',
          '1e3',
        ),
        fc.constantFrom(
          '9007199254740993',
          '0x1',
          '1, 2',
          `"${'x'.repeat(2_000)}"`,
          '"1", '.repeat(500),
          '\u0001',
          '\u007f',
        ),
        hostileText,
      )
      .map((value) => ({ sent: `${name}: ${headerText(value)}`, isAllowed: null })),
    5,
  );
}

function splitHeader(sent: string): readonly [string, string] {
  const at = sent.indexOf(': ');
  return [sent.slice(0, at), sent.slice(at + 2)];
}

/** What a header may hold at all: no line break, no NUL and no other control character. */
const headerText = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');

const credentials: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer x y',
    'bearer earmark_',
    'Digest a="b"',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ),
  fc.constant(`Bearer earmark_${'0'.repeat(16)}_${'0'.repeat(64)}`),
  hostileText.map((text) => `Bearer ${headerText(text)}`),
  hostileText.map(headerText),
);

const contentType: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset=utf-16',
    'application/json;;',
    'application/json; x',
  ),
  fc.constantFrom(
    'text/plain',
    'text/json',
    'application/merge-patch+json',
    'application/problem+json',
    'application/x-ndjson',
    'multipart/form-data; boundary=x',
    '*/*',
    '',
  ),
  fc.constantFrom(
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application',
    '/',
    'application/json, text/plain',
    'x'.repeat(4_000),
  ),
  hostileText.map(headerText),
);

/** Headers that change the meaning of others, or mean something to those on the way. */
const HEADERS: readonly (readonly [string, string])[] = [
  ...['gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip', 'x'].map(
    (value) => ['Content-Encoding', value] as const,
  ),
  ...[
    '*/*',
    'text/html',
    'application/xml',
    'text/event-stream;q=0',
    'a/b;q=2',
    ',,,',
    ';',
    'x'.repeat(3_000),
  ].map((value) => ['Accept', value] as const),
  ...['text/event-stream', 'text/event-stream, application/json;q=0.1'].map(
    (value) => ['Accept', value] as const,
  ),
  ...['gzip', '*;q=0', 'identity;q=0'].map((value) => ['Accept-Encoding', value] as const),
  ...['utf-16', '*'].map((value) => ['Accept-Charset', value] as const),
  ...['bytes=0-', 'bytes=9999999-', 'bytes=-1', 'bytes=0-0,5-', 'lines=1', 'x'].map(
    (value) => ['Range', value] as const,
  ),
  ...['*', '"1"', '"1", "2"', 'W/"1"', 'x', '"'].flatMap((value) => [
    ['If-Match', value] as const,
    ['If-None-Match', value] as const,
  ]),
  ...['Thu, 01 Jan 1970 00:00:00 GMT', 'x', '9'.repeat(400)].flatMap((value) => [
    ['If-Modified-Since', value] as const,
    ['If-Unmodified-Since', value] as const,
    ['If-Range', value] as const,
  ]),
  ...['0', '-1', 'x', '1, 2', '9007199254740993'].map((value) => ['Last-Event-ID', value] as const),
  ...['DELETE', 'PATCH', 'x'].flatMap((value) => [
    ['X-HTTP-Method-Override', value] as const,
    ['X-Method-Override', value] as const,
  ]),
  ...['100-continue', '200-ok', ''].map((value) => ['Expect', value] as const),
  ...['websocket', 'h2c', 'HTTP/2.0'].map((value) => ['Upgrade', value] as const),
  ...['close', 'keep-alive', 'upgrade', 'x', 'Content-Length'].map((value) => ['Connection', value] as const),
  ...['evil.example', 'localhost:99999', '', '[', '127.0.0.1:1:1', 'a, b', '%00'].map(
    (value) => ['X-Forwarded-Host', value] as const,
  ),
  ['X-Forwarded-For', '1.2.3.4'],
  ['X-Forwarded-Proto', 'gopher'],
  ['X-Original-URL', '/v1/subscriptions'],
  ['X-Rewrite-URL', '/v1/subscriptions'],
  ['Forwarded', 'for="_x";host=evil'],
  ['Origin', 'https://evil.example'],
  ['Origin', 'null'],
  ['Cookie', '__proto__=1; a=b'],
  ['Cookie', 'x'.repeat(7_000)],
  ['TE', 'trailers, deflate'],
  ['Trailer', 'Content-Length'],
  ['Content-Length-', '1'],
  ['Content-Type', 'text/plain'],
  ['Authorization', 'Bearer second'],
  ['Access-Control-Request-Method', 'DELETE'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Max-Forwards', '0'],
  ['Prefer', 'return=minimal'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['x', 'y'.repeat(7_000)],
];

const headersBeside = mostly(
  fc.constant<(readonly [string, string])[]>([]),
  fc.array(
    fc.oneof(
      fc.constantFrom(...HEADERS),
      hostileText.map((text) => ['X-Request-ID', headerText(text)] as const),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  4,
);

/** Where there is nothing, or something else than an operation of the document. */
const strangeTargets: fc.Arbitrary<WireRequest> = fc
  .record({
    method: fc.constantFrom(
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'SEARCH',
      'MKCOL',
      'PURGE',
      'LINK',
    ),
    target: fc.oneof(
      fc.constantFrom(
        '/',
        '*',
        '//',
        '/v1',
        '/v1/',
        '/V1/batches',
        '/v1/batches/',
        '/v1//batches',
        '/v1/%62atches',
        '/v1/batches%2fPO-1',
      ),
      fc.constantFrom(
        '/v1/orders//allocations',
        '/v1/orders/%2f/allocations/%2f',
        '/v1/products/./availability',
        '/v1/products/%2e%2e/availability',
      ),
      fc.constantFrom(
        '/docs',
        '/docs/',
        '/docs/swagger-ui.css',
        '/docs/index.html',
        '/docs/../package.json',
        '/docs/%2e%2e/%2e%2e/package.json',
        '/docs/%00',
      ),
      fc.constantFrom(
        '/docs/.env',
        '/docs/swagger-ui.css/',
        '/docs/package.json',
        '/docs/x',
        '/docs-json',
        '/docs/%',
        '/docs//',
        '/docs/swagger-ui-init.js',
      ),
      fc.constantFrom(
        '/openapi.json',
        '/asyncapi.json',
        '/metrics',
        '/health',
        '/health/live',
        '/health/ready?x=1',
        '/favicon.ico',
        '/.git/config',
      ),
      fc.constantFrom(
        'http://evil.example/v1/batches',
        'https://evil.example:1/',
        'http:///v1/batches',
        '/v1/batches#x',
        '/v1/batches?',
        '/v1/events/',
      ),
      fc.constantFrom(
        '/v1/__proto__',
        '/v1/batches/__proto__',
        '/constructor',
        '/v1/batches;x=1',
        '/v1/batches\\x',
        '/v1/batches|',
        '/v1/{sku}',
        '/%',
      ),
      hostileText.map((text) => `/v1/${encoded(text)}`),
      hostileText.map((text) => `/docs/${encoded(text)}`),
      hostileText.map((text) => `/${percentEncoded(text)}`),
    ),
    body: fc.option(hostileJson, { nil: null, freq: 3 }),
    type: mostly(fc.constant('application/json'), contentType),
    framing: fc.constantFrom('length' as const, 'chunked' as const),
  })
  .map(({ method, target, body, type, framing }) => ({
    method,
    target,
    headers: body === null ? [] : [['Content-Type', type] as const],
    body: body === null ? null : Buffer.from(body, 'utf8'),
    framing,
    isAllowed: null,
  }));

/** The body of a call that takes none. */
const strayBody: fc.Arbitrary<Part | null> = mostly(
  fc.constant(null),
  hostileJson.map((sent) => ({ sent, isAllowed: null })),
  10,
);

interface Member extends Part {
  readonly name: string;
}

/** An object of such a schema: as it should be, with a mistake in one place, or with many. */
function objectOf(document: ApiDocument, schema: Schema): fc.Arbitrary<Part> {
  const { properties = {}, required = [], minProperties = 0, maxProperties = Infinity } = schema;
  const known = Object.keys(properties);
  const more = mostly(fc.constant<Member[]>([]), strangeMembers(known), 8);
  return fc
    .tuple(membersOf(document, schema), more, fc.constantFrom('', ' ', '\n\t'))
    .map(([own, strange, blank]) => {
      const all = [...own.flatMap((member) => (member === null ? [] : [member])), ...strange];
      const missing = required.some((name) => !all.some((member) => member.name === name));
      const sent = `{${blank}${all.map(({ name, sent }) => `${asJson(name)}:${blank}${sent}`).join(`${blank},`)}}`;
      const isOfSize = all.length >= minProperties && all.length <= maxProperties;
      if (missing || !isOfSize) return { sent, isAllowed: false };
      // Of several members of one name JSON leaves open which one counts.
      const isTwice = new Set(all.map(({ name }) => name)).size < all.length;
      return { sent, isAllowed: isTwice ? null : every(all.map(({ isAllowed }) => isAllowed)) };
    });
}

/** Those of an object that may have only one are mostly one. */
function membersOf(document: ApiDocument, schema: Schema): fc.Arbitrary<(Member | null)[]> {
  const { properties = {}, required = [], maxProperties } = schema;
  const members = Object.entries(properties).map(([name, its]) =>
    memberOf(document, name, its, required.includes(name)),
  );
  const all = fc.tuple(...members);
  if (maxProperties !== 1) return all;
  const one = fc.oneof(...members).map((member) => [member]);
  return mostly<(Member | null)[]>(one, all);
}

/** A body for such a schema: an object, mostly. */
function bodyOf(document: ApiDocument, schema: Schema): fc.Arbitrary<Part> {
  const object = objectOf(document, schema);
  return fc.oneof(
    { weight: 40, arbitrary: object },
    {
      weight: 3,
      arbitrary: hostileJson.map((sent) => ({ sent, isAllowed: /^\s*\{/.test(sent) ? null : false })),
    },
    { weight: 1, arbitrary: object.map(({ sent }) => ({ sent: sent.slice(0, -1), isAllowed: false })) },
    { weight: 1, arbitrary: object.map(({ sent }) => ({ sent: `\ufeff${sent}`, isAllowed: null })) },
    { weight: 1, arbitrary: object.map(({ sent }) => ({ sent: `[${sent}]`, isAllowed: false })) },
    { weight: 1, arbitrary: object.map(({ sent }) => ({ sent: `${sent}${sent}`, isAllowed: false })) },
    // As long as may be with one byte more or less, and much longer.
    {
      weight: 1,
      arbitrary: fc
        .tuple(object, fc.constantFrom(65_535, 65_536, 65_537, 3_000_000))
        .map(([{ sent, isAllowed }, length]) => ({
          sent: sent.padEnd(length - Buffer.byteLength(sent) + sent.length),
          isAllowed: length > 65_536 ? false : isAllowed,
        })),
    },
  );
}

/** null: it is left out. */
function memberOf(
  document: ApiDocument,
  name: string,
  schema: Schema,
  isRequired: boolean,
): fc.Arbitrary<Member | null> {
  const judged = (sent: string): Member => ({ name, sent, isAllowed: isAllowedFor(document, schema, sent) });
  const known = resolve(document, schema);
  const good = isObject(known)
    ? objectOf(document, known).map((part): Member => ({ name, ...part }))
    : isList(schema)
      ? listOf(document, schema).map((part): Member => ({ name, ...part }))
      : goodFor(schema).map(judged);
  const absent = fc.constant(null);
  return fc.oneof(
    { weight: 16, arbitrary: isRequired ? good : fc.oneof(good, absent) },
    { weight: 1, arbitrary: absent },
    { weight: 3, arbitrary: hostileJson.map(judged) },
    { weight: 1, arbitrary: hostileNumber.map(judged) },
    { weight: 1, arbitrary: hostileDay.map((day) => judged(asJson(day))) },
  );
}

/** A few items, and at times as many as are allowed, one more, or none. */
function listOf(
  document: ApiDocument,
  { items = {}, minItems = 0, maxItems = 100, uniqueItems = false }: Schema,
): fc.Arbitrary<Part> {
  const schema = resolve(document, items);
  const item = isObject(schema)
    ? objectOf(document, schema)
    : goodFor(schema).map((sent): Part => ({ sent, isAllowed: isAllowedFor(document, schema, sent) }));
  const isRepeated = (parts: readonly Part[]) =>
    uniqueItems && new Set(parts.map(({ sent }) => sent)).size < parts.length;
  const few = fc.array(item, { minLength: Math.max(1, minItems), maxLength: 4 });
  // Plain ones: a body that is too long is refused for its length.
  const many = fc.constantFrom(maxItems, maxItems + 1).map((length) =>
    Array.from({ length }, (_, i): Part => ({
      sent: JSON.stringify(plain(document, schema, i)),
      isAllowed: true,
    })),
  );
  return fc
    .oneof(
      { weight: 20, arbitrary: few },
      { weight: 1, arbitrary: fc.constant<Part[]>([]) },
      { weight: 1, arbitrary: many },
    )
    .map((parts) => ({
      sent: `[${parts.map(({ sent }) => sent).join(',')}]`,
      isAllowed:
        parts.length < minItems || parts.length > maxItems || isRepeated(parts)
          ? false
          : every(parts.map(({ isAllowed }) => isAllowed)),
    }));
}

/** The least that is allowed, each with another code. */
function plain(document: ApiDocument, schema: Schema, n: number): unknown {
  const its = resolve(document, schema);
  if (its.properties) {
    const { properties, required = [], minProperties = 0 } = its;
    const names = [...new Set([...required, ...Object.keys(properties).slice(0, minProperties)])];
    return Object.fromEntries(names.map((name) => [name, plain(document, properties[name]!, n)]));
  }
  if (isList(its)) return [plain(document, its.items!, n)];
  if (its.type === 'integer') return 1;
  if (its.type === 'boolean') return true;
  return its.enum?.[0] ?? (its.format === 'date' ? null : `PO-${n}`);
}

/** What the schema asks for, in a query. */
function goodText({ type, format, minimum = 0 }: Schema): fc.Arbitrary<string> {
  if (type === 'integer') return fc.integer({ min: minimum, max: 30 }).map(String);
  if (type === 'boolean') return fc.constantFrom('true', 'false');
  if (format === 'uuid') return fc.constantFrom(...GOOD_IDS);
  return format === 'date' ? fc.constantFrom(...GOOD_DAYS) : goodCode;
}

/** Of nothing that is there. */
const GOOD_IDS = ['00000000-0000-0000-0000-000000000000', '6F1C0E6A-3F0B-4D6E-9C55-2B1F6F0D9A11'];

const GOOD_DAYS = ['2027-01-31', '2028-02-29', '0001-01-01', '9999-12-31'];

function goodFor({ type, format, minimum = 0, maximum = 30, enum: words }: Schema): fc.Arbitrary<string> {
  if (words) return fc.constantFrom(...words).map((word) => asJson(word));
  if (type === 'boolean') return fc.constantFrom('true', 'false');
  if (type === 'integer')
    return mostly(
      fc
        .integer({ min: Math.max(minimum, -15), max: Math.min(maximum, Math.max(minimum, -15) + 30) })
        .map(String),
      fc.constant(maximum === 30 ? '2147483647' : String(maximum)),
      20,
    );
  if (format === 'date') return fc.constantFrom('null', ...GOOD_DAYS.map((day) => asJson(day)));
  return goodCode.map((code) => asJson(code));
}

function isAllowedFor(document: ApiDocument, schema: Schema, sent: string): boolean | null {
  let value: unknown;
  try {
    value = JSON.parse(sent);
  } catch {
    return false;
  }
  return isAllowedValue(document, schema, value);
}

function isAllowedValue(document: ApiDocument, named: Schema, value: unknown): boolean | null {
  const schema = resolve(document, named);
  const { type, format, minimum = 0, maximum = 2 ** 31 - 1, enum: words, items } = schema;
  if (isObject(schema)) return isAllowedObject(document, schema, value);
  if (value === null && Array.isArray(type)) return type.includes('null');
  if (words) return typeof value === 'string' && words.includes(value);
  if (type === 'boolean') return typeof value === 'boolean';
  if (isList(schema)) {
    const { minItems = 0, maxItems = Infinity, uniqueItems = false } = schema;
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return false;
    if (uniqueItems && new Set(value).size < value.length) return false;
    return every(value.map((each) => isAllowedValue(document, items!, each)));
  }
  if (type === 'integer') {
    // A difference is not 0, which only its description says.
    const isOpen = minimum < 0 && value === 0;
    return isOpen ? null : isQuantity(value, minimum) && (value as number) <= maximum;
  }
  return format === 'date' ? isEta(value) : isText(schema, value);
}

function isAllowedObject(
  document: ApiDocument,
  { properties = {}, required = [], minProperties = 0, maxProperties = Infinity }: Schema,
  value: unknown,
): boolean | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = Object.entries(value);
  if (members.length < minProperties || members.length > maxProperties) return false;
  if (required.some((name) => !Object.hasOwn(value, name))) return false;
  return every(
    members.map(([name, each]) =>
      Object.hasOwn(properties, name) ? isAllowedValue(document, properties[name]!, each) : false,
    ),
  );
}

/** A code of the kind that the schema asks for, one of its words, or a place in a list, which may be unknown. */
function isText(
  { type, format, pattern = '', maxLength = 0, enum: words }: Schema,
  value: unknown,
): boolean | null {
  if (words) return words.some((word) => word === value);
  if (type === 'boolean') return value === 'true' || value === 'false';
  if (format === 'date') return isDay(value);
  if (format === 'uuid') return isUuid(value);
  if (maxLength > 128) return new RegExp(pattern).test(String(value)) ? null : false;
  return pattern.startsWith('^(?! ') ? isNewCode(value) : isCode(value);
}

/** Members that the schema does not name, or names once. */
function strangeMembers(known: readonly string[]): fc.Arbitrary<Member[]> {
  const unknown = fc
    .tuple(hostileName, hostileJson)
    .map(([name, sent]): Member => ({ name, sent, isAllowed: known.includes(name) ? null : false }));
  const again = fc
    .tuple(fc.constantFrom(...known), hostileJson)
    .map(([name, sent]): Member => ({ name, sent, isAllowed: null }));
  const many = fc
    .constantFrom(500, 10_000)
    .map((n) =>
      Array.from({ length: n }, (_, i): Member => ({ name: `field-${i}`, sent: '1', isAllowed: false })),
    );
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(unknown, { minLength: 1, maxLength: 3 }) },
    { weight: 3, arbitrary: fc.array(again, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: many },
  );
}

/** The request as bytes, in the pieces in which it is sent. */
export function bytesOf({ method, target, headers, body, framing }: WireRequest): Buffer[] {
  const isHosted = headers.some(([name]) => name.toLowerCase() === 'host');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(isHosted ? [] : ['Host: 127.0.0.1']),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === null
      ? []
      : [framing === 'length' ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked']),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (body === null) return [head];
  if (framing === 'length') return [Buffer.concat([head, body])];
  const middle = body.length >> 1;
  return [head, chunk(body.subarray(0, middle)), chunk(body.subarray(middle)), Buffer.from('0\r\n\r\n')];
}

function chunk(bytes: Buffer): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
