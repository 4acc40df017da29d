import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startProbe } from '../probe.js';

let app: NestFastifyApplication;
let document: OpenAPIObject;
beforeAll(async () => {
  app = await startProbe();
  document = (await app.inject('/openapi.json')).json<OpenAPIObject>();
});
afterAll(() => app.close());

type Node = Record<string, unknown>;
const operation = (path: string, method: 'get' | 'post' | 'patch' | 'delete') =>
  document.paths[path]?.[method];

/** Every object in a document with its path in it. */
function* nodes(value: unknown, path = '#'): Generator<[string, Node]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Node];
  for (const [key, part] of Object.entries(value)) yield* nodes(part, `${path}/${key}`);
}

describe('The API document', () => {
  it('is OpenAPI 3.1 of this product and version', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({
      title: 'Earmark',
      description: expect.stringContaining('over-allocates'),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it('refers to nothing that is not in it', () => {
    for (const [path, { $ref }] of nodes(document)) {
      if (typeof $ref !== 'string') continue;
      const target = $ref
        .split('/')
        .slice(1)
        .reduce<unknown>((part, key) => (part as Node)[key], document);
      expect([path, target]).toEqual([path, expect.any(Object)]);
    }
  });

  it('expresses null as JSON Schema does', () => {
    expect([...nodes(document)].filter(([, node]) => 'nullable' in node)).toEqual([]);
    expect(document.components?.schemas?.ShelfView).toMatchObject({
      required: ['reference', 'sku', 'quantity', 'eta'],
      properties: { eta: { type: ['string', 'null'], format: 'date', example: '2026-09-01' } },
    });
    expect(document.components?.schemas?.ShelfViewPage).toMatchObject({
      properties: { items: { type: 'array' }, next: { type: ['string', 'null'] } },
    });
  });

  it('forbids other fields in request bodies, and allows them in problems and answers', () => {
    const { PutOnShelf, ShelfView, Problem } = document.components!.schemas! as Record<string, Node>;
    expect(PutOnShelf).toMatchObject({
      additionalProperties: false,
      properties: { reference: { minLength: 1 }, quantity: { minimum: 1 } },
    });
    expect(ShelfView).not.toHaveProperty('additionalProperties');
    expect(Problem).toMatchObject({ additionalProperties: true });
  });

  it('lists the problems of a route by the errors that it throws', () => {
    expect(operation('/v1/shelves', 'post')?.responses['409']).toEqual({
      description: 'Shelf full',
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/ShelfFullProblem' },
          examples: {
            'Shelf full': {
              value: {
                type: 'urn:earmark:problem:shelf-full',
                title: 'Shelf full',
                status: 409,
                detail: 'Shelf A-1 has room for 3 only.',
                instance: '/v1/shelves',
                help: '/problems/shelf-full',
                reference: 'A-1',
                room: 3,
              },
            },
          },
        },
      },
    });
    expect([...nodes(document)].filter(([, node]) => 'x-problems' in node)).toEqual([]);
  });

  it('has a schema for each problem, with its facts', () => {
    const { ShelfFullProblem } = document.components!.schemas! as Record<string, Node>;

    expect(ShelfFullProblem).toMatchObject({
      required: ['type', 'title', 'status', 'detail', 'help', 'reference', 'room'],
      properties: {
        type: { const: 'urn:earmark:problem:shelf-full' },
        status: { enum: [409] },
        reference: { type: 'string', example: 'A-1' },
        room: { type: 'integer', example: 3 },
      },
    });
    expect(operation('/v1/shelves', 'post')?.responses['400']).toMatchObject({
      content: {
        'application/problem+json': {
          schema: {
            oneOf: [
              { $ref: '#/components/schemas/BadRequestProblem' },
              { $ref: '#/components/schemas/ValidationFailedProblem' },
              { $ref: '#/components/schemas/MalformedJsonProblem' },
            ],
          },
        },
      },
    });
  });

  it('leaves open which other problems any request may get', () => {
    const { OtherProblem } = document.components!.responses!;

    expect(OtherProblem).toMatchObject({
      content: {
        'application/problem+json': {
          schema: {
            anyOf: expect.arrayContaining([
              { $ref: '#/components/schemas/NotFoundProblem' },
              { $ref: '#/components/schemas/Problem' },
            ]),
          },
        },
      },
    });
  });

  it('lists the problems of the HTTP layer, for each route those that can happen there', () => {
    const statuses = (path: string, method: 'get' | 'post' | 'patch' | 'delete') =>
      Object.keys(operation(path, method)?.responses ?? {});

    expect(statuses('/v1/shelves', 'post')).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '421',
      '422',
      '429',
      '503',
      'default',
    ]);
    expect(statuses('/v1/shelves', 'get')).toEqual([
      '200',
      '400',
      '401',
      '403',
      '421',
      '429',
      '503',
      'default',
    ]);
    expect(statuses('/v1/shelves/{reference}', 'delete')).toEqual([
      '204',
      '400',
      '401',
      '403',
      '404',
      '421',
      '429',
      '503',
      'default',
    ]);
    expect(statuses('/v1/shelves/{reference}', 'patch')).toContain('412');
    expect(operation('/v1/shelves', 'post')?.responses['503']).toHaveProperty('headers.Retry-After');
  });

  it('names the scope that a call needs, and the problem without it', () => {
    expect(document.components?.securitySchemes).toMatchObject({ key: { type: 'http', scheme: 'bearer' } });
    // Nobody has made a key for this service, so that a call may do without.
    expect(operation('/v1/shelves', 'post')?.security).toEqual([{}, { key: [] }]);
    expect(operation('/v1/shelves', 'post')).toMatchObject({ 'x-scope': 'batches:write' });
    expect(operation('/v1/shelves', 'post')?.responses).toMatchObject({
      401: { description: 'Unauthenticated', headers: { 'WWW-Authenticate': {} } },
      403: {
        headers: { 'WWW-Authenticate': {} },
        content: {
          'application/problem+json': { examples: { Forbidden: { value: { scope: 'batches:write' } } } },
        },
      },
    });
  });

  it('gives every problem an example that could have happened on that route', () => {
    for (const [path, { examples }] of nodes(document.paths)) {
      if (!path.includes('problem+json') || examples === undefined) continue;
      for (const { value } of Object.values(examples as Record<string, { value: Node }>)) {
        expect(path).toContain(`responses/${value.status as number}/`);
        expect(value.instance).toMatch(/^\/v1\/[\w/-]+$/);
      }
    }
    expect(operation('/v1/shelves/{reference}', 'get')?.responses['404']).toHaveProperty(
      ['content', 'application/problem+json', 'examples', 'Unknown shelf', 'value', 'instance'],
      '/v1/shelves/PO-2031',
    );
  });

  it('documents parameters with their bounds, If-Match and ETag with an example', () => {
    expect(operation('/v1/shelves', 'get')?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 500, default: 50, example: 50 },
      }),
    );
    expect(operation('/v1/shelves/{reference}', 'patch')?.parameters).toEqual([
      expect.objectContaining({ name: 'reference', in: 'path', required: true }),
      expect.objectContaining({ name: 'If-Match', in: 'header', required: false }),
    ]);
    expect(operation('/v1/shelves/{reference}', 'get')?.parameters).toContainEqual(
      expect.objectContaining({ name: 'If-None-Match', in: 'header', required: false }),
    );
    for (const status of ['200', '304'])
      expect(operation('/v1/shelves/{reference}', 'get')?.responses[status]).toHaveProperty('headers.ETag');
  });
});

describe('The page to call the API from', () => {
  it('loads only what this service serves', async () => {
    const page = await app.inject('/docs');
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');

    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      // Others are symbols of the icons on the page itself.
      if (link.startsWith('#')) continue;
      expect(link).toMatch(/^\.\//);
      expect((await app.inject(new URL(link, 'http://localhost/docs').pathname)).statusCode).toBe(200);
    }
    expect((await app.inject('/docs/swagger-ui.css')).body).not.toMatch(/url\(["']?https?:|@import/);
  });

  it('sends the document to no validator', async () => {
    const script = (await app.inject('/docs/swagger-ui-init.js')).body;

    expect(script).toContain('validatorUrl: null');
    expect(script).toContain('"openapi":"3.1.0"');
  });
});
