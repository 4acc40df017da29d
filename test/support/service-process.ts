import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../testing/child-environment.js';

const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const READY = /The API is at (http:\/\/\S+)\/v1, its documentation at http:\/\/\S+\/docs/;

/** How a process ended, and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The service as `npm start` runs it: a process of its own, set by its environment alone. */
export class ServiceProcess {
  readonly ended: Promise<Ended>;
  /** The address it listens on, once it says that it does; fails where it ends before. */
  readonly ready: Promise<string>;
  readonly #process: ChildProcess;
  #said = '';

  /** @param main instead of the bundle: of another version, or the compiled files */
  constructor(settings: Readonly<Record<string, string>>, main = MAIN) {
    // Not in the working directory of the tests, where there may be a file `.env`.
    const child = spawn(process.execPath, [main], {
      cwd: tmpdir(),
      env: { ...childEnvironment(), PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stdout.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    this.ended = end(child);
    this.ready = Promise.race([
      readyLine(child),
      this.ended.then(({ stderr }) => Promise.reject(new Error(`The service ended: ${stderr}`))),
    ]);
    // Many tests wait for its end only.
    this.ready.catch(() => undefined);
  }

  /** The processes that have said so far that they listen. */
  get listening(): number[] {
    return [...this.#said.matchAll(/"pid":(\d+)[^\n]*The API is at/g)].map(([, pid]) => Number(pid));
  }

  /** What it has said on stdout so far. */
  get said(): string {
    return this.#said;
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Ended> {
    this.#process.kill(signal);
    return this.ended;
  }
}

async function end(child: ChildProcess): Promise<Ended> {
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, signal, stdout, stderr };
}

async function readyLine(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = READY.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
