import { execFile, execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { openCluster, urlOf, type Cluster } from '../../src/platform/embedded-postgres/data-directory.js';
import { startPostmaster, stopPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { migrateUp } from '../../src/platform/migrations/migrations.js';
import { eventuallySucceeds } from '../../testing/eventually.js';
import { narrowPartitions } from '../../testing/narrow-partitions.js';
import { freePort } from '../../testing/ports.js';
import { childrenOf, clearAtExit, isAlive, signalTo } from './processes.js';

const run = promisify(execFile);

const DATABASE = 'earmark';
/** Small, so that many can be made and a full disk is soon full. */
const DISK_MB = 192;
/** Milliseconds that PostgreSQL may take to start, on a machine that has other things to do. */
const STARTING_LIMIT = 120_000;
const SETTINGS = {
  shared_buffers: '32MB',
  max_wal_size: '64MB',
  max_connections: '80',
  // What a database does by itself goes on during so short a life, too.
  autovacuum_naptime: '2s',
  // Written to the log, which is read when a schedule has failed.
  log_min_messages: 'warning',
};

/**
 * A data directory with the service's tables in it, from which each schedule has a copy.
 * @param folder that PostgreSQL's user may pass
 */
export async function makeTemplate(folder: string): Promise<string> {
  const template = join(folder, 'template');
  const cluster = await openCluster(template, () => undefined);
  const postmaster = await startPostmaster(cluster, await freePort(), SETTINGS);
  const client = new pg.Client({ connectionString: urlOf(cluster.password, postmaster.port, 'postgres') });
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
  const url = urlOf(cluster.password, postmaster.port, DATABASE);
  await migrateUp(url);
  await divideLog(url);
  await stopPostmaster(cluster.files, postmaster);
  return template;
}

/** Lets the events of a schedule go through two partitions that are there, and one that the services have to add. */
async function divideLog(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of narrowPartitions(1, 41, 81)) await client.query(statement);
  await client.end();
}

/** A PostgreSQL of its own that can be killed, stopped and starved of disk, and started again. */
export class Postgres {
  readonly port: number;
  readonly #cluster: Cluster;
  readonly #folder: string;
  /** A filesystem of its own, or null where we may not mount one: then its disk cannot be filled. */
  readonly #disk: string | null;
  readonly #cleared: () => void;
  #pid = 0;

  private constructor(cluster: Cluster, folder: string, port: number, disk: string | null) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.port = port;
    this.#disk = disk;
    this.#cleared = clearAtExit(() => {
      for (const pid of [...childrenOf(this.#pid), this.#pid]) signalTo(pid, 'SIGKILL');
      if (disk !== null) execFileSync('umount', ['-l', disk]);
    });
  }

  /** A copy of the template, running. */
  static async start(template: string, folder: string): Promise<Postgres> {
    await mkdir(folder);
    await chmod(folder, 0o711);
    const isMounted = await run('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${DISK_MB}m,mode=711`,
      'chaos',
      folder,
    ]).then(
      () => true,
      () => false,
    );
    await run('cp', ['-a', `${template}/.`, folder]);
    const cluster = await openCluster(folder, () => undefined);
    const postgres = new Postgres(cluster, folder, await freePort(), isMounted ? folder : null);
    await postgres.ensureRunning();
    return postgres;
  }

  get hasDisk(): boolean {
    return this.#disk !== null;
  }

  /** Of the database, over another port where that leads to it. */
  url(port = this.port): string {
    return urlOf(this.#cluster.password, port, DATABASE);
  }

  /** Starts it where it is down; resolves once it takes connections, after whatever recovery it needs. */
  async ensureRunning(): Promise<void> {
    await eventuallySucceeds(
      'PostgreSQL runs',
      async () => {
        if (!isAlive(this.#pid)) {
          const postmaster = await startPostmaster(this.#cluster, this.port, SETTINGS);
          this.#pid = postmaster.pid;
        }
        await this.ask('select 1');
        return true;
      },
      STARTING_LIMIT,
    );
  }

  async ask(statement: string): Promise<void> {
    const client = await this.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** kill -9, all of its processes at once. What it had not written out is lost. */
  async kill(): Promise<void> {
    // It cannot have any more children while it is stopped.
    signalTo(this.#pid, 'SIGSTOP');
    const all = [...childrenOf(this.#pid), this.#pid];
    for (const pid of all) signalTo(pid, 'SIGKILL');
    while (all.some(isAlive)) await wait(5);
  }

  /** kill -9 of one session's process: PostgreSQL then ends all the others and recovers by itself. */
  crashBackend(): void {
    const child = childrenOf(this.#pid).at(-1);
    if (child !== undefined) signalTo(child, 'SIGKILL');
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of [this.#pid, ...childrenOf(this.#pid)]) signalTo(pid, signal);
  }

  /** Leaves no block of its disk free. */
  async fillDisk(): Promise<{ free: () => Promise<void> }> {
    const ballast = join(this.#folder, 'ballast');
    const { bsize, bavail } = await statfs(this.#folder);
    const file = await open(ballast, 'w');
    try {
      const block = Buffer.alloc(bsize * 64);
      for (let left = bavail * bsize; left > 0; left -= block.length) await file.write(block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
    return { free: () => rm(ballast, { force: true }) };
  }

  /** What it had to say stays beside its folder. */
  async remove(): Promise<void> {
    if (isAlive(this.#pid)) await this.kill();
    this.#cleared();
    await copyFile(this.#cluster.files.log, `${this.#folder}.log`);
    if (this.#disk !== null) await run('umount', ['-l', this.#disk]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
