import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of processes, while other tests use the same machine.
const PATIENCE_MS = 60_000;

let database: TestDatabase;
let dataDir: string;
let service: ServiceProcess;
beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-health-'));
});
afterEach(() => service.stop('SIGKILL'));
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (settings: Record<string, string>) =>
  new ServiceProcess({ DATABASE_URL: database.url, DATA_DIR: dataDir, ...settings });
/** Over a connection of its own, so that any of several processes may answer. */
const statusOf = async (url: string, signal: AbortSignal | null = null) =>
  (await fetch(url, { headers: { connection: 'close' }, signal })).status;

/** Waits until it answers health checks at that port, and expects that it answers nothing else there. */
async function expectHealthOnly(url: string, door: string): Promise<void> {
  expect(door).not.toBe(url);
  await eventually('it is ready', async () => (await statusOf(`${door}/health/ready`)) === 200, PATIENCE_MS);
  expect(await statusOf(`${door}/health/live`)).toBe(200);
  expect(await statusOf(`${url}/health/live`)).toBe(200);
  expect(await statusOf(`${url}/v1/products`)).toBe(200);
  expect(await statusOf(`${door}/v1/products`)).toBe(404);
}

/** Expects a quiet end after which nobody answers at that port. */
async function expectEnd(door: string): Promise<void> {
  expect(await service.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  await expect(fetch(`${door}/health/live`)).rejects.toThrow('fetch failed');
}

describe('A service with HEALTH_PORT', () => {
  it('answers health checks and nothing else at that port, until it has ended', async () => {
    const port = String(await freePort());
    service = start({ HEALTH_PORT: port });
    const url = await service.ready;
    const door = `http://127.0.0.1:${port}`;
    await eventually(
      'it listens',
      () => service.said.includes(`Health is also served at port ${port}:`),
      PATIENCE_MS,
    );
    await expectHealthOnly(url, door);
    await expectEnd(door);
  });

  it('answers health checks by the other process when one of two dies, and then by a new one', async () => {
    service = start({ WEB_CONCURRENCY: '2', HEALTH_PORT: '0' });
    const url = await service.ready;
    const listening = () => [
      ...service.said.matchAll(/"pid":(\d+)[^\n]*Health is also served at port (\d+)/g),
    ];
    await eventually('both listen', () => listening().length === 2, PATIENCE_MS);
    const [[, pid, port]] = listening() as [RegExpMatchArray];
    const door = `http://127.0.0.1:${port}`;
    await expectHealthOnly(url, door);

    process.kill(Number(pid), 'SIGKILL');
    // A connection that was handed to the one that died is answered by nobody.
    const alive = () => statusOf(`${door}/health/live`, AbortSignal.timeout(2_000)).catch(() => 0);
    await eventually('the other one answers', async () => (await alive()) === 200, PATIENCE_MS);
    await eventually('another one takes its place', () => listening().length === 3, PATIENCE_MS);
    await eventually('the health is answered', async () => (await alive()) === 200, PATIENCE_MS);
    await expectEnd(door);
  });

  it.each(['1', '2'])(
    'and WEB_CONCURRENCY=%s does not start if the port is taken, and says so',
    async (processes) => {
      const port = await freePort();
      const taken = createServer().listen(port, '127.0.0.1');
      await once(taken, 'listening');
      service = start({ WEB_CONCURRENCY: processes, HEALTH_PORT: String(port) });
      const { code, stderr } = await service.ended;
      taken.close();
      expect(code).toBe(1);
      expect(stderr).toMatch(/^HOST, PORT or HEALTH_PORT cannot be used: .*EADDRINUSE/m);
    },
  );
});
