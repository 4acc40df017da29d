import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { openProbe } from '../access/probe-controller.js';
import { buildConsole, consoleFolder, ICON, INDEX, SCRIPT } from './built-console.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const NOT_FOUND = 'There is nothing at this URL.';

let folder: Awaited<ReturnType<typeof consoleFolder>>;
let app: NestFastifyApplication;
beforeAll(async () => {
  folder = await consoleFolder();
  await buildConsole(folder.path);
  // A neighbour of the folder, for who looks there.
  await writeFile(join(folder.path, '../package.json'), '{"secret": true}');
  app = await openProbe(new Authenticator(), { webConsole: { oidc: null, folder: folder.url } });
  await app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await app.close();
  await folder.remove();
});

/** Clients resolve `..` themselves, and so does `inject`. */
async function getAsWritten(path: string) {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const [response] = (await once(request({ port, path, agent: false }).end(), 'response')) as [
    IncomingMessage,
  ];
  return { statusCode: response.statusCode, headers: response.headers, body: await text(response) };
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('The console', () => {
  it.each([
    '/console/',
    '/console/index.html',
    '/console/products/LAMP',
    '/console/orders?state=held',
    '/console/a/b.c',
  ])('answers with its page, whose router knows the path: %s', async (url) => {
    const { statusCode, headers, body } = await get(url);

    expect([statusCode, body]).toEqual([200, INDEX]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      etag: expect.stringMatching(/^W\/"[\w-]{22}"$/),
    });
  });

  it('serves assets that browsers keep for ever, and other files that they ask about', async () => {
    const asset = await get('/console/assets/app-1.js');
    expect([asset.statusCode, asset.body]).toEqual([200, SCRIPT]);
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    const icon = await get('/console/icon.svg');
    expect([icon.statusCode, icon.body, icon.headers['cache-control']]).toEqual([200, ICON, 'no-cache']);
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['br', 'br'],
    ['*', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['*;q=0', undefined],
    ['deflate', undefined],
    ['identity', undefined],
    ['br;q=x', undefined],
    ['', undefined],
  ])('compressed at build time is sent as the client likes it best: %j gets %j', async (accepted, coding) => {
    const { headers, rawPayload } = await get('/console/assets/app-1.js', { 'accept-encoding': accepted });

    expect(headers['content-encoding']).toBe(coding);
    const plain =
      coding === 'br'
        ? brotliDecompressSync(rawPayload)
        : coding === 'gzip'
          ? gunzipSync(rawPayload)
          : rawPayload;
    expect(plain.toString()).toBe(SCRIPT);
    expect(headers['content-length']).toBe(String(rawPayload.length));
  });

  it('says by 304 that a browser has the page already, whatever its encoding', async () => {
    const { etag } = (await get('/console/')).headers as { etag: string };

    for (const method of ['GET', 'HEAD'] as const) {
      const headers = { 'if-none-match': etag, 'accept-encoding': 'br' };
      const answer = await app.inject({ method, url: '/console/orders', headers });
      expect([answer.statusCode, answer.body]).toEqual([304, '']);
      expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
      expect(answer.headers).not.toHaveProperty('content-encoding');
    }
    expect((await get('/console/', { 'if-none-match': 'W/"other"' })).statusCode).toBe(200);
  });

  it('answers HEAD like GET without a body', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/console/assets/app-1.js' });

    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(answer.headers['content-length']).toBe(String(SCRIPT.length));
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('rejects %s by 405', async (method) => {
    for (const url of ['/console', '/console/', '/console/assets/app-1.js', '/console/orders']) {
      const answer = await app.inject({ method, url });
      expect([url, answer.statusCode]).toEqual([url, 405]);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
  });

  it.each([
    '/console/assets/none.js',
    '/console/assets/',
    '/console/assets/app-1.js.br',
    '/console/../package.json',
    '/console/%2e%2e/package.json',
    '/console/%2E%2E%2Fpackage.json',
    '/console/..%2fpackage.json',
    '/console/..%5cpackage.json',
    '/console/assets/../../package.json',
    '/console/assets/..%2f..%2fpackage.json',
    '/console/./index.html',
    '/console//etc/passwd/..',
  ])('has no file at %s, and no page', async (url) => {
    const { statusCode, headers, body } = await getAsWritten(url);

    expect([statusCode, headers['cache-control']]).toEqual([404, 'no-store']);
    expect(JSON.parse(body)).toMatchObject({ detail: NOT_FOUND });
  });

  it.each(['/console/%2e%2e%00/package.json', '/console//package.json', '/console/%252e%252e/package.json'])(
    'shows nothing but its own page at %s',
    async (url) => {
      expect((await getAsWritten(url)).body).toBe(INDEX);
    },
  );

  it('may load from this service alone, and is in no frame', async () => {
    for (const url of ['/console/', '/console/assets/app-1.js', '/console/session']) {
      expect((await get(url)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      });
    }
  });

  it('is read once: a build while the service runs does not mix two versions', async () => {
    await writeFile(join(folder.path, 'assets/app-1.js'), 'another');
    expect((await get('/console/assets/app-1.js')).body).toBe(SCRIPT);
  });
});

describe('The way to the console', () => {
  it('leads browsers from the root, and leaves others where they are', async () => {
    const browser = await get('/', { accept: BROWSER });
    expect(browser.statusCode).toBe(302);
    expect(browser.headers).toMatchObject({
      location: 'console/',
      vary: 'accept',
      'cache-control': 'no-store',
    });
    for (const accept of ['*/*', 'application/json', 'text/html;q=0.5, application/json', '']) {
      const answer = await get('/', { accept });
      expect([accept, answer.statusCode]).toEqual([accept, 404]);
      expect(answer.json()).toMatchObject({ detail: NOT_FOUND });
    }
  });

  it('adds the slash that its relative links need', async () => {
    const { statusCode, headers } = await get('/console');
    expect([statusCode, headers.location]).toEqual([308, 'console/']);
  });
});

describe('A console that was not built', () => {
  it('is a 404 that says how to build it; it is served as soon as that was done', async () => {
    const empty = await consoleFolder();
    const probe = await openProbe(new Authenticator(), { webConsole: { oidc: null, folder: empty.url } });
    try {
      for (const url of ['/console/', '/console/assets/app-1.js', '/console/orders']) {
        const answer = await probe.inject(url);
        expect([answer.statusCode, answer.headers['cache-control']]).toEqual([404, 'no-store']);
        expect(answer.json()).toMatchObject({
          type: 'urn:earmark:problem:not-found',
          detail: expect.stringContaining('npm run build:console'),
        });
      }
      await rm(empty.path, { recursive: true });
      expect((await probe.inject('/console/')).statusCode).toBe(404);
      expect((await probe.inject('/probe')).statusCode).toBe(200);
      await buildConsole(empty.path);
      expect((await probe.inject('/console/')).body).toBe(INDEX);
    } finally {
      await probe.close();
      await empty.remove();
    }
  });
});

describe('Without the console', () => {
  it('none of its routes exist, and the root is nothing for browsers either', async () => {
    const probe = await openProbe(new Authenticator());
    try {
      for (const url of ['/', '/console', '/console/', '/console/session', '/console/sign-in']) {
        const answer = await probe.inject({ url, headers: { accept: BROWSER } });
        expect([url, answer.statusCode]).toEqual([url, 404]);
      }
    } finally {
      await probe.close();
    }
  });
});
