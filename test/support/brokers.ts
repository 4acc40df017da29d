import type { SpawnOptions } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { freePort } from '../../testing/ports.js';
import { programOf } from '../../testing/program-of.js';
import { ServerProcess } from '../../testing/server-process.js';

/**
 * Tests that need a program that npm does not install: a real server of their own, or another language. They are skipped
 * where it is not installed, and say so; on CI they fail instead.
 */
export function describeWith(
  program: 'redis-server' | 'nats-server' | 'pgbouncer' | 'python3' | 'chromium',
  what: string,
  tests: () => void,
): void {
  if (programOf(program) !== undefined || process.env.CI !== undefined) describe(what, tests);
  else describe.skip(`${what} (skipped: ${program} is not installed)`, tests);
}

/** A server of a test, with what it stores. */
export class TestServer extends ServerProcess {
  constructor(
    program: string,
    port: number,
    readonly url: string,
    readonly folder: string,
    options: readonly string[],
    account: Pick<SpawnOptions, 'uid' | 'gid'> = {},
  ) {
    super(program, port, options, account);
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * A Redis that is not started yet.
 * @param more options of its command line
 */
export async function aRedis(...more: readonly string[]): Promise<TestServer> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'earmark-redis-'))];
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...more];
  const url = `redis://127.0.0.1:${port}`;
  return new TestServer('redis-server', port, url, folder, options);
}

/**
 * A NATS server with JetStream that is not started yet. It lets messages through that are larger than ours.
 * @param more lines of its configuration
 */
export async function aNats(more = ''): Promise<TestServer> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'earmark-nats-'))];
  const file = join(folder, 'nats.conf');
  const lines = [
    'max_payload: 8MB',
    `listen: 127.0.0.1:${port}`,
    `jetstream { store_dir: "${folder}" }`,
    more,
  ];
  await writeFile(file, lines.join('\n'));
  const url = `nats://127.0.0.1:${port}`;
  return new TestServer('nats-server', port, url, folder, ['-c', file]);
}

/** The account `nobody`, for programs that refuse to run as root. */
const NOBODY = 65_534;

/**
 * A PgBouncer before the database, not started yet. It knows no setting but what is needed, as most do.
 * @param mode how it lends sessions: `session`, `transaction` or `statement`
 */
export async function aPgBouncer(
  databaseUrl: string,
  mode: string,
  more: readonly string[] = [],
): Promise<TestServer> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'earmark-pgbouncer-'))];
  const { hostname, port: its, pathname, username, password } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const login = `user=${username} password=${decodeURIComponent(password)}`;
  const file = join(folder, 'pgbouncer.ini');
  const lines = [
    '[databases]',
    `${database} = host=${hostname} port=${its} dbname=${database} ${login}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    ...more,
  ];
  await writeFile(file, lines.join('\n'));
  await chmod(folder, 0o755);
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const url = `postgres://${username}@127.0.0.1:${port}/${database}`;
  return new TestServer('pgbouncer', port, url, folder, [file], account);
}
