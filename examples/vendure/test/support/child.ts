import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks, and not seconds: a machine that is busy, or asleep, gives both sides less time. */
const MOST_LOOKS = 1_200;
const PAUSE_MS = 100;
const KEPT_LINES = 60;

/** A server in a process of its own, which is there once `isReady` says so. */
export class Child {
  readonly #process: ChildProcess;
  readonly #output: string[] = [];

  constructor(program: string, env: Record<string, string>, cwd: string) {
    const { PATH, HOME, TMPDIR, LANG } = process.env;
    this.#process = spawn(process.execPath, [program], {
      cwd,
      // Nothing that configures either of them by chance.
      env: {
        ...Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, LANG }).filter(([, value]) => value)),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output.push(...chunk.toString().split('\n').filter(Boolean));
        this.#output.splice(0, this.#output.length - KEPT_LINES);
      });
  }

  /** @throws {Error} with its last words if it ends before, or does not get there; it is gone then */
  async ready(isReady: () => Promise<boolean>): Promise<void> {
    for (let looks = 1; !(await isReady().catch(() => false)); looks++) {
      if (this.hasEnded || looks === MOST_LOOKS) {
        await this.end('SIGKILL');
        throw new Error(`It does not start:\n${this.lastWords}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  get lastWords(): string {
    return this.#output.join('\n');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.hasEnded) this.#process.kill(signal);
    await this.ended();
  }

  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#process, 'exit');
  }
}
