import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from '../../architecture/cruise.js';
import { EVENT_TYPES } from '../../../src/vocabulary/event-types.js';
import { Shop } from '../../support/shop.js';

type Node = Record<string, unknown>;
interface Response {
  description: string;
  headers?: Node;
  content?: Record<string, { schema?: Node; examples?: Record<string, { value: Node }> }>;
}
interface Schema {
  properties?: Record<string, Node>;
  allOf?: Schema[];
  oneOf?: { $ref: string }[];
  discriminator?: { propertyName: string; mapping: Record<string, string> };
  example?: Node;
}
interface Operation {
  summary: string;
  security: object[];
  responses: Record<string, Response>;
}
interface ApiDocument extends Node {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let shop: Shop;
let document: ApiDocument;
beforeAll(async () => {
  shop = await Shop.open();
  document = (await shop.get<ApiDocument>('/openapi.json')).body;
});
afterAll(() => shop.close());

/** Every route with its answers; of its refusals, the types. What can befall every route is below. */
const ROUTES: Record<string, string[]> = {
  'POST /v1/batches': ['200', '201', 'batch-conflict'],
  'GET /v1/batches': ['200'],
  'GET /v1/batches/{reference}': ['200', 'unknown-batch'],
  'PATCH /v1/batches/{reference}': ['200', 'batch-claimed', 'unknown-batch', 'version-mismatch'],
  'POST /v1/allocations': ['200', '201', '202', 'allocation-conflict', 'out-of-stock', 'unknown-sku'],
  'GET /v1/orders/{orderId}/allocations': ['200', 'unknown-order'],
  'DELETE /v1/orders/{orderId}/allocations': ['204', 'unknown-order', 'version-mismatch'],
  'GET /v1/orders/{orderId}/allocations/{sku}': ['200', 'unknown-allocation'],
  'DELETE /v1/orders/{orderId}/allocations/{sku}': ['204', 'unknown-allocation', 'version-mismatch'],
  'GET /v1/products': ['200'],
  'GET /v1/products/{sku}': ['200', 'unknown-sku'],
  'GET /v1/products/{sku}/availability': ['200', 'unknown-sku'],
  'GET /v1/events': ['200', 'ahead-of-log', 'events-pruned'],
  'GET /v1/subscriptions': ['200'],
  'GET /metrics': ['200'],
  'GET /health/live': ['200'],
  'GET /health/ready': ['200', 'busy'],
};
/** A code where an error is made: of the domain, of the HTTP edge, or what stands for a status of the framework. */
const CODE = /(?:readonly code = |Problem\(\s*\d{3},\s*|super\(\d{3}, |^ {2}\d{3}: \{\s*code: )'([a-z-]+)'/gm;
/** What the commands of operators alone answer with. */
const OPERATORS_ONLY = /^kernel\/subscriptions\/|^platform\/(?:access\/keys|brokers\/messages)\/|\/cli\//;
const BODY = [
  'malformed-json',
  'payload-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
];

function edgeOf(route: string): string[] {
  if (route.includes('/health/')) return ['bad-request'];
  const isWrite = !route.startsWith('GET');
  const access = ['bad-request', 'unauthenticated', 'forbidden', 'too-many-requests', 'misdirected-request'];
  if (isWrite) access.push('cross-origin');
  const invalid = ['GET /v1/subscriptions', 'GET /metrics'].includes(route) ? [] : ['validation-failed'];
  return ['busy', ...access, ...invalid, ...(/^(POST|PATCH)/.test(route) ? BODY : [])];
}

const operation = (route: string): Operation => {
  const [method = '', path = ''] = route.split(' ');
  return document.paths[path]![method.toLowerCase()]!;
};

const problemsOf = ({ responses }: Operation) =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content?.['application/problem+json']?.examples ?? {}).map(({ value }) => ({
      status,
      value,
    })),
  );

describe('The API document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const answer = await shop.get('/openapi.json');

    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it.each(Object.entries(ROUTES))('tells how %s answers, in good times and in bad', (route, answers) => {
    const { summary, responses } = operation(route);
    const successes = Object.keys(responses).filter((status) => status.startsWith('2'));
    const problems = problemsOf(operation(route)).map(({ value }) =>
      String(value.type).replace('urn:earmark:problem:', ''),
    );

    expect(summary).toMatch(/^[A-Z]/);
    expect([...successes, ...new Set(problems)].sort()).toEqual([...answers, ...edgeOf(route)].sort());
  });

  it('names every problem that the code can answer with', async () => {
    const sources = await readdir(join(project, 'src'), { recursive: true });
    const codes = new Set<string>();
    for (const source of sources.filter((name) => name.endsWith('.ts') && !OPERATORS_ONLY.test(name))) {
      const text = await readFile(join(project, 'src', source), 'utf8');
      for (const [, code] of text.matchAll(CODE)) codes.add(code!);
    }
    const named = new Set(
      [...JSON.stringify(document).matchAll(/urn:earmark:problem:([a-z-]+)/g)].map(([, code]) => code!),
    );

    // Of a rebuild, and of rows of a file: on the command line alone.
    for (const code of [
      'log-pruned',
      'order-conflict',
      'repeated-line',
      'repeated-row',
      'other-location',
      'other-sku',
      'several-batches',
      'no-batch',
      'nothing-named',
      'waits-for-operator',
    ])
      codes.delete(code);
    // Of values in the domain, which the edge refuses as `validation-failed` before.
    for (const code of ['invalid-quantity', 'invalid-code', 'invalid-day', 'foreign-line'])
      codes.delete(code);
    // Caught: the call goes by the order then.
    codes.delete('part-of-order');
    expect(codes).toContain('bad-request');
    expect([...codes].filter((code) => !named.has(code))).toEqual([]);
  });

  it('gives every response one description without repetitions', () => {
    const repeating = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses)
          .filter(([status]) => /^[45]/.test(status))
          .map(([status, { description }]) => ({ call: `${method} ${path} ${status}`, description }))
          .filter(({ description }) => {
            const parts = (description || ',').split(', or ');
            return new Set(parts).size < parts.length || parts.some((part) => !/^[A-Z]/.test(part));
          }),
      ),
    );

    expect(repeating).toEqual([]);
  });

  it('requires no key while the service requires none', () => {
    const needing = Object.values(document.paths)
      .flatMap((operations) => Object.values(operations))
      .filter(({ security }) => security.length > 0 && Object.keys(security[0]!).length > 0);

    expect(needing).toEqual([]);
    expect(operation('POST /v1/batches').security).toEqual([{}, { key: [] }]);
    expect(operation('GET /health/live').security).toEqual([]);
  });

  it('shows every problem by an example under its status', () => {
    for (const route of Object.keys(ROUTES)) {
      for (const { status, value } of problemsOf(operation(route))) {
        expect(value).toMatchObject({
          type: expect.stringMatching(/^urn:earmark:problem:[a-z-]+$/),
          title: expect.stringMatching(/^[A-Z]/),
          status: Number(status),
          detail: expect.stringMatching(/\.$/),
          instance: expect.stringMatching(/^\/(?:(?:v1|health)\/[\w/-]+|metrics)$/),
          help: String(value.type).replace('urn:earmark:problem:', '/problems/'),
        });
      }
    }
  });

  it('shows every field by an example', () => {
    const shown = ['example', '$ref', 'items', 'anyOf', 'allOf'];
    const fields = Object.entries(document.components.schemas).flatMap(([name, { properties, allOf = [] }]) =>
      [properties, ...allOf.map((part) => part.properties)].flatMap((each = {}) =>
        Object.entries(each).map(([field, schema]) => [`${name}.${field}`, schema] as const),
      ),
    );

    expect(fields.filter(([, schema]) => !shown.some((word) => word in schema))).toEqual([]);
  });

  it('has a schema for each type of event, told apart by its type, whose example is valid', () => {
    const { schemas } = document.components;
    const { oneOf = [], discriminator } = schemas.EventBody!;
    expect(Object.keys(discriminator!.mapping)).toEqual([...EVENT_TYPES]);
    expect(oneOf.map(({ $ref }) => $ref)).toEqual(Object.values(discriminator!.mapping));

    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'api', ...document });
    const isEvent = ajv.compile({ $ref: 'api#/components/schemas/EventBody' });
    for (const [type, $ref] of Object.entries(discriminator!.mapping)) {
      const { example } = schemas[$ref.split('/').at(-1)!]!;
      expect([type, isEvent(example), isEvent.errors]).toEqual([type, true, null]);
      expect(example).toMatchObject({ type, actor: 'web-shop' });
      expect(isEvent({ ...example, data: {} })).toBe(false);
      expect(isEvent({ ...example, actor: undefined })).toBe(false);
    }
  });

  it('lists the types of events by which the log can be filtered', () => {
    const { parameters } = operation('GET /v1/events') as unknown as { parameters: Node[] };
    expect(parameters.find(({ name }) => name === 'types')).toMatchObject({
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { enum: EVENT_TYPES } },
    });
  });

  it('names no problem without a page, which names the calls that name the problem', async () => {
    const links = [...JSON.stringify(document).matchAll(/"help":"(\/problems\/[a-z-]+)"/g)].map(
      ([, link]) => link!,
    );
    const codes = new Set(
      [...JSON.stringify(document).matchAll(/urn:earmark:problem:([a-z-]+)/g)].map(([, code]) => code!),
    );
    expect(new Set(links)).toEqual(new Set([...codes].map((code) => `/problems/${code}`)));
    for (const code of codes) {
      const { status, body } = await shop.service.request<{
        type: string;
        statuses: number[];
        calls: Node[];
      }>('GET', `/problems/${code}`, undefined, { accept: 'application/json' });
      expect([code, status, body.type]).toEqual([code, 200, `urn:earmark:problem:${code}`]);
      expect([code, body.statuses.length > 0]).toEqual([code, true]);
      const calls = body.calls.map(({ method, path }) => `${String(method)} ${String(path)}`);
      const expected = Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations)
          .filter(([, each]) => problemsOf(each).some(({ value }) => String(value.type).endsWith(`:${code}`)))
          .map(([method]) => `${method.toUpperCase()} ${path}`),
      );
      expect([code, calls]).toEqual([code, expected]);
    }
  });

  it('marks the calls that are safe to repeat, beside those of which HTTP says so', () => {
    const marked = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => 'x-safe-to-repeat' in operation)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );

    expect(marked).toEqual(
      expect.arrayContaining([
        'POST /v1/batches',
        'PATCH /v1/batches/{reference}',
        'POST /v1/orders/{orderId}/confirm',
        'POST /v1/allocations',
        'POST /v1/availability',
        'POST /v1/simulations',
      ]),
    );
    // Each of these does something more whenever it is called.
    expect(marked).not.toContain('POST /v1/webhooks');
    expect(marked).not.toContain('POST /v1/webhooks/{id}/secret');
    expect(marked).not.toContain('POST /v1/products/{sku}/reallocations');
  });

  it('names the headers that a caller can count on', () => {
    const headers = (route: string, status: string) =>
      Object.keys(operation(route).responses[status]?.headers ?? {}).sort();

    expect(headers('POST /v1/batches', '201')).toEqual(['ETag', 'Location']);
    expect(headers('POST /v1/batches', '200')).toEqual(['ETag']);
    expect(headers('GET /v1/batches/{reference}', '200')).toEqual(['ETag']);
    expect(headers('PATCH /v1/batches/{reference}', '200')).toEqual(['ETag']);
    expect(headers('GET /v1/products/{sku}', '200')).toEqual(['ETag']);
    for (const status of ['200', '201', '202'])
      expect(headers('POST /v1/allocations', status)).toEqual(['ETag']);
    expect(headers('GET /v1/orders/{orderId}/allocations', '200')).toEqual(['ETag']);
    expect(headers('GET /v1/orders/{orderId}/allocations/{sku}', '200')).toEqual(['ETag']);
    expect(headers('PATCH /v1/batches/{reference}', '412')).toEqual(['ETag']);
    expect(headers('POST /v1/allocations', '415')).toEqual(['Accept-Encoding']);
    expect(headers('POST /v1/allocations', '429')).toEqual([
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'Retry-After',
    ]);
    expect(headers('POST /v1/allocations', '503')).toEqual(['Retry-After']);
  });

  it('gives examples that the service accepts', async () => {
    const sample = (schema: string) =>
      Object.fromEntries(
        Object.entries(document.components.schemas[schema]!.properties!).map(([field, { example }]) => [
          field,
          example,
        ]),
      );

    const registered = await shop.service.request('POST', '/v1/batches', sample('RegisterBatchBody'));
    expect(registered.status).toBe(201);
    expect(registered.body).toMatchObject(sample('RegisterBatchBody'));
    expect(Object.keys(registered.body as object).sort()).toEqual(Object.keys(sample('BatchBody')).sort());
    expect(registered.headers.get('location')).toBe('/v1/batches/PO-2031');
    const allocated = await shop.service.request('POST', '/v1/allocations', sample('AllocateLineBody'));
    expect(allocated.status).toBe(201);
    // Of a line that is split only.
    const { claims: _, ...ofOneBatch } = sample('AllocationBody');
    expect(Object.keys(allocated.body as object).sort()).toEqual(Object.keys(ofOneBatch).sort());
    expect((await shop.change('PO-2031', sample('ChangeBatchBody'))).status).toBe(200);
  });
});

describe('The page to call the API from', () => {
  it('has the same document, and loads nothing from elsewhere', async () => {
    const page = await shop.get<string>('/docs');
    const links = [...page.body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, link = '']) => link);

    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const url = new URL(link, `${shop.service.url}/docs`);
      expect(url.origin).toBe(shop.service.url);
      expect((await shop.get(url.pathname)).status).toBe(200);
    }
    const script = (await shop.get<string>('/docs/swagger-ui-init.js')).body;
    for (const path of Object.keys(document.paths)) expect(script).toContain(`"${path}"`);
  });
});
