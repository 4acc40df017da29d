import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessContext } from '../../src/kernel/lifecycle/process-context.js';

const PROGRAM = fileURLToPath(new URL('embedded-service-process.mjs', import.meta.url));

/** What `embedded-service-process.mjs` tells us. */
type Message = { url: string } | { log: string } | { error: { name: string; message: string } };

/** A process of its own that holds an embedded PostgreSQL, so that it can be killed like a real service. */
export class Service {
  readonly started: Promise<string>;
  private readonly process: ChildProcess;
  private readonly logged = new EventEmitter();
  private readonly lines: string[] = [];

  constructor(
    dataDir: string,
    settings: Record<string, string> = {},
    { role = 'server', ...options }: ForkOptions & { role?: ProcessContext } = {},
  ) {
    const args = [dataDir, role, JSON.stringify(settings)];
    // In a process group of its own, as the foreground job of a terminal is.
    this.process = fork(PROGRAM, args, { ...options, detached: true });
    this.started = new Promise((resolve, reject) => {
      this.process.once('exit', () => {
        reject(new Error('The service ended before it was ready'));
      });
      this.process.on('message', (message: Message) => {
        if ('url' in message) resolve(message.url);
        else if ('error' in message) reject(Object.assign(new Error(), message.error));
        else {
          this.lines.push(message.log);
          this.logged.emit('line');
        }
      });
    });
    // A test may kill it before anybody asks.
    this.started.catch(() => undefined);
  }

  /** Resolves as soon as the service has logged such a line, or had before. */
  async says(pattern: RegExp): Promise<void> {
    while (!this.lines.some((line) => pattern.test(line))) await once(this.logged, 'line');
  }

  /** Ctrl-C in its terminal: to every process of the group. */
  interrupt(): void {
    this.signalGroup('SIGINT');
  }

  async stop(): Promise<void> {
    const ended = this.ended();
    this.process.send('stop');
    await ended;
  }

  /** kill -9 of the service alone. */
  async kill(): Promise<void> {
    const ended = this.ended();
    this.process.kill('SIGKILL');
    await ended;
  }

  /** kill -9 of the service and what it was running. */
  async killGroup(): Promise<void> {
    const ended = this.ended();
    this.signalGroup('SIGKILL');
    await ended;
  }

  private signalGroup(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
  }

  private async ended(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    await once(this.process, 'exit');
  }
}
