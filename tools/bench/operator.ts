import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { createKey, KNOWN_AFTER_MS } from '../../src/platform/access/keys/keys.js';
import type { Scope } from '../../src/platform/access/callers/caller.js';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import { childEnvironment } from '../../testing/child-environment.js';

const CLI = fileURLToPath(new URL('../../bundle/cli.js', import.meta.url));

/** All that honest callers, and the checks of a scenario, need. */
export const HONEST_SCOPES: readonly Scope[] = ['read', 'allocations:write', 'admin'];

/** Makes a key for each name; resolves with them, in the same order, once every instance knows of them. */
export async function makeKeys(
  databaseUrl: string,
  scopesOf: Readonly<Record<string, readonly Scope[]>>,
): Promise<string[]> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  const keys: string[] = [];
  for (const [name, scopes] of Object.entries(scopesOf)) keys.push(await createKey(dataSource, name, scopes));
  await dataSource.destroy();
  await sleep(KNOWN_AFTER_MS);
  return keys;
}

/**
 * A command of an operator, as a process of its own, in a folder without a file `.env`.
 * @throws with what it has said, unless it succeeds
 */
export async function command(
  cwd: string,
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> {
  const env = { ...childEnvironment(), ...settings };
  return (await promisify(execFile)(process.execPath, [CLI, ...args], { cwd, env })).stdout;
}

/** What an import says in the end. */
export interface Imported {
  readonly rows: number;
  readonly new: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly peakMemoryMiB: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/** As `npm run cli` has it: with the small young generation of Node, a sixth of the time goes to its collector. */
const AS_STARTED = ['--max-semi-space-size=64'];

/** `import WHAT FILE`, a process of its own in a folder without a file `.env`. */
export async function importFile(
  databaseUrl: string,
  what: string,
  file: string,
  ...options: readonly string[]
): Promise<Imported> {
  const args = [...AS_STARTED, CLI, 'import', what, file, '--json', ...options];
  const env = { ...childEnvironment(), DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: dirname(file) });
  return JSON.parse(stdout) as Imported;
}
