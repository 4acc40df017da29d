import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { childEnvironment } from '../../testing/child-environment.js';
import { freePort } from '../../testing/ports.js';
import { clearAtExit } from './processes.js';

const MAIN = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));
const CLOCK = new URL('clock.js', import.meta.url).href;

/** Milliseconds until whatever ended is started again, as an orchestrator would. */
const RESTART_PAUSE = 100;

/** An instance of the service, a process of its own that is started again whenever it ends. */
export class Instance {
  readonly url: string;
  readonly log: string;
  /** The ends that nobody had asked for, of a process that had served before. */
  readonly collapses: string[] = [];
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #isStopping = false;
  #isKilled = false;
  #clock = 0;
  #running: Promise<void> = Promise.resolve();

  private constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.url = `http://127.0.0.1:${port}`;
    this.log = `${folder}.log`;
    this.#folder = folder;
    this.#settings = { ...settings, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: folder };
  }

  static async start(folder: string, settings: Readonly<Record<string, string>>): Promise<Instance> {
    await mkdir(folder);
    const instance = new Instance(folder, await freePort(), settings);
    instance.#running = instance.#keepRunning();
    return instance;
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).status === 200;
  }

  /** kill -9; it is started again. */
  kill(): void {
    this.#isKilled = true;
    this.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** @param offset milliseconds by which its calendar clock is off from now on, also after it was started again */
  setClock(offset: number): void {
    this.#clock = offset;
    if (this.#child?.connected) this.#child.send({ clock: offset }, () => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.kill();
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#isStopping) {
      this.#isKilled = false;
      const said = await open(this.log, 'a');
      const { size } = await said.stat();
      const child = spawn(process.execPath, ['--import', CLOCK, MAIN], {
        cwd: this.#folder,
        env: { ...childEnvironment(), ...this.#settings },
        stdio: ['ignore', said.fd, said.fd, 'ipc'],
      });
      this.#child = child;
      const cleared = clearAtExit(() => child.kill('SIGKILL'));
      this.setClock(this.#clock);
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      cleared();
      await said.close();
      const words = (await readFile(this.log)).subarray(size).toString();
      if (!this.#isKilled && words.includes('The API is at'))
        this.collapses.push(`${this.url} ended with ${String(code ?? signal)}: ${words.slice(-2_000)}`);
      if (!this.#isStopping) await wait(RESTART_PAUSE);
    }
  }
}
