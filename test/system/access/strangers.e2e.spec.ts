import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../testing/ports.js';
import { keyCommands } from '../../../src/platform/cli/operator/keys.js';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { SCOPES } from '../../../src/scopes.js';
import { readAllSettings } from '../../../src/settings.js';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { runCommand } from '../../support/run-command.js';
import { askingDatabase } from '../../support/asking.js';
import { ServiceProcess } from '../../support/service-process.js';

// Each start is a process of its own, while other tests use the same machine.

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const started: ServiceProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop('SIGKILL')));
});
const start = (settings: Record<string, string> = {}) => {
  const service = new ServiceProcess({ DATABASE_URL: database.url, ...settings });
  started.push(service);
  return service;
};
const keys = (...args: string[]) => runCommand(keyCommands(askingDatabase(database.url), SCOPES), ...args);
const KEY = /^earmark_[0-9a-f]{16}_[0-9a-f]{64}$/;

/** Seen from here, whatever the address is that it listens on. */
const call = (url: string, authorization?: string) =>
  fetch(`http://127.0.0.1:${new URL(url).port}/v1/batches`, {
    headers: { ...(authorization !== undefined && { authorization }) },
  });

describe('The service', () => {
  it('does not start on a public address without a key, and says how to create one', async () => {
    const { code, stderr } = await start({ HOST: '0.0.0.0' }).ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^HOST must be a loopback address [^\n]*keys create NAME --scopes [^\n]*\n$/);
  });

  it('starts on a public address with an issuer of tokens, whether it answers or not', async () => {
    const OIDC_ISSUER = `http://127.0.0.1:${await freePort()}`;
    const url = await start({ HOST: '0.0.0.0', OIDC_ISSUER, OIDC_AUDIENCE: 'earmark' }).ready;

    expect((await call(url)).status).toBe(401);
    expect((await call(url, 'Bearer x')).status).toBe(401);
    const part = (words: string) => Buffer.from(words).toString('base64url');
    const token = [part('{"alg":"ES256","kid":"1"}'), part('{}'), 'A'.repeat(86)].join('.');
    const answer = await call(url, `Bearer ${token}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ OIDC_ISSUER: 'https://login.example.com' }, /^OIDC_AUDIENCE must be set [^\n]*$/],
    [{ OIDC_AUDIENCE: 'earmark' }, /^OIDC_ISSUER must be set [^\n]*$/],
    [{ RATE_LIMIT: '0' }, /^RATE_LIMIT must be [^\n]*$/],
  ])('does not start with half of a pair of settings: %j', (settings, reason) => {
    // How the process ends then is shown in process.e2e.spec.ts.
    const read = () => readAllSettings(settings);

    expect(read).toThrow(InvalidSetting);
    expect(read).toThrow(reason);
  });

  it('admits a key from the moment it is printed until it is revoked, and never logs it', async () => {
    expect((await keys('list')).stdout).toMatch(/^No API key exists/);
    const service = start({ LOG_LEVEL: 'verbose' });
    const url = await service.ready;
    expect((await call(url)).status).toBe(200);

    const { stdout } = await keys('create', 'shop', '--scopes', 'read, batches:write');
    const key = stdout.trimEnd();
    expect(key).toMatch(KEY);
    expect((await call(url)).status).toBe(401);
    expect((await call(url, `Bearer ${key}`)).status).toBe(200);

    const again = new CommandLine(
      { DATABASE_URL: database.url },
      'keys',
      'create',
      'shop',
      '--scopes',
      'read',
    );
    expect(await again.ended).toMatchObject({
      code: 1,
      stderr: 'There is a key shop already: choose another name.\n',
    });
    const json = await keys('create', 'partner', '--scopes', 'admin', '--json');
    const partner = JSON.parse(json.stdout) as { key: string };
    expect(partner).toEqual({ name: 'partner', scopes: ['admin'], key: expect.stringMatching(KEY) });
    expect((await call(url, `Bearer ${partner.key}`)).status).toBe(403);

    expect((await keys('revoke', 'shop')).stdout).toMatch(
      /^The key of shop was revoked on \d{4}-[\d-]+T[\d:]+Z\.\n$/,
    );
    expect((await call(url, `Bearer ${key}`)).status).toBe(401);

    const listed = await keys('list');
    expect(listed.stdout).toMatch(/^name +key +scopes +created +last used +revoked\n/);
    expect(listed.stdout).toMatch(/\npartner +earmark_[0-9a-f]{16}_… +admin +\S+Z +\S+ +no\n/);
    const { keys: all } = JSON.parse((await keys('list', '--json')).stdout) as { keys: object[] };
    expect(all).toMatchObject([
      { name: 'partner', scopes: ['admin'], revokedAt: null },
      { name: 'shop', scopes: ['read', 'batches:write'], revokedAt: expect.any(String) },
    ]);

    const { stdout: logged, stderr } = await service.stop('SIGTERM');
    expect(logged).toContain('API keys exist: authentication is now required');
    for (const secret of [key, partner.key].map((each) => each.split('_')[2]!)) {
      expect(logged + stderr + listed.stdout + JSON.stringify(all)).not.toContain(secret);
    }
    expect(stderr).toBe('');
  });

  it('starts on a public address once there was a key, even a revoked one, and admits no strangers', async () => {
    await keys('create', 'last', '--scopes', 'read');
    await keys('revoke', 'last');
    const url = await start({ HOST: '0.0.0.0' }).ready;

    expect((await call(url)).status).toBe(401);
  });
});
