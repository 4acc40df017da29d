import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createKey, revokeKey } from '../../../src/platform/access/keys/keys.js';
import { eventually } from '../../../testing/eventually.js';
import { buildConsole, INDEX, SCRIPT } from '../../platform/console/built-console.js';
import { Listener } from '../../platform/events-api/live-feed-listener.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { TestIssuer } from '../../support/issuer.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of a process, while other tests use the same machine.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8';
const TLS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'stock.example.com' };

let database: TestDatabase;
let dataSource: DataSource;
let issuer: TestIssuer;
let folder: string;
const started: ServiceProcess[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  issuer = await TestIssuer.open();
  folder = await mkdtemp(join(tmpdir(), 'earmark-console-'));
  await install();
});
afterAll(async () => {
  await Promise.all(started.map((service) => service.stop('SIGKILL')));
  await dataSource.destroy();
  await issuer.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A copy of what runs the service, with a console of its own. */
async function install(): Promise<void> {
  for (const part of ['package.json', 'migrations', 'dist/bundle', 'dist/src'])
    await cp(join(ROOT, part), join(folder, part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await buildConsole(join(folder, 'dist/console'));
}

async function start(settings: Record<string, string> = {}, main = 'dist/bundle/main.js'): Promise<string> {
  const service = new ServiceProcess(
    { DATABASE_URL: database.url, DATA_DIR: folder, LOG_LEVEL: 'verbose', ...settings },
    join(folder, main),
  );
  started.push(service);
  return service.ready;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A call with exactly this path, which clients would shorten. */
async function call(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body?: object,
): Promise<Answer> {
  const json = body && JSON.stringify(body);
  const sent = request(url, {
    path,
    method,
    agent: false,
    headers: { ...(json && { 'content-type': 'application/json' }), ...headers },
  });
  sent.end(json);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: await text(response) };
}

const cookieOf = ({ headers }: Answer): string => headers['set-cookie']![0]!.split(';', 1)[0]!;
const asJson = ({ body }: Answer): unknown => JSON.parse(body);

describe('A service with a console', () => {
  let url: string;
  let admin: string;
  beforeAll(async () => {
    url = await start({ TRUSTED_PROXIES: '127.0.0.1' });
  });

  it('serves it to browsers, and needs no key for it', async () => {
    expect(await call(url, '/', { accept: BROWSER })).toMatchObject({
      status: 302,
      headers: { location: 'console/' },
    });
    expect((await call(url, '/')).status).toBe(404);
    expect(await call(url, '/console/orders/SO-1')).toMatchObject({ status: 200, body: INDEX });
    const packed = await call(url, '/console/assets/app-1.js', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await call(url, '/console/assets/app-1.js')).body).toBe(SCRIPT);
    for (const path of [
      '/console/../package.json',
      '/console/..%2f..%2fpackage.json',
      '/console/assets/x.js',
    ])
      expect([path, (await call(url, path)).status]).toEqual([path, 404]);
  });

  it('serves it from the compiled files, too', async () => {
    const unbundled = await start({}, 'dist/src/main.js');
    expect(await call(unbundled, '/console/')).toMatchObject({ status: 200, body: INDEX });
  });

  it('is open without a key, and says so to the console', async () => {
    expect(asJson(await call(url, '/console/session'))).toEqual({
      isSecured: false,
      signedIn: false,
      canUseIssuer: false,
    });
  });

  it('lets a browser in by a cookie that holds the key, with the rights of the key', async () => {
    admin = await createKey(dataSource, 'admin', ['read', 'batches:write', 'keys:write']);
    await eventually('the key is known', async () => (await call(url, '/v1/products')).status === 401);
    const signedIn = await call(url, '/console/session', {}, 'POST', { key: admin });
    expect(signedIn).toMatchObject({ status: 204, body: '' });
    expect(signedIn.headers['set-cookie']).toEqual([
      `earmark_session=${admin}; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    const cookie = cookieOf(signedIn);
    expect(asJson(await call(url, '/v1/info', { cookie }))).toMatchObject({
      caller: { kind: 'key', name: 'admin' },
    });
    const batch = { reference: 'PO-1', sku: 'LAMP', quantity: 10 };
    const write = (headers: Record<string, string>) =>
      call(url, '/v1/batches', { cookie, ...headers }, 'POST', batch);
    expect((await write({})).status).toBe(403);
    expect((await write({ origin: 'https://evil.example.com' })).status).toBe(403);
    expect((await write({ origin: url })).status).toBe(201);
    expect((await call(url, '/v1/products', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await call(url, '/v1/audit', { cookie })).status).toBe(403);
  });

  it('knows behind a proxy that it trusts that the browser came over TLS, and by which name', async () => {
    const { headers } = await call(url, '/console/session', TLS, 'POST', { key: admin });
    expect(headers['set-cookie']).toEqual([
      `earmark_session=${admin}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    ]);
    const cookie = `earmark_session=${admin}`;
    const batch = { reference: 'PO-2', sku: 'LAMP', quantity: 10 };
    const origin = 'https://stock.example.com';
    expect((await call(url, '/v1/batches', { cookie, origin }, 'POST', batch)).status).toBe(403);
    expect((await call(url, '/v1/batches', { cookie, origin, ...TLS }, 'POST', batch)).status).toBe(201);
  });

  it('ends sessions and their live feeds as soon as the key is revoked', async () => {
    const key = await createKey(dataSource, 'person', ['read']);
    const cookie = `earmark_session=${key}`;
    await eventually(
      'the key is known',
      async () => (await call(url, '/v1/products', { cookie })).status === 200,
    );
    const feed = await Listener.open(`${url}/v1/events`, { cookie });
    expect(feed.status).toBe(200);
    await revokeKey(dataSource, 'person');

    expect(await feed.over).toBe('cut off');
    expect((await call(url, '/v1/products', { cookie })).status).toBe(401);
    expect(asJson(await call(url, '/console/session', { cookie }))).toMatchObject({ signedIn: false });
  });

  it('lets people sign in at the issuer, over TLS that ends in front', async () => {
    const withIssuer = await start({
      TRUSTED_PROXIES: '127.0.0.1',
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: 'earmark',
      OIDC_CLIENT_ID: 'console',
    });
    const begun = await call(withIssuer, '/console/sign-in', TLS);
    const back = (await fetch(begun.headers.location!, { redirect: 'manual' })).headers.get('location')!;
    expect(back).toMatch(/^https:\/\/stock\.example\.com\/console\/sign-in\/return\?/);
    const path = back.replace('https://stock.example.com', '');
    const done = await call(withIssuer, path, { ...TLS, cookie: cookieOf(begun) });

    expect(done).toMatchObject({ status: 302, headers: { location: '../' } });
    expect(done.headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    const cookie = cookieOf(done);
    expect(asJson(await call(withIssuer, '/v1/info', { cookie }))).toMatchObject({
      caller: { kind: 'token', name: 'web-shop', scopes: ['read'] },
    });
    expect(asJson(await call(withIssuer, '/console/session', { cookie }))).toEqual({
      isSecured: true,
      signedIn: true,
      canUseIssuer: true,
    });
    expect(await call(withIssuer, path, { ...TLS, cookie: cookieOf(begun) })).toMatchObject({
      status: 302,
      headers: { location: '../?signInFailed=denied' },
    });
  });

  it('writes neither keys nor tokens to its log', async () => {
    const ended = await Promise.all(started.map((service) => service.stop('SIGTERM')));
    const said = ended.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(said).toContain('Sign-in to the console failed (denied)');
    expect(said).not.toContain(admin.split('_')[2]);
    expect(said).not.toMatch(/eyJ|code-\d/);
  });
});

describe('A service', () => {
  it('whose console was not built says so at its address, and serves everything else', async () => {
    await rm(join(folder, 'dist/console'), { recursive: true });
    const url = await start();
    const answer = await call(url, '/console/');
    expect(answer.status).toBe(404);
    expect(asJson(answer)).toMatchObject({ detail: expect.stringContaining('npm run build:console') });
    expect((await call(url, '/health/ready')).status).toBe(200);
    expect((await call(url, '/v1/products')).status).toBe(401);
  });

  it('with CONSOLE=off has none of its routes, and takes no cookie', async () => {
    const url = await start({ CONSOLE: 'off' });
    const key = await createKey(dataSource, 'last', ['read']);
    await eventually('the key is known', async () => {
      const answer = await call(url, '/v1/products', { authorization: `Bearer ${key}` });
      return answer.status === 200;
    });
    for (const path of ['/', '/console', '/console/', '/console/session', '/console/sign-in'])
      expect([path, (await call(url, path, { accept: BROWSER })).status]).toEqual([path, 404]);
    expect((await call(url, '/v1/products', { cookie: `earmark_session=${key}` })).status).toBe(401);
  });
});
