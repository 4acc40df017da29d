import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SECRET, startProbe } from '../probe.js';

const errors = jest.fn();
const logger: LoggerService = { log: () => undefined, warn: () => undefined, error: errors };

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startProbe(logger);
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const put = (sku: string) =>
  app.inject({ method: 'POST', url: '/v1/shelves?', payload: { reference: 'A-1', sku, quantity: 1 } });
const send = (payload: string | Buffer, headers: Record<string, string> = json) =>
  app.inject({ method: 'POST', url: '/v1/shelves', payload, headers });

describe('A domain error', () => {
  it('is a problem document with its code, its facts and the path of the request', async () => {
    const answer = await put('FULL');

    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:earmark:problem:shelf-full',
      title: 'Shelf full',
      status: 409,
      detail: 'Shelf A-1 has room for 3 only.',
      instance: '/v1/shelves',
      help: '/problems/shelf-full',
      reference: 'A-1',
      room: 3,
    });
  });

  it.each([
    ['FULL', 409, 'shelf-full'],
    ['UNKNOWN', 422, 'unknown-sku'],
    ['BUSY', 503, 'busy'],
  ])('has the status of its kind: %s %i', async (sku, status, code) => {
    const answer = await put(sku);

    expect(answer.json()).toMatchObject({ status, type: `urn:earmark:problem:${code}` });
    expect(answer.statusCode).toBe(status);
  });

  it('has Retry-After if the service is busy, and only then', async () => {
    expect((await put('BUSY')).headers['retry-after']).toBe('1');
    expect((await put('UNKNOWN')).headers).not.toHaveProperty('retry-after');
  });

  it('has no body in the answer to HEAD', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/v1/shelves/missing' });

    expect(answer.statusCode).toBe(404);
    expect(answer.body).toBe('');
  });
});

describe('A fault of ours', () => {
  it.each(['BROKEN', 'BIGINT'])('shows the caller nothing and the log everything: %s', async (sku) => {
    errors.mockClear();
    const answer = await put(sku);

    expect(answer.statusCode).toBe(500);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:earmark:problem:internal-error',
      title: 'Internal error',
      status: 500,
      detail: 'An internal error occurred.',
      instance: '/v1/shelves',
      help: '/problems/internal-error',
    });
    expect(errors).toHaveBeenCalledTimes(1);
    expect(String(errors.mock.calls[0]?.[0])).toMatch(/\n {4}at /);
    if (sku === 'BROKEN') expect(String(errors.mock.calls[0]?.[0])).toContain(SECRET);
  });
});

describe('A request without a route', () => {
  it.each([
    ['/nope', '/nope'],
    ['/v1/shelves/', '/v1/shelves/'],
    ['//', '/.//'],
    ['//evil.example/v1', '/.//evil.example/v1'],
    ['/docs/nope.css', '/docs/nope.css'],
    ['/v1/shelves/A-1/more', '/v1/shelves/A-1/more'],
  ])('is not found, and its instance is a URI reference: %s', async (url, instance) => {
    const answer = await app.inject(url);

    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:not-found', instance });
  });

  it.each([
    ['PUT', '/v1/shelves', 'GET, HEAD, POST'],
    ['POST', '/v1/shelves/A-1?x=1', 'DELETE, GET, HEAD, PATCH'],
    ['OPTIONS', '/v1/shelves', 'GET, HEAD, POST'],
    ['PROPFIND', '/docs', 'GET, HEAD'],
  ] as const)('says which methods the path knows: %s %s', async (method, url, allow) => {
    const answer = await app.inject({ method: method as 'PUT', url });

    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:method-not-allowed' });
  });
});

describe('A body that cannot be read', () => {
  it.each(['{', '{"a":}', 'x', '{"a":1}}', "{'a':1}", 'NaN'])('is malformed JSON: %s', async (payload) => {
    expect((await send(payload)).json()).toMatchObject({
      type: 'urn:earmark:problem:malformed-json',
      title: 'Malformed JSON',
      status: 400,
      detail: expect.stringMatching(/^The body is not JSON: .*(JSON|property)/),
    });
  });

  it('is malformed JSON if it is not UTF-8', async () => {
    expect((await send(Buffer.from([0x22, 0xff, 0x22]))).json()).toMatchObject({
      type: 'urn:earmark:problem:malformed-json',
      detail: 'The body is not JSON: it is not UTF-8.',
    });
  });

  it.each(['gzip', 'br', 'identity, gzip', 'GZIP'])('is rejected if it is encoded: %s', async (coding) => {
    const answer = await send('{}', { ...json, 'content-encoding': coding });

    expect(answer.json()).toMatchObject({
      type: 'urn:earmark:problem:unsupported-content-encoding',
      status: 415,
    });
    expect(answer.headers['accept-encoding']).toBe('identity');
  });

  it.each(['', 'identity', ' Identity '])('is read if its encoding is identity: %j', async (coding) => {
    const answer = await send('{}', { ...json, 'content-encoding': coding });

    expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:validation-failed' });
  });

  it('may have 64 KiB and not a byte more', async () => {
    const ofSize = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));

    expect((await send(ofSize(64 * 1024))).statusCode).toBe(400);
    expect((await send(ofSize(64 * 1024 + 1))).json()).toMatchObject({
      type: 'urn:earmark:problem:payload-too-large',
      detail: 'The body is larger than 64 KiB, the limit of this call.',
      status: 413,
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', 'application/jsonx', 'text/json'])(
    'is rejected if its type is %s',
    async (type) => {
      expect((await send('{}', { 'content-type': type })).json()).toMatchObject({
        type: 'urn:earmark:problem:unsupported-media-type',
        status: 415,
      });
    },
  );

  it('is rejected if its type is missing', async () => {
    expect((await send('{}', {})).statusCode).toBe(415);
  });

  it('may be empty although a type is given', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/v1/shelves/A-1', headers: json });

    expect(answer.statusCode).toBe(204);
  });
});

describe('A URL that cannot be read', () => {
  it.each([
    ['/v1/shelves/%zz', '/v1/shelves/%25zz'],
    ['/v1/shelves/%', '/v1/shelves/%25'],
    ['/v1/shelves/%ED%A0%80', '/v1/shelves/%ED%A0%80'],
    ['/%c0%80', '/%c0%80'],
  ])('is a bad request, and its instance is a URI reference: %s', async (url, instance) => {
    expect((await app.inject(url)).json()).toMatchObject({
      type: 'urn:earmark:problem:bad-request',
      status: 400,
      instance,
    });
  });

  it('is too long if no reference could be', async () => {
    expect((await app.inject(`/v1/shelves/${'x'.repeat(2000)}`)).json()).toMatchObject({
      type: 'urn:earmark:problem:uri-too-long',
      status: 414,
    });
  });
});
