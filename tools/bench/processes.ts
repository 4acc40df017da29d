import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from '../../testing/child-environment.js';

const PRODUCT = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));
const RECEIVER = fileURLToPath(new URL('receiver.js', import.meta.url));
const CEILING = fileURLToPath(new URL('yardsticks/ceiling.js', import.meta.url));

/** As `npm start` gives them: with the small young generation of Node, a fifth of the time goes to its collector. */
const AS_STARTED = ['--min-semi-space-size=16', '--max-semi-space-size=64'];

const STOP_LIMIT_MS = 20_000;

/** Whatever takes calls: the product, or the empty calls that it is compared with. */
export interface Callee {
  readonly url: string;
  stop(): Promise<void>;
}

/** The product as it is built, a process of its own, ready. BENCH_NODE_OPTIONS are for its Node. */
export async function startProduct(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Process> {
  const options = process.env.BENCH_NODE_OPTIONS?.split(/\s+/).filter(Boolean) ?? [];
  const product = await Process.start([...AS_STARTED, ...options, PRODUCT], dataDir, {
    // All of the load comes from one address, and nobody is asked who they are.
    CONNECTIONS_PER_ADDRESS: 'off',
    WRITES_PER_CALLER: '99999',
    ...settings,
    DATA_DIR: dataDir,
  });
  while ((await fetch(`${product.url}/health/ready`)).status !== 200) await sleep(5);
  return product;
}

export function startCeiling(dataDir: string): Promise<Process> {
  return Process.start([...AS_STARTED, CEILING], dataDir, {});
}

/** What webhooks are sent to. */
export function startReceiver(folder: string): Promise<Process> {
  return Process.start([RECEIVER], folder, {});
}

/** However the run ends, they do not outlive it. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill()));

export class Process implements Callee {
  readonly #child: ChildProcess;
  readonly url: string;
  /** What it leaves on disk. */
  readonly folder: string;
  /** What it has said so far. */
  bytesLogged = 0;

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child;
    this.url = url;
    this.folder = folder;
    child.stdout!.on('data', (chunk: Buffer) => (this.bytesLogged += chunk.length));
  }

  /** Starts a program that says where it listens, in a folder without a file `.env`. */
  static async start(
    program: readonly string[],
    cwd: string,
    settings: Readonly<Record<string, string>>,
  ): Promise<Process> {
    // Nothing of the caller's settings: no other database, no broker.
    const child = spawn(process.execPath, program, {
      cwd,
      env: { ...childEnvironment(), HOST: '127.0.0.1', PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
      // Ctrl-C reaches the bench alone, which then stops it in good order.
      detached: true,
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const url = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${program.at(-1)} ended with ${String(code)}.`)));
      createInterface(child.stdout).on('line', (line) => {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (url) resolve(url);
      });
    });
    return new Process(child, url, cwd);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** MiB of memory that are the process's own now. */
  async residentMemory(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(this.#child.pid)]);
    return Number(stdout) / 1_024;
  }

  /** All that it says from now on; complete once `stop` has resolved. */
  listen(): readonly Buffer[] {
    const said: Buffer[] = [];
    this.#child.stdout!.on('data', (chunk: Buffer) => said.push(chunk));
    return said;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exit;
    clearTimeout(tooLong);
  }
}
