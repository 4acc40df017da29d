import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuseStale, VersionMismatch } from '../../../src/shared/domain/version-mismatch.js';
import { etagOf, seenVersions } from '../../../src/shared/http/etag.js';
import { ValidationFailed } from '../../../src/shared/http/problem.js';
import { startProbe } from './probe.js';

describe('If-Match', () => {
  it.each([undefined, '*', ' * '])('lets any version pass: %s', (header) => {
    expect(seenVersions(header)).toBeUndefined();
  });

  it.each([
    [etagOf(7), [7]],
    ['"6", "7"', [6, 7]],
    ['"6","7" ,, "8",', [6, 7, 8]],
    ['"abc", "7"', [7]],
  ])('lets the versions pass that it names: %s', (header, versions) => {
    expect(seenVersions(header)).toEqual(versions);
  });

  it.each(['W/"7"', '"abc"', '""', '"07"', '"7.0"', '"-"', '"a,b"', '"99999999999999999999"'])(
    'lets no version pass by a tag that is none of ours: %s',
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

  it('is read in no time, however it is made', () => {
    const started = performance.now();
    expect(() => seenVersions(`${'"7" , '.repeat(2_000)}x`)).toThrow(ValidationFailed);
    expect(() => seenVersions(`${', '.repeat(8_000)}x`)).toThrow(ValidationFailed);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('A change', () => {
  it('is refused to who has seen another version', () => {
    expect(() => refuseStale(7, [5, 6])).toThrow(VersionMismatch);
    expect(() => refuseStale(7, [])).toThrow(VersionMismatch);
  });

  it('is open to who has seen this one, and to who does not ask', () => {
    expect(() => refuseStale(7, [6, 7])).not.toThrow();
    expect(() => refuseStale(7, undefined)).not.toThrow();
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

  it.each(['"7"', 'W/"7"', '"6", "7"', '*', ' * '])(
    'spares who has the answer already: %s',
    async (header) => {
      const answer = await call(header);
      expect(answer.statusCode).toBe(304);
      expect(answer.body).toBe('');
      expect(answer.headers).toMatchObject({ etag: '"7"' });
      expect(answer.headers).not.toHaveProperty('content-type');
      expect((await call(header, '/v1/shelves/A-1', 'HEAD')).statusCode).toBe(304);
    },
  );

  it.each(['"6"', '7', '', '"7', '*, "7"'])('names no answer that the caller has: %s', async (header) => {
    const answer = await call(header);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ reference: 'A-1' });
    expect((await call(header, '/v1/shelves/A-1', 'HEAD')).statusCode).toBe(200);
  });

  it('says nothing to what has no entity tag, to a refusal and to a change', async () => {
    expect((await call('*', '/v1/shelves')).statusCode).toBe(200);
    expect((await call('*', '/v1/shelves/missing')).statusCode).toBe(404);
    expect((await call('"7"', '/v1/shelves/A-1', 'PATCH')).statusCode).toBe(200);
  });

  it('need not be sent', async () => {
    expect((await app.inject('/v1/shelves/A-1')).statusCode).toBe(200);
  });
});
