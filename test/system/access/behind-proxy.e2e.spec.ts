import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of a process, while other tests use the same machine.

const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';

let database: TestDatabase;
let dataDir: string;
let services: ServiceProcess[];
/** Where a service is that trusts the proxy, and where one is that trusts none. */
let trusting: string;
let distrustful: string;
beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-proxy-'));
  services = [start({ TRUSTED_PROXIES: PROXY }), start({})];
  [trusting, distrustful] = (await Promise.all(services.map(({ ready }) => ready))) as [string, string];
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Two calls a minute for each caller, so that a third one shows for whom a caller is taken. */
const start = (settings: Record<string, string>) =>
  new ServiceProcess({ DATABASE_URL: database.url, DATA_DIR: dataDir, RATE_LIMIT: '2', ...settings });

/** The status of a call from this address of the machine. */
function call(url: string, localAddress: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/products`, { localAddress, agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!));
    });
    sent.once('error', reject).end();
  });
}

const twice = async (url: string, from: string, forwardedFor: string) => [
  await call(url, from, { 'x-forwarded-for': forwardedFor }),
  await call(url, from, { 'x-forwarded-for': forwardedFor }),
];

// Each test calls from addresses of its own: they share a service, which remembers callers for a minute.
describe('Behind a proxy that TRUSTED_PROXIES names', () => {
  it('each caller has limits of their own, by the address that the proxy adds', async () => {
    expect(await twice(trusting, PROXY, '192.0.2.1')).toEqual([200, 200]);
    expect(await call(trusting, PROXY, { 'x-forwarded-for': '192.0.2.1' })).toBe(429);
    expect(await call(trusting, PROXY, { 'x-forwarded-for': '192.0.2.2' })).toBe(200);
    expect(await call(trusting, PROXY, { 'x-forwarded-for': '2001:db8:1::1' })).toBe(200);
  });

  it('addresses that a caller puts before the one that the proxy adds are ignored', async () => {
    expect(await twice(trusting, PROXY, '192.0.2.3')).toEqual([200, 200]);
    for (const lie of ['198.51.100.7', '127.0.0.1', 'unknown', '', '198.51.100.7, 198.51.100.8'])
      expect([lie, await call(trusting, PROXY, { 'x-forwarded-for': `${lie}, 192.0.2.3` })]).toEqual([
        lie,
        429,
      ]);
  });

  it('the header of a caller who bypasses the proxy is ignored', async () => {
    expect(await twice(trusting, STRANGER, '192.0.2.4')).toEqual([200, 200]);
    expect(await call(trusting, STRANGER, { 'x-forwarded-for': '192.0.2.9' })).toBe(429);
    const others = { forwarded: 'for=192.0.2.10', 'x-real-ip': '192.0.2.10' };
    expect(await call(trusting, STRANGER, others)).toBe(429);
    expect(await call(trusting, PROXY, { 'x-forwarded-for': '192.0.2.4' })).toBe(200);
  });

  it('a call whose header names no address is still answered', async () => {
    for (const strange of [
      'unknown',
      '_hidden',
      ',',
      '192.0.2.5:4711',
      '[2001:db8:2::1]:80',
      'x'.repeat(4_000),
    ])
      expect([strange, await call(trusting, PROXY, { 'x-forwarded-for': strange })]).toEqual([strange, 200]);
  });
});

describe('Without TRUSTED_PROXIES', () => {
  it('all callers behind a proxy count as one, whatever X-Forwarded-For says', async () => {
    expect(await twice(distrustful, PROXY, '192.0.2.1')).toEqual([200, 200]);
    expect(await call(distrustful, PROXY, { 'x-forwarded-for': '192.0.2.2' })).toBe(429);
    expect(await call(distrustful, STRANGER, { 'x-forwarded-for': '192.0.2.2' })).toBe(200);
  });
});
