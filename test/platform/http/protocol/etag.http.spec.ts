import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { requireVersion, VersionMismatch } from '../../../../src/kernel/domain/errors.js';
import { answerNotModified, etagOf, seenVersions } from '../../../../src/platform/http/protocol/etag.js';
import { ValidationFailed } from '../../../../src/platform/http/problems/problem.js';
import { startProbe } from '../probe.js';

describe('If-Match', () => {
  it.each([undefined, '*', ' * '])('accepts any version: %s', (header) => {
    expect(seenVersions(header)).toBeUndefined();
  });

  it.each([
    [etagOf(7), [7]],
    ['"6", "7"', [6, 7]],
    ['"6","7" ,, "8",', [6, 7, 8]],
    ['"abc", "7"', [7]],
    ['W/"7"', [7]],
    ['W/"6", "7"', [6, 7]],
    ['"7-gzip"', [7]],
    ['W/"7--gzip", "8;br"', [7, 8]],
    [etagOf(7, 2), [7]],
    ['W/"7-overdue-2-gzip"', [7]],
  ])('accepts the versions that it names: %s', (header, versions) => {
    expect(seenVersions(header)).toEqual(versions);
  });

  it.each(['W/"abc"', '"7-zip"', '"abc"', '""', '"07"', '"7.0"', '"-"', '"a,b"', '"99999999999999999999"'])(
    'accepts no version by a tag that is not ours: %s',
    (header) => {
      expect(seenVersions(header)).toEqual([]);
    },
  );

  it.each(['', '7', '"7', '7"', '"6" "7"', 'w/"7"', '*, "7"', ',', '"a"b"'])(
    'cannot be read: %j',
    (header) => {
      expect(() => seenVersions(header)).toThrow(ValidationFailed);
    },
  );

  it('is rejected with the reason if the quotes are missing', () => {
    expect(() => seenVersions('7')).toThrow('An entity tag stands in double quotes.');
    expect(() => seenVersions('W/7')).toThrow('An entity tag stands in double quotes.');
  });

  it('is read quickly, whatever it holds', () => {
    const started = performance.now();
    expect(() => seenVersions(`${'"7" , '.repeat(2_000)}x`)).toThrow(ValidationFailed);
    expect(() => seenVersions(`${', '.repeat(8_000)}x`)).toThrow(ValidationFailed);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('A change', () => {
  it('is rejected if the caller has seen another version', () => {
    expect(() => requireVersion(7, [5, 6])).toThrow(VersionMismatch);
    expect(() => requireVersion(7, [])).toThrow(VersionMismatch);
  });

  it('is made if the caller has seen this version, or names none', () => {
    expect(() => requireVersion(7, [6, 7])).not.toThrow();
    expect(() => requireVersion(7, undefined)).not.toThrow();
  });
});

describe('If-None-Match', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await startProbe();
  });
  afterAll(() => app.close());

  type Method = 'GET' | 'HEAD' | 'PATCH';
  const call = (header: string, url = '/v1/shelves/A-1', method: Method = 'GET') =>
    app.inject({
      method,
      url,
      headers: { 'if-none-match': header },
      ...(method === 'PATCH' && { payload: { quantity: 1 } }),
    });

  it.each(['"7"', 'W/"7"', '"7-gzip"', 'W/"7-br"', '"6", "7"', '*', ' * '])(
    'gets 304 if the caller has the answer already: %s',
    async (header) => {
      const answer = await call(header);
      expect(answer.statusCode).toBe(304);
      expect(answer.body).toBe('');
      expect(answer.headers).toMatchObject({ etag: '"7"' });
      expect(answer.headers).not.toHaveProperty('content-type');
      expect((await call(header, '/v1/shelves/A-1', 'HEAD')).statusCode).toBe(304);
    },
  );

  it('gets 304 for an answer that is sent as bytes, as long ones are', async () => {
    const server = fastify();
    answerNotModified(server);
    server.get('/', (_request, reply) => reply.header('etag', '"7"').send(Buffer.from('long')));
    const statusFor = async (header: string) =>
      (await server.inject({ url: '/', headers: { 'if-none-match': header } })).statusCode;
    expect(await statusFor('"7"')).toBe(304);
    expect(await statusFor('"6"')).toBe(200);
  });

  it.each(['"6"', '7', '', '"7', '*, "7"'])('gets the answer if it matches nothing: %s', async (header) => {
    const answer = await call(header);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ reference: 'A-1' });
    expect((await call(header, '/v1/shelves/A-1', 'HEAD')).statusCode).toBe(200);
  });

  it('does not change a problem', async () => {
    expect((await call('*', '/v1/shelves/missing')).statusCode).toBe(404);
  });

  it('is optional', async () => {
    expect((await app.inject('/v1/shelves/A-1')).statusCode).toBe(200);
  });
});

describe('A precondition that a call does not support', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await startProbe();
  });
  afterAll(() => app.close());

  const DAY = 'Thu, 01 Jan 2026 00:00:00 GMT';

  it.each([
    ['If-Match', 'GET', '/v1/shelves/A-1', '"7"', 'use If-None-Match, or leave it out'],
    ['If-Match', 'HEAD', '/v1/shelves/A-1', '"7"', ''],
    ['If-Match', 'GET', '/v1/shelves', '*', 'leave it out'],
    ['If-Match', 'POST', '/v1/shelves', '*', 'leave it out'],
    ['If-Match', 'DELETE', '/v1/shelves/A-1', '"7"', 'leave it out'],
    ['If-Match', 'DELETE', '/v1/shelves/A-1', '', 'leave it out'],
    ['If-None-Match', 'GET', '/v1/shelves', '"7"', 'leave it out'],
    ['If-None-Match', 'POST', '/v1/shelves', '*', 'leave it out'],
    ['If-None-Match', 'PATCH', '/v1/shelves/A-1', '"7"', 'use If-Match, or leave it out'],
    ['If-Unmodified-Since', 'PATCH', '/v1/shelves/A-1', DAY, 'use If-Match, or leave it out'],
    ['If-Unmodified-Since', 'GET', '/v1/shelves/A-1', DAY, 'use If-None-Match, or leave it out'],
    ['If-Modified-Since', 'DELETE', '/v1/shelves/A-1', DAY, 'leave it out'],
    ['If-Range', 'POST', '/v1/shelves', '"7"', 'leave it out'],
  ] as const)('%s on %s %s (%s) is refused with the reason', async (name, method, url, value, advice) => {
    const answer = await app.inject({
      method,
      url,
      headers: { [name]: value },
      ...((method === 'POST' || method === 'PATCH') && { payload: {} }),
    });

    expect(answer.statusCode).toBe(400);
    if (method === 'HEAD') return;
    const message = `${name} is not supported by this call: ${advice}.`;
    expect(answer.json()).toMatchObject({
      type: 'urn:earmark:problem:validation-failed',
      detail: message,
      errors: [{ field: name, message }],
    });
  });

  it.each(['If-Modified-Since', 'If-Range'])(
    '%s on a read is ignored, and the whole answer is sent',
    async (name) => {
      const answer = await app.inject({ url: '/v1/shelves/A-1', headers: { [name]: DAY } });
      expect([answer.statusCode, answer.json()]).toEqual([200, { reference: 'A-1' }]);
    },
  );

  it('changes nothing in the 404 of an unknown path', async () => {
    expect((await app.inject({ url: '/v1/nowhere', headers: { 'if-match': '"7"' } })).statusCode).toBe(404);
  });
});
