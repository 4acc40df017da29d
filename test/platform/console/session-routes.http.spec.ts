import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { formatApiKey, hashOf, newApiKey } from '../../../src/platform/access/keys/api-key.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { openProbe } from '../access/probe-controller.js';

const HOST = 'shop.example.com';
const key = newApiKey();
const text = formatApiKey(key);
const stored = {
  id: key.id,
  name: 'shop',
  hash: hashOf(key.secret),
  scopes: ['read'],
  isRevoked: false,
} as const;

let access: Authenticator;
let app: NestFastifyApplication;
beforeEach(async () => {
  access = new Authenticator();
  access.setKeys([stored]);
  app = await openProbe(access, { webConsole: { oidc: null } });
});
afterEach(() => app.close());

type Headers = Record<string, string>;
const signIn = (body: unknown, headers: Headers = {}) =>
  app.inject({
    method: 'POST',
    url: '/console/session',
    payload: JSON.stringify(body),
    headers: { host: HOST, 'content-type': 'application/json', ...headers },
  });
const session = async (cookie?: string) =>
  (
    await app.inject({ url: '/console/session', headers: { ...(cookie !== undefined && { cookie }) } })
  ).json<object>();
const call = (method: 'GET' | 'POST' | 'DELETE', headers: Headers, url = '/probe') =>
  app.inject({ method, url, headers: { host: HOST, ...headers } });
const cookie = `earmark_session=${text}`;

describe('The sign-in by key', () => {
  it('keeps a key that is known in a cookie which no script can read, until the browser is closed', async () => {
    const answer = await signIn({ key: text });

    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(answer.headers['set-cookie']).toBe(`${cookie}; Path=/; HttpOnly; SameSite=Strict`);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  const PROXY = '127.0.0.1';
  it.each([
    { proxies: [PROXY], forwarded: 'https', isSecure: true },
    { proxies: [PROXY], forwarded: 'http', isSecure: false },
    { proxies: [PROXY], forwarded: undefined, isSecure: false },
    { proxies: [], forwarded: 'https', isSecure: false },
  ])(
    'keeps it from calls without TLS if a proxy that is trusted says that it ends TLS: %j',
    async ({ proxies, forwarded, isSecure }) => {
      await app.close();
      app = await openProbe(access, { webConsole: { oidc: null }, trustedProxies: proxies });
      const answer = await signIn(
        { key: text },
        forwarded === undefined ? {} : { 'x-forwarded-proto': forwarded },
      );

      expect(String(answer.headers['set-cookie']).endsWith('; Secure')).toBe(isSecure);
    },
  );

  it.each([
    `${text}0`,
    formatApiKey(newApiKey()),
    'x',
    'two words',
    'earmark_x; Domain=example.com',
    'a\r\nb: c',
  ])('rejects a key that is not known: %j', async (wrong) => {
    const answer = await signIn({ key: wrong });

    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:unauthenticated' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.body).not.toContain(text);
  });

  it('has a line in the log if it is rejected, which holds nothing of the key', async () => {
    const lines: string[] = [];
    const note = (...words: unknown[]) => void lines.push(JSON.stringify(words));
    Logger.overrideLogger({ log: note, warn: note, error: note });
    await signIn({ key: text });
    await signIn({ key: `${text}0` });
    await call('GET', { cookie: cookie.replace(/.$/, (last) => (last === '0' ? '1' : '0')) });
    Logger.overrideLogger(false);

    expect(lines).toEqual([
      expect.stringMatching(/^\["POST \/console\/session 401 [\d.]+ ms: unauthenticated"/),
      expect.stringContaining(`"refusedKey":"earmark_${key.id}_…"`),
    ]);
    expect(lines.join()).not.toContain(key.secret.slice(0, 20));
  });

  it('counts a key that is rejected with the failed tries of its address', async () => {
    await app.close();
    app = await openProbe(access, { webConsole: { oidc: null }, failedTries: 2 });
    const statuses = [];
    for (const wrong of ['x', 'y', 'z']) statuses.push((await signIn({ key: wrong })).statusCode);

    expect(statuses).toEqual([401, 401, 429]);
    expect((await signIn({ key: text })).statusCode).toBe(204);
  });

  it.each([
    {},
    { key: 7 },
    { key: '' },
    { key: null },
    { key: text, remember: true },
    [text],
    null,
    { key: 'x'.repeat(4_100) },
  ])('says what is wrong with the body: %j', async (body) => {
    const answer = await signIn(body);

    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:validation-failed' });
  });

  it('accepts no body that a form of another site could send', async () => {
    expect((await signIn({ key: text }, { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await signIn({ key: text }, { origin: 'https://evil.example.com' })).statusCode).toBe(403);
    expect((await signIn({ key: text }, { origin: `https://${HOST}` })).statusCode).toBe(204);
  });

  it('takes no key while access control is off, since none is known', async () => {
    const open = await openProbe(new Authenticator(), { webConsole: { oidc: null } });
    try {
      const answer = await open.inject({ method: 'POST', url: '/console/session', payload: { key: text } });
      expect(answer.statusCode).toBe(401);
      expect((await open.inject('/console/session')).json()).toEqual({
        isSecured: false,
        signedIn: false,
        canUseIssuer: false,
      });
    } finally {
      await open.close();
    }
  });
});

describe('The session', () => {
  it('says whether the cookie is valid now', async () => {
    const secured = { isSecured: true, canUseIssuer: false };
    expect(await session()).toEqual({ ...secured, signedIn: false });
    expect(await session(`${cookie}0`)).toEqual({ ...secured, signedIn: false });
    expect(await session('earmark_session=')).toEqual({ ...secured, signedIn: false });
    expect(await session(cookie)).toEqual({ ...secured, signedIn: true });
    expect(await session(`a=b; ${cookie}; c=d`)).toEqual({ ...secured, signedIn: true });
    access.setKeys([{ ...stored, isRevoked: true }]);
    expect(await session(cookie)).toEqual({ ...secured, signedIn: false });
  });

  it('is unknown while the database does not answer: nobody has to sign in again for that', async () => {
    jest.spyOn(access, 'admit').mockReturnValue(new Busy('Retry shortly.'));

    const answer = await app.inject({ url: '/console/session', headers: { cookie } });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
  });

  it('ends when the browser signs out', async () => {
    const ended = 'earmark_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict';
    const headers = { cookie, origin: `http://${HOST}` };
    const signedIn = await call('DELETE', headers, '/console/session');
    expect([signedIn.statusCode, signedIn.headers['set-cookie']]).toEqual([204, ended]);
    const again = await call('DELETE', {}, '/console/session');
    expect([again.statusCode, again.headers['set-cookie']]).toEqual([204, ended]);
    const others = await call('DELETE', { cookie, origin: 'http://evil.example.com' }, '/console/session');
    expect([others.statusCode, others.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

describe('A call with the cookie of the console', () => {
  it('is admitted like one with the key in its header, as far as its scopes go', async () => {
    expect((await call('GET', { cookie })).statusCode).toBe(200);
    expect((await call('GET', { cookie: `${cookie}0` })).statusCode).toBe(401);
    const write = await call('POST', { cookie, origin: `http://${HOST}` });
    expect([write.statusCode, write.json<{ scope: string }>().scope]).toEqual([403, 'batches:write']);
    access.setKeys([{ ...stored, isRevoked: true }]);
    expect((await call('GET', { cookie })).statusCode).toBe(401);
  });

  it('is judged by its header if it has one', async () => {
    expect((await call('GET', { cookie, authorization: 'Bearer x' })).statusCode).toBe(401);
    expect(
      (await call('GET', { cookie: 'earmark_session=x', authorization: `Bearer ${text}` })).statusCode,
    ).toBe(200);
    // A program with a key is not asked where it comes from.
    const authorization = `Bearer ${text}`;
    const answer = await call('GET', { cookie, authorization, 'sec-fetch-site': 'cross-site' });
    expect(answer.statusCode).toBe(200);
  });

  it.each<Headers>([
    { origin: `http://${HOST}` },
    { origin: `https://${HOST}` },
    { origin: `https://${HOST.toUpperCase()}:443`, host: HOST },
    { origin: `http://${HOST}:3000`, host: `${HOST}:3000` },
    { 'sec-fetch-site': 'same-origin' },
  ])('may change something from a page of this host: %j', async (headers) => {
    access.setKeys([{ ...stored, scopes: ['batches:write'] }]);
    expect((await call('DELETE', { cookie, ...headers })).statusCode).toBe(200);
  });

  it.each<Headers>([
    {},
    { origin: 'https://evil.example.com' },
    { origin: `https://${HOST}.evil.example.com` },
    { origin: `https://${HOST}:8443` },
    { origin: `http://${HOST}:3001`, host: `${HOST}:3000` },
    { origin: 'null' },
    { origin: '' },
    { origin: 'file://' },
    { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ])('may change nothing from elsewhere, before its body is read: %j', async (headers) => {
    access.setKeys([{ ...stored, scopes: ['batches:write'] }]);
    for (const method of ['POST', 'DELETE'] as const) {
      const answer = await app.inject({ method, url: '/probe', headers: { host: HOST, cookie, ...headers } });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ type: 'urn:earmark:problem:cross-origin' });
    }
  });

  it('may read unless the browser says that another site asks', async () => {
    for (const site of ['same-origin', 'same-site', 'none'])
      expect((await call('GET', { cookie, 'sec-fetch-site': site })).statusCode).toBe(200);
    const answer = await call('GET', { cookie, 'sec-fetch-site': 'cross-site' });
    expect([answer.statusCode, answer.json<{ type: string }>().type]).toEqual([
      403,
      'urn:earmark:problem:cross-origin',
    ]);
  });

  it('is one without a key if there is no console', async () => {
    const probe = await openProbe(access);
    try {
      expect((await probe.inject({ url: '/probe', headers: { cookie } })).statusCode).toBe(401);
    } finally {
      await probe.close();
    }
  });

  it('is a call without credentials while access control is off', async () => {
    const open = await openProbe(new Authenticator(), { webConsole: { oidc: null } });
    try {
      const headers = { host: 'localhost', cookie };
      expect((await open.inject({ method: 'DELETE', url: '/probe', headers })).statusCode).toBe(200);
    } finally {
      await open.close();
    }
  });
});
