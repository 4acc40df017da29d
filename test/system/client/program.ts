import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../../../testing/child-environment.js';
import { eventually } from '../../../testing/eventually.js';

/** A program of a user, in a process of its own. */
export class Program {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  constructor(
    command: string,
    args: readonly string[],
    { cwd, environment }: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
  ) {
    this.#process = spawn(command, args, {
      cwd,
      env: { ...childEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#ended = once(this.#process, 'close');
  }

  /** The lines that it has written so far. */
  get lines(): string[] {
    return this.#output.split('\n').filter((line) => line !== '');
  }

  /** Resolves once it has written such a line. */
  async hasWritten(line: RegExp): Promise<void> {
    await eventually(
      `a line ${String(line)}`,
      () => this.lines.some((each) => line.test(each)),
      30_000,
    ).catch((error: Error) =>
      Promise.reject(new Error(`${error.message}. It has written:\n${this.#output}`)),
    );
  }

  /** Waits for its end, or stops it. @returns all lines */
  async end(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly lines: string[] }> {
    if (signal) this.#process.kill(signal);
    await this.#ended;
    return { code: this.#process.exitCode, lines: this.lines };
  }
}
