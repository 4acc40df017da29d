import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { openProbe } from './probe-controller.js';

const METHODS = ['GET', 'POST', 'DELETE'] as const;

describe('While access control is off', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await openProbe(new Authenticator());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  const call = (method: (typeof METHODS)[number], headers: Record<string, string>) =>
    app.inject({ method, url: '/probe', headers });

  it.each([
    'localhost',
    'LocalHost:3000',
    '127.0.0.1',
    '127.0.0.1:3000',
    '127.255.3.4:1',
    '[::1]',
    '[::1]:3000',
  ])('a call to %s is answered', async (host) => {
    for (const method of METHODS) expect((await call(method, { host })).statusCode).toBeLessThan(300);
  });

  it.each([
    'shop.example.com',
    'shop.example.com:3000',
    'localhost.example.com',
    '127.0.0.1.example.com:3000',
    '127.0.0.1@example.com',
    'example.com#@127.0.0.1',
    '127.0.0.1:3000:80',
    '127.0.0.1:x',
    '127.0.0.256',
    '128.0.0.1',
    '0.0.0.0:3000',
    '10.0.0.7',
    '2130706433',
    '0x7f.1',
    '[::2]:3000',
    '[::ffff:10.0.0.1]',
    '::1',
    '[localhost]x',
    'localhost,evil.example.com',
    ' ',
  ])('a call to %j is rejected: a page may have its own name resolve to this machine', async (host) => {
    for (const method of METHODS) {
      const answer = await call(method, { host });
      expect(answer.statusCode).toBe(421);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json()).toMatchObject({
        type: 'urn:earmark:problem:misdirected-request',
        instance: '/probe',
      });
    }
  });

  it.each([
    ['http://localhost', 'localhost'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://LOCALHOST:3000', 'localhost:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
    ['http://127.0.0.1', '127.0.0.1:80'],
  ])('a page of %s may change what is at %s', async (origin, host) => {
    for (const method of METHODS) expect((await call(method, { host, origin })).statusCode).toBeLessThan(300);
  });

  it.each([
    ['https://evil.example.com', 'localhost:3000'],
    ['http://localhost:5173', 'localhost:3000'],
    ['http://localhost', 'localhost:3000'],
    ['http://127.0.0.1:3000', 'localhost:3000'],
    ['null', 'localhost'],
    ['', 'localhost'],
    ['file://', 'localhost'],
    ['localhost', 'localhost'],
  ])('a page of %j may read, and change nothing at %s', async (origin, host) => {
    expect((await call('GET', { host, origin })).statusCode).toBe(200);
    for (const method of ['POST', 'DELETE'] as const) {
      const answer = await call(method, { host, origin });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:cross-origin', instance: '/probe' });
    }
  });

  it.each([
    [
      'of HTTP/1.0, which names no host, is answered: no browser makes it',
      'GET /probe HTTP/1.0\r\n\r\n',
      200,
    ],
    ['that names nothing as its host is refused', 'GET /probe HTTP/1.0\r\nHost:\r\n\r\n', 421],
    ['of HTTP/1.1 without a host is no HTTP', 'GET /probe HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'with two hosts is no HTTP',
      'GET /probe HTTP/1.0\r\nHost: localhost\r\nHost: evil.example.com\r\n\r\n',
      400,
    ],
    [
      'whose address names this host is answered, whatever its Host header says (RFC 9112, 3.2.2)',
      'GET http://localhost/probe HTTP/1.0\r\nHost: evil.example.com\r\n\r\n',
      200,
    ],
    [
      'whose address names another host is refused, whatever its Host header says',
      'GET http://evil.example.com/probe HTTP/1.0\r\nHost: localhost\r\n\r\n',
      421,
    ],
  ])('a call %s', async (_, words, status) => {
    const { port } = app.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(words);

    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each(['/docs', '/openapi.json'])('%s is served under any host name', async (url) => {
    expect((await app.inject({ url, headers: { host: 'shop.example.com' } })).statusCode).toBe(200);
  });
});

describe('Once access control is on', () => {
  it('calls are answered under any host name', async () => {
    const access = new Authenticator({
      callerOf: () =>
        Promise.resolve({ kind: 'token', id: 'shop', name: 'shop', scopes: ['read', 'batches:write'] }),
    });
    const app = await openProbe(access);
    try {
      for (const method of METHODS) {
        const headers = { host: 'shop.example.com', origin: 'https://other.example.com' };
        const authorization = 'Bearer x';
        expect((await app.inject({ method, url: '/probe', headers })).statusCode).toBe(401);
        expect(
          (await app.inject({ method, url: '/probe', headers: { ...headers, authorization } })).statusCode,
        ).toBeLessThan(300);
      }
    } finally {
      await app.close();
    }
  });
});
