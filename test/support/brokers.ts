import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';
import { eventually } from './eventually.js';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];

const programOf = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find((file) => existsSync(file));

/**
 * Tests that need a real server of their own, to stop it and start it again. They are skipped where it is not
 * installed, and say so; on CI they fail instead.
 */
export function describeWith(program: 'redis-server' | 'nats-server', what: string, tests: () => void): void {
  if (programOf(program) !== undefined || process.env.CI !== undefined) describe(what, tests);
  else describe.skip(`${what} (skipped: ${program} is not installed)`, tests);
}

/** A server as a process of its own, on the same port and with the same data whenever it is started again. */
export class ServerProcess {
  readonly port: number;
  readonly #program: string;
  readonly #options: readonly string[];
  readonly #folder: string;
  #process: ChildProcess | null = null;

  constructor(program: string, port: number, folder: string, options: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const program = programOf(this.#program);
    if (program === undefined) throw new Error(`${this.#program} is not installed`);
    this.#process = spawn(program, this.#options, { stdio: 'ignore' });
    await eventually(`${this.#program} takes connections`, () => isListening(this.port));
  }

  /** kill -9, as a machine that fails. */
  async stop(): Promise<void> {
    const ended = this.#process?.exitCode === null && once(this.#process, 'exit');
    this.#process?.kill('SIGKILL');
    this.#process = null;
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A Redis that is not started yet. */
export async function aRedis(): Promise<ServerProcess & { url: string }> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'earmark-redis-'))];
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const url = `redis://127.0.0.1:${port}`;
  return Object.assign(new ServerProcess('redis-server', port, folder, options), { url });
}

/**
 * A NATS server with JetStream that is not started yet. It lets messages through that are larger than ours.
 * @param more lines of its configuration
 */
export async function aNats(more = ''): Promise<ServerProcess & { url: string }> {
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
  return Object.assign(new ServerProcess('nats-server', port, folder, ['-c', file]), { url });
}

/** Three NATS servers that are one cluster, each with its own data. */
export async function aNatsCluster(): Promise<(ServerProcess & { url: string; name: string })[]> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  return Promise.all(
    ports.map(async (port, i) => {
      const name = `nats-${i + 1}`;
      const cluster = `cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      return Object.assign(await aNats(`server_name: ${name}\n${cluster}`), { name });
    }),
  );
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
