import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.js';
import { isListening } from './ports.js';
import { programOf } from './program-of.js';

/** A server as a process of its own, on the same port and with the same data whenever it is started again. */
export class ServerProcess {
  readonly port: number;
  readonly #program: string;
  readonly #options: readonly string[];
  readonly #how: SpawnOptions;
  #process: ChildProcess | null = null;

  /** @param how its environment and account, if they are not ours */
  constructor(program: string, port: number, options: readonly string[], how: SpawnOptions = {}) {
    this.#program = program;
    this.port = port;
    this.#options = options;
    this.#how = how;
  }

  /** Starts it unless it runs; resolves once it takes connections. */
  async ensureRunning(): Promise<void> {
    const program = programOf(this.#program);
    if (program === undefined) throw new Error(`${this.#program} is not installed`);
    this.#process ??= spawn(program, this.#options, { stdio: 'ignore', ...this.#how });
    await eventually(`${this.#program} takes connections`, () => isListening(this.port));
  }

  /** kill -9, as a machine that fails; resolves once it is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }
}
