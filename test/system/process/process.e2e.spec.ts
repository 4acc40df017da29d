import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of a real PostgreSQL, while other tests use the same machine.
jest.setTimeout(60_000);

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-process-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(dataDir, 0o711);
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const started: ServiceProcess[] = [];
afterEach(async () => {
  // A test that failed may have left some.
  await Promise.all(started.splice(0).map((service) => service.stop('SIGKILL')));
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
  it('logs its address as JSON, and answers there', async () => {
    const service = start();
    const url = await service.ready;

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await call(url, 'GET', 'batches')).toEqual({ status: 200, body: { items: [], next: null } });
    const { stdout, stderr } = await service.stop('SIGTERM');
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ message: expect.any(String) });
    expect(stderr).toBe('');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops with its PostgreSQL on %s', async (signal) => {
    const service = start();
    await service.ready;
    expect(hasPostgres(dataDir)).toBe(true);

    expect(await service.stop(signal)).toMatchObject({ code: 0, signal: null });

    expect(hasPostgres(dataDir)).toBe(false);
  });

  it('keeps confirmed changes over a kill -9', async () => {
    const mortal = start();
    const url = await mortal.ready;
    await call(url, 'POST', 'batches', { reference: 'PO-1', sku: 'TABLE', quantity: 10 });
    const line = await call(url, 'POST', 'allocations', { orderId: 'o-1', sku: 'TABLE', quantity: 4 });
    const changed = await call(url, 'PATCH', 'batches/PO-1', { quantity: 7 });
    const log = await call(url, 'GET', 'events');
    await mortal.stop('SIGKILL');

    const heir = start();
    const again = await heir.ready;

    expect(await call(again, 'GET', 'batches/PO-1')).toEqual(changed);
    expect(await call(again, 'POST', 'allocations', { orderId: 'o-1', sku: 'TABLE', quantity: 4 })).toEqual({
      status: 200,
      body: line.body,
    });
    expect(await call(again, 'GET', 'events')).toEqual(log);
    expect(
      await call(again, 'POST', 'allocations', { orderId: 'o-2', sku: 'TABLE', quantity: 3 }),
    ).toMatchObject({
      status: 201,
    });
    await heir.stop('SIGTERM');
  });

  it('does not start on a data directory that another process uses, and leaves that one alone', async () => {
    const first = start();
    const url = await first.ready;

    const { code, stderr } = await start().ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(dataDir);
    expect(await call(url, 'GET', 'batches')).toMatchObject({ status: 200 });
    await first.stop('SIGTERM');
  });

  it('does not start on a port that is taken, and leaves no PostgreSQL behind', async () => {
    const other = await mkdtemp(join(tmpdir(), 'earmark-process-'));
    await chmod(other, 0o711);
    const first = start();
    const { port } = new URL(await first.ready);

    const { code, stderr } = await start({ DATA_DIR: other, PORT: port }).ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^HOST, PORT or HEALTH_PORT cannot be used: .*EADDRINUSE/m);
    expect(hasPostgres(other)).toBe(false);
    await first.stop('SIGTERM');
    await rm(other, { recursive: true });
  });
});

describe('An invalid setting', () => {
  it.each([
    ['PORT', 'abc'],
    ['HOST', '1.2.3.999'],
    ['DATABASE_URL', 'mysql://user:secret@db/shop'],
    ['LOG_LEVEL', 'x'],
  ])('aborts start-up with one line that names it: %s=%s', async (name, value) => {
    const { code, stdout, stderr } = await start({ [name]: value }).ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('secret');
    expect(stdout).toBe('');
  });
});
