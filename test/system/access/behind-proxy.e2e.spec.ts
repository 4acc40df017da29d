import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of a process, while other tests use the same machine.
jest.setTimeout(120_000);

const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';

let database: TestDatabase;
let dataDir: string;
let service: ServiceProcess;
let url: string;
beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-proxy-'));
});
afterEach(() => service.stop('SIGKILL'));
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Two calls a minute for each caller, so that a third one shows for whom a caller is taken. */
async function start(settings: Record<string, string>): Promise<void> {
  service = new ServiceProcess({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    RATE_LIMIT: '2',
    ...settings,
  });
  url = await service.ready;
}

/** The status of a call from this address of the machine. */
function call(localAddress: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/products`, { localAddress, agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!));
    });
    sent.once('error', reject).end();
  });
}

const twice = async (from: string, forwardedFor: string) => [
  await call(from, { 'x-forwarded-for': forwardedFor }),
  await call(from, { 'x-forwarded-for': forwardedFor }),
];

describe('Behind a proxy that TRUSTED_PROXIES names', () => {
  it('each caller has limits of their own, by the address that the proxy adds', async () => {
    await start({ TRUSTED_PROXIES: PROXY });
    expect(await twice(PROXY, '192.0.2.1')).toEqual([200, 200]);
    expect(await call(PROXY, { 'x-forwarded-for': '192.0.2.1' })).toBe(429);
    expect(await call(PROXY, { 'x-forwarded-for': '192.0.2.2' })).toBe(200);
    expect(await call(PROXY, { 'x-forwarded-for': '2001:db8:1::1' })).toBe(200);
  });

  it('addresses that a caller puts before the one that the proxy adds are ignored', async () => {
    await start({ TRUSTED_PROXIES: PROXY });
    expect(await twice(PROXY, '192.0.2.1')).toEqual([200, 200]);
    for (const lie of ['198.51.100.7', '127.0.0.1', 'unknown', '', '198.51.100.7, 198.51.100.8'])
      expect([lie, await call(PROXY, { 'x-forwarded-for': `${lie}, 192.0.2.1` })]).toEqual([lie, 429]);
  });

  it('the header of a caller who bypasses the proxy is ignored', async () => {
    await start({ TRUSTED_PROXIES: PROXY });
    expect(await twice(STRANGER, '192.0.2.1')).toEqual([200, 200]);
    expect(await call(STRANGER, { 'x-forwarded-for': '192.0.2.9' })).toBe(429);
    expect(await call(STRANGER, { forwarded: 'for=192.0.2.10', 'x-real-ip': '192.0.2.10' })).toBe(429);
    expect(await call(PROXY, { 'x-forwarded-for': '192.0.2.1' })).toBe(200);
  });

  it('a call whose header names no address is still answered', async () => {
    await start({ TRUSTED_PROXIES: PROXY });
    for (const strange of [
      'unknown',
      '_hidden',
      ',',
      '192.0.2.1:4711',
      '[2001:db8::1]:80',
      'x'.repeat(4_000),
    ])
      expect([strange, await call(PROXY, { 'x-forwarded-for': strange })]).toEqual([strange, 200]);
  });
});

describe('Without TRUSTED_PROXIES', () => {
  it('all callers behind a proxy count as one, whatever X-Forwarded-For says', async () => {
    await start({});
    expect(await twice(PROXY, '192.0.2.1')).toEqual([200, 200]);
    expect(await call(PROXY, { 'x-forwarded-for': '192.0.2.2' })).toBe(429);
    expect(await call(STRANGER, { 'x-forwarded-for': '192.0.2.2' })).toBe(200);
  });
});
