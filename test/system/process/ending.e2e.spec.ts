import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandLine } from '../../support/command-line.js';
import { eventually } from '../../../testing/eventually.js';
import { childEnvironment } from '../../../testing/child-environment.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of a real PostgreSQL, while other tests use the same machine.

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(PROJECT, 'dist/src/main.js');

/** Made by the first start on it, so that the others need not create a database. */
let sharedDir: string;
let dataDir: string;
let started: ServiceProcess[];
let children: ChildProcess[];
let sockets: Socket[];
const made: string[] = [];
const freshDir = async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'earmark-ending-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(fresh, 0o711);
  made.push(fresh);
  return fresh;
};
beforeAll(async () => {
  sharedDir = await freshDir();
});
beforeEach(() => {
  dataDir = sharedDir;
  started = [];
  children = [];
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  // A test that failed may have left some.
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(started.map((service) => service.stop('SIGQUIT')));
});
afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true, maxRetries: 5 }))));

const start = (settings: Record<string, string> = {}) => {
  const service = new ServiceProcess({ DATA_DIR: dataDir, ...settings });
  started.push(service);
  return service;
};
/** PostgreSQL deletes this file last. */
const hasPostgres = () => existsSync(join(dataDir, 'postgres/postmaster.pid'));

/** A process that ends at once has told PostgreSQL to do so too, and waits for it for no longer than 5 s. */
const postgresIsGone = () => eventually('its PostgreSQL is gone', () => !hasPostgres(), 30_000);

async function sent(url: string, words: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(words);
}

describe('A service', () => {
  // That of several processes ends so in workers.e2e.spec.ts.
  it('ends although clients have sent nothing, half a head or half a body, or read the live feed', async () => {
    const service = start();
    const url = await service.ready;
    expect(hasPostgres()).toBe(true);
    const head = 'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    await sent(url, '');
    await sent(url, head);
    await sent(url, `${head}Content-Length: 50\r\n\r\n{`);
    await sent(url, 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');

    expect(await service.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(hasPostgres()).toBe(false);
  });

  // The signals are handled in one process, that of the service or the primary of several: each pair once is enough.
  it.each([
    ['1', 'SIGTERM', 'SIGTERM', 143],
    ['2', 'SIGINT', 'SIGINT', 130],
    ['1', 'SIGINT', 'SIGTERM', 143],
    ['1', 'SIGHUP', 'SIGINT', 130],
    ['1', 'SIGTERM', 'SIGQUIT', 131],
  ] as const)(
    'of %s process(es) drains after %s, and ends at once with its PostgreSQL after %s',
    async (workers, first, second, code) => {
      const service = start({ WEB_CONCURRENCY: workers, DRAIN_SECONDS: '999' });
      await service.ready;
      void service.stop(first);
      await eventually('it drains', () => service.said.includes('Stopping: '), 30_000);

      expect(await service.stop(second)).toMatchObject({ code });
      await postgresIsGone();
    },
  );
});

describe('A service that is stopped while it starts', () => {
  beforeEach(async () => {
    dataDir = await freshDir();
  });

  // Both kinds create the database in the same way, but the primary of several processes loads no application meanwhile.
  it.each([
    ['SIGTERM', 0, '1'],
    ['SIGINT', 0, '2'],
    ['SIGHUP', 0, '2'],
    ['SIGQUIT', 131, '2'],
  ] as const)('shuts down cleanly on %s while it creates its database', async (signal, code, workers) => {
    const service = start({ WEB_CONCURRENCY: workers });
    await eventually('it creates a database', () => service.said.includes('Creating a PostgreSQL'), 30_000);

    expect(await service.stop(signal)).toMatchObject({ code, stderr: '' });
    expect(hasPostgres()).toBe(false);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.init-'))).toEqual([]);
  });
});

describe('A service whose log nobody reads', () => {
  it('keeps serving when the reader of its log is gone, and ends with its PostgreSQL', async () => {
    const child = spawn(process.execPath, [MAIN], {
      cwd: tmpdir(),
      env: { ...childEnvironment(), PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'exit');
    const url = await eventually('it listens', () => /http:[^ ]*(?=\/v1)/.exec(said)?.[0], 60_000);
    child.stdout.destroy();
    child.stderr.destroy();

    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(hasPostgres()).toBe(false);
  });
});

describe('A command', () => {
  it('ends silently with its PostgreSQL if nobody reads its output', async () => {
    const command = new CommandLine({ DATA_DIR: dataDir }, 'migrate', 'status');
    children.push(command.process);
    command.process.stdout!.destroy();

    expect(await command.ended).toMatchObject({ stderr: expect.not.stringMatching(/EPIPE|\n\s+at /) });
    expect(hasPostgres()).toBe(false);
  });

  it('ends at once with its PostgreSQL at the second Ctrl-C', async () => {
    const command = new CommandLine({ DATA_DIR: dataDir }, 'events', '--follow');
    children.push(command.process);
    await eventually('its PostgreSQL runs', hasPostgres, 60_000);
    command.process.kill('SIGINT');
    command.process.kill('SIGTERM');

    await command.ended;
    await postgresIsGone();
  });
});

describe('npm start', () => {
  /** The script alone: building first takes longer and reads nothing but sources. */
  const npmStart = () => {
    const npm = spawn('npm', ['start', '--ignore-scripts', '--silent'], {
      cwd: PROJECT,
      env: { ...process.env, ...childEnvironment(), PORT: '0', DATA_DIR: dataDir, DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(npm);
    let said = '';
    npm.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(npm, 'close');
    const serves = () => eventually('it listens', () => said.includes('The API is at'), 60_000);
    return { npm, ended, serves };
  };

  it('forwards SIGTERM, so that the service ends with its PostgreSQL and can start again, and leaves no service behind if it is killed', async () => {
    const first = npmStart();
    await first.serves();
    first.npm.kill('SIGTERM');
    await first.ended;
    expect(hasPostgres()).toBe(false);

    const second = npmStart();
    await second.serves();
    second.npm.kill('SIGKILL');
    await second.ended;
    await eventually('PostgreSQL is gone', () => !hasPostgres(), 30_000);
  });
});
