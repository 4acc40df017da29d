import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Ended } from '../support/command-line.js';
import { childEnvironment } from '../../testing/child-environment.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The service as it was built, in a folder of its own, with other migrations. */
export class AnotherVersion {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async build(): Promise<AnotherVersion> {
    const folder = await mkdtemp(join(tmpdir(), 'earmark-version-'));
    for (const part of ['dist/src', 'migrations', 'package.json']) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return new AnotherVersion(folder);
  }

  /** What starts its service. */
  get main(): string {
    return join(this.#folder, 'dist/src/main.js');
  }

  /** Its command line. */
  async run(settings: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [join(this.#folder, 'dist/src/cli.js'), ...args], {
      cwd: this.#folder,
      env: { ...childEnvironment(), ...settings },
    });
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  }

  /** Has a migration that the version before does not know. */
  async addMigration(schema: string, base: string, sql: string): Promise<void> {
    const place = join(this.#folder, 'migrations', schema, base);
    await writeFile(`${place}.up.sql`, sql);
    await writeFile(`${place}.down.sql`, '');
  }

  /** Has a migration that says something else than it did. */
  async changeMigration(schema: string, file: string, from: string, to: string): Promise<void> {
    const place = join(this.#folder, 'migrations', schema, file);
    const source = await readFile(place, 'utf8');
    if (!source.includes(from)) throw new Error(`${file} does not say ${from}`);
    await writeFile(place, source.replace(from, to));
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
