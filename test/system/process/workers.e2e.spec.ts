import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { freePort } from '../../../testing/ports.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { PrometheusText } from '../../support/prometheus-text.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of several processes, while other tests use the same machine.
const PATIENCE_MS = 60_000;

describe('A service of two processes', () => {
  let database: TestDatabase;
  let dataDir: string;
  let service: ServiceProcess;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'earmark-workers-'));
    // PostgreSQL runs as another user when the tests run as root.
    await chmod(dataDir, 0o711);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    // With its PostgreSQL, if it runs one.
    await service.stop('SIGQUIT');
  });
  afterAll(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = (settings: Record<string, string> = {}) =>
    new ServiceProcess({
      DATA_DIR: dataDir,
      WEB_CONCURRENCY: '2',
      ...settings,
    });
  const bothListen = () => eventually('both listen', () => service.listening.length === 2, PATIENCE_MS);
  const isGone = (pid: number) => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  const sent = async (url: string, words: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(words);
  };

  /** Reads `max_connections` over a connection of the command line. */
  async function connectionsOfServer(): Promise<number> {
    const postgres = await startEmbeddedPostgres(dataDir, undefined, { role: 'cli' });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query<{ max: number }>(
      `select current_setting('max_connections')::int as max`,
    );
    await client.end();
    await postgres.stop();
    return rows[0]!.max;
  }

  it('serves on one port, restarts a worker that dies, and ends with all workers and its PostgreSQL although clients have sent nothing, half a head or half a body, or read the live feed', async () => {
    service = start();
    const url = await service.ready;
    const post = (path: string, body: object) =>
      fetch(`${url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify(body),
      });
    await bothListen();
    // Enough for the pools of both.
    expect(await connectionsOfServer()).toBe(140);
    expect((await post('batches', { reference: 'b', sku: 'LAMP', quantity: 100 })).status).toBe(201);

    const [dying] = service.listening;
    process.kill(dying!, 'SIGKILL');
    await eventually('it is replaced', () => service.listening.length === 3, PATIENCE_MS);
    const lines = Array.from({ length: 40 }, (_, n) => ({ orderId: `o-${n}`, sku: 'LAMP', quantity: 1 }));
    const answers = await Promise.all(lines.map((line) => post('allocations', line)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));

    const head = 'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    await sent(url, '');
    await sent(url, head);
    await sent(url, `${head}Content-Length: 50\r\n\r\n{`);
    await sent(url, 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
    const { code, stderr } = await service.stop('SIGTERM');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(service.listening.every(isGone)).toBe(true);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  });

  it('answers a scrape with the metrics of all workers, whichever gets it, and does not outlive its primary process', async () => {
    service = start({ DATABASE_URL: database.url });
    const url = await service.ready;
    await bothListen();
    const get = (path: string) => fetch(`${url}${path}`, { headers: { connection: 'close' } });
    const calls = 30;
    await Promise.all(Array.from({ length: calls }, () => get('/v1/products')));

    const scrapes = await Promise.all(Array.from({ length: 6 }, () => get('/metrics')));
    for (const answer of scrapes) {
      const metrics = new PrometheusText(await answer.text());
      const served = metrics.series('http_server_request_duration_seconds_count');
      const ofProducts = served.filter(({ labels }) => labels.http_route === '/v1/products');
      expect(ofProducts.reduce((sum, { value }) => sum + value, 0)).toBe(calls);
      const workers = metrics.series('process_uptime_seconds').map(({ labels }) => labels.worker);
      expect(workers.sort()).toEqual(['1', '2']);
    }

    expect(await service.stop('SIGKILL')).toMatchObject({ stderr: '' });
    await eventually('they are gone', () => service.listening.every(isGone), PATIENCE_MS);
  });

  it('does not start if no worker can', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    service = start({ DATABASE_URL: database.url, PORT: String(port) });
    const { code, stderr } = await service.ended;
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/HOST, PORT or HEALTH_PORT cannot be used: .*EADDRINUSE/);
  });
});
