import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { migrateCommands } from '../../src/platform/cli/operator/migrate.js';
import { errorLine } from '../../src/platform/cli/print.js';
import { asking } from '../support/asking.js';
import type { Ended } from '../support/command-line.js';
import { captureOutput } from '../support/run-command.js';
import { childEnvironment } from '../../testing/child-environment.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `migrate` of the version that is under test, on a database. Runs in this process, and ends as its own would. */
export const migrate = (databaseUrl: string, ...args: readonly string[]): Promise<Ended> =>
  migrateWith(migrateCommands, databaseUrl, args);

async function migrateWith(
  commands: typeof migrateCommands,
  databaseUrl: string,
  args: readonly string[],
): Promise<Ended> {
  let code = 0;
  const command = commands(
    asking(databaseUrl),
    (work) => work(databaseUrl),
    (each) => each,
  );
  const said = await captureOutput(async () => {
    try {
      await command.parseAsync(args, { from: 'user' });
    } catch (error) {
      code = 1;
      process.stderr.write(`${errorLine(error)}\n`);
    }
  });
  return { code, ...said };
}

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

  /** Its `migrate`, in this process. */
  async migrate(databaseUrl: string, ...args: readonly string[]): Promise<Ended> {
    const file = pathToFileURL(join(this.#folder, 'dist/src/platform/cli/operator/migrate.js'));
    const { migrateCommands: commands } = (await import(file.href)) as {
      migrateCommands: typeof migrateCommands;
    };
    return migrateWith(commands, databaseUrl, args);
  }

  /** Its command line, in a process of its own. */
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
