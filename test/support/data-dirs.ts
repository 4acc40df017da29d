import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { chmod, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { filesIn } from '../../src/platform/embedded-postgres/data-directory.js';
import { findPostmaster, stopPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { Service } from './embedded-service.js';

/** Data directories, and services and commands on them, which all end with the test. */
class DataDirs {
  /** What they are in. */
  readonly home = mkdtempSync(join(tmpdir(), 'earmark-embedded-'));
  /** Initialised, and not in use when a test begins. */
  readonly used = join(this.home, 'used');
  readonly #all = [this.used];
  readonly #services: Service[] = [];

  async begin(): Promise<void> {
    // PostgreSQL's user may pass when the tests run as root.
    await chmod(this.home, 0o711);
    const first = this.start(this.used);
    await first.started;
    await first.stop();
  }

  /** One that does not exist yet. */
  fresh(parent = this.home): string {
    const fresh = join(parent, `fresh-${this.#all.length}`);
    this.#all.push(fresh);
    return fresh;
  }

  start(...parameters: ConstructorParameters<typeof Service>): Service {
    const service = new Service(...parameters);
    this.#services.push(service);
    return service;
  }

  command(directory: string): Service {
    return this.start(directory, {}, { role: 'cli' });
  }

  /** As a crash of the machine does: the service, PostgreSQL, and no time to remove the lock file. */
  async crash(directory: string): Promise<void> {
    const service = this.start(directory);
    await service.started;
    await service.kill();
    process.kill(await postmasterPid(directory), 'SIGKILL');
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#services.splice(0).map((service) => service.kill()));
    for (const each of this.#all) {
      const postmaster = await findPostmaster(filesIn(each));
      if (postmaster) await stopPostmaster(filesIn(each), postmaster);
    }
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true });
  }
}

/** Those of the tests of a file. */
export function useDataDirs(): DataDirs {
  const dirs = new DataDirs();
  beforeAll(() => dirs.begin());
  afterEach(() => dirs.endAll());
  afterAll(() => dirs.remove());
  return dirs;
}

export const lockFile = (directory: string) => join(directory, 'postgres', 'postmaster.pid');

export async function postmasterPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(lockFile(directory), 'utf8'));
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = await connected(url);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
