import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/platform/config/package-json.js';
import { childEnvironment } from '../../testing/child-environment.js';

// Not beside this file, if that is part of a bundle.
const MAIN = fileURLToPath(new URL('dist/src/main.js', packageRoot()));
const START_LIMIT = 60_000;
const STOP_LIMIT = 20_000;

/** A service of its own for the demo, on a free port, with an empty database in `dataDir`. */
export class Service {
  readonly #process: ChildProcess;
  readonly #output: string[] = [];
  #exited = false;

  constructor(dataDir: string) {
    this.#process = spawn(process.execPath, [MAIN], {
      // Nothing of the caller's settings: no other database, no broker, and no .env file of this folder.
      cwd: dataDir,
      env: {
        ...childEnvironment(),
        HOST: '127.0.0.1',
        PORT: '0',
        DATA_DIR: dataDir,
        ALERT_MAIL_SECONDS: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the demo alone, which then stops the service in good order.
      detached: true,
    });
    this.#process.once('exit', () => (this.#exited = true));
  }

  /** Resolves to the address of the API once the service takes requests. */
  async ready(): Promise<string> {
    const deadline = AbortSignal.timeout(START_LIMIT);
    const url = await this.#address(deadline);
    while (!this.#exited && !deadline.aborted) {
      const ready = await fetch(`${url}/health/ready`).catch(() => null);
      await ready?.body?.cancel();
      if (ready?.status === 200) return url;
      await sleep(50);
    }
    throw new Error('The service was not ready in time.');
  }

  /** Waits until it is gone, and its database with it. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** As `stop`, but it finishes nothing that is under way. */
  async endAtOnce(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#exited) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill(signal);
    const tooLong = setTimeout(() => this.#killGroup(), STOP_LIMIT);
    await exit;
    clearTimeout(tooLong);
  }

  /** What it said last, for whoever wonders why something failed. */
  get lastWords(): string {
    return ['The last words of the service:', ...this.#output].join('\n  ');
  }

  #address(deadline: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        if (!stream) continue;
        createInterface(stream).on('line', (line) => {
          if (this.#output.push(line) > 12) this.#output.shift();
          const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
          if (url) resolve(url);
        });
      }
      this.#process.once('close', () => reject(new Error('The service ended before it was there.')));
      deadline.addEventListener('abort', () =>
        reject(new Error('The service did not say in time where it is.')),
      );
    });
  }

  #killGroup(): void {
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL');
  }
}
