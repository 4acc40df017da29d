import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readAllSettings } from '../../../src/settings.js';
import { ServiceProcess } from '../../support/service-process.js';
import { eventually } from '../../../testing/eventually.js';

// Real starts of a real PostgreSQL, while other tests use the same machine.

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-process-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(dataDir, 0o711);
});
const started: ServiceProcess[] = [];
afterAll(async () => {
  // A test that failed may have left some.
  await Promise.all(started.map((service) => service.stop('SIGQUIT')));
  await rm(dataDir, { recursive: true, force: true });
});
const start = (settings: Record<string, string> = {}) => {
  const service = new ServiceProcess({ DATA_DIR: dataDir, ...settings });
  started.push(service);
  return service;
};

const call = async (url: string, method: string, path: string, body?: object) => {
  const answer = await fetch(`${url}/v1/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as object };
};

/** PostgreSQL deletes this file last. It tells more than the process, which a container's init may reap late. */
const hasPostgres = (directory: string) => existsSync(join(directory, 'postgres/postmaster.pid'));

describe('A process of the service', () => {
  let service: ServiceProcess;
  let url: string;
  beforeAll(async () => {
    service = start();
    url = await service.ready;
  });

  it('logs its address, and answers there', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await call(url, 'GET', 'batches')).toEqual({ status: 200, body: { items: [], next: null } });
  });

  it('does not start on a data directory that another process uses, and leaves that one alone', async () => {
    const { code, stderr } = await start().ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(dataDir);
    expect(await call(url, 'GET', 'batches')).toMatchObject({ status: 200 });
  });

  it('keeps confirmed changes over a kill -9', async () => {
    await call(url, 'POST', 'batches', { reference: 'PO-1', sku: 'TABLE', quantity: 10 });
    const line = await call(url, 'POST', 'allocations', { orderId: 'o-1', sku: 'TABLE', quantity: 4 });
    const changed = await call(url, 'PATCH', 'batches/PO-1', { quantity: 7 });
    const log = await call(url, 'GET', 'events');
    await service.stop('SIGKILL');

    service = start();
    url = await service.ready;

    // The figures of a batch lag behind by moments.
    const figures = { claimed: 4, available: 3 };
    await eventually('the log is read', async () => {
      const { body } = await call(url, 'GET', 'batches/PO-1');
      return (body as { claimed?: number }).claimed === 4;
    });
    expect(await call(url, 'GET', 'batches/PO-1')).toEqual({
      status: 200,
      body: { ...changed.body, ...figures },
    });
    expect(await call(url, 'POST', 'allocations', { orderId: 'o-1', sku: 'TABLE', quantity: 4 })).toEqual({
      status: 200,
      body: line.body,
    });
    expect(await call(url, 'GET', 'events')).toEqual(log);
    expect(
      await call(url, 'POST', 'allocations', { orderId: 'o-2', sku: 'TABLE', quantity: 3 }),
    ).toMatchObject({
      status: 201,
    });
  });

  // On SIGTERM it does in ending.e2e.spec.ts.
  it('stops with its PostgreSQL on SIGINT, and has logged nothing but JSON', async () => {
    expect(hasPostgres(dataDir)).toBe(true);

    const { code, signal, stdout, stderr } = await service.stop('SIGINT');

    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(hasPostgres(dataDir)).toBe(false);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ message: expect.any(String) });
  });

  it('does not start on a port that is taken, and leaves no PostgreSQL behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { code, stderr } = await start({ PORT: String(port) }).ended;
    other.close();

    expect(code).toBe(1);
    expect(stderr).toMatch(/^HOST, PORT or HEALTH_PORT cannot be used: .*EADDRINUSE/m);
    expect(hasPostgres(dataDir)).toBe(false);
  });
});

describe('An invalid setting', () => {
  it('aborts start-up with one line that names it', async () => {
    const { code, stdout, stderr } = await start({ DATABASE_URL: 'mysql://user:secret@db/shop' }).ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain('secret');
    expect(stdout).toBe('');
  });

  it.each([
    ['PORT', 'abc'],
    ['HOST', '1.2.3.999'],
    ['LOG_LEVEL', 'x'],
  ])('is reported in one line that names it: %s=%s', (name, value) => {
    const read = () => readAllSettings({ [name]: value });

    expect(read).toThrow(InvalidSetting);
    expect(read).toThrow(new RegExp(`^${name}[^\\n]+$`));
  });
});
