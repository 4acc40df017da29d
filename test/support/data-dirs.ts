import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { chmod, cp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ProcessContext } from '../../src/kernel/lifecycle/process-context.js';
import { filesIn, openCluster } from '../../src/platform/embedded-postgres/data-directory.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { findPostmaster, stopPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { eventually } from '../../testing/eventually.js';
import { Service } from './embedded-service.js';

/** Data directories, and services and commands on them, which all end with the test. */
class DataDirs {
  /** What they are in. */
  readonly home = mkdtempSync(join(tmpdir(), 'earmark-embedded-'));
  /** Initialised, and not in use when a test begins. */
  readonly used = join(this.home, 'used');
  readonly #all = [this.used];
  readonly #services: Service[] = [];
  readonly #here: EmbeddedHere[] = [];

  async begin(): Promise<void> {
    // PostgreSQL's user may pass when the tests run as root.
    await chmod(this.home, 0o711);
    const { TEST_DATA_DIR } = process.env;
    if (TEST_DATA_DIR) await cp(TEST_DATA_DIR, this.used, { recursive: true });
    else await openCluster(this.used, () => undefined);
  }

  /** One that does not exist yet. */
  fresh(parent = this.home): string {
    const fresh = join(parent, `fresh-${this.#all.length}`);
    this.#all.push(fresh);
    return fresh;
  }

  /** One like `used`, which must not be in use at this moment. */
  async copy(): Promise<string> {
    const copy = this.fresh();
    await cp(this.used, copy, { recursive: true });
    return copy;
  }

  /** A service in a process of its own, which can be killed. */
  start(...parameters: ConstructorParameters<typeof Service>): Service {
    const service = new Service(...parameters);
    this.#services.push(service);
    return service;
  }

  /** A service or a command in this process: they know of each other by their sessions alone, as processes do. */
  startHere(...parameters: ConstructorParameters<typeof EmbeddedHere>): EmbeddedHere {
    const here = new EmbeddedHere(...parameters);
    this.#here.push(here);
    return here;
  }

  /** A command in a process of its own. */
  command(directory: string): Service {
    return this.start(directory, {}, { role: 'cli' });
  }

  commandHere(directory: string): EmbeddedHere {
    return this.startHere(directory, 'cli');
  }

  /** As a crash of the machine does: the service, PostgreSQL, and no time to remove the lock file. */
  async crash(directory: string): Promise<void> {
    const service = this.start(directory);
    await service.started;
    await service.kill();
    process.kill(await postmasterPid(directory), 'SIGKILL');
  }

  async endAll(): Promise<void> {
    await Promise.all([
      ...this.#services.splice(0).map((service) => service.kill()),
      ...this.#here.splice(0).map((here) => here.stop()),
    ]);
    for (const each of this.#all) {
      const postmaster = await findPostmaster(filesIn(each));
      if (postmaster) await stopPostmaster(filesIn(each), postmaster);
    }
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true });
  }
}

/** An embedded PostgreSQL that this process holds. */
class EmbeddedHere {
  readonly started: Promise<string>;
  readonly #postgres: Promise<EmbeddedPostgres>;
  readonly #lines: string[] = [];

  constructor(dataDir: string, role: ProcessContext = 'server') {
    this.#postgres = startEmbeddedPostgres(dataDir, (line) => this.#lines.push(line), { role });
    this.started = this.#postgres.then(({ url }) => url);
    // A test may end before anybody asks.
    this.started.catch(() => undefined);
  }

  /** Resolves as soon as such a line was logged. */
  async says(pattern: RegExp): Promise<void> {
    await eventually(`it says ${String(pattern)}`, () => this.#lines.some((line) => pattern.test(line)));
  }

  /** Does nothing if it was stopped before, or has not started. */
  async stop(): Promise<void> {
    const postgres = await this.#postgres.catch(() => null);
    await postgres?.stop();
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
