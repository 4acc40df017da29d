import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../testing/child-environment.js';

const CLI = fileURLToPath(new URL('../../dist/bundle/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a process of its own, as `npm run cli` starts it. */
export class CommandLine {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(settings: Readonly<Record<string, string>>, ...args: readonly string[]) {
    // Where no .env is, and with no setting but those that are named.
    this.process = spawn(process.execPath, [CLI, ...args], {
      env: { ...childEnvironment(), ...settings },
      cwd: tmpdir(),
    });
    this.ended = this.#end();
  }

  async #end(): Promise<Ended> {
    const said = { stdout: '', stderr: '' };
    this.process.stdout!.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
    this.process.stderr!.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    const [code] = (await once(this.process, 'close')) as [number | null];
    return { code, ...said };
  }
}
