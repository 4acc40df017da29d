import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { filesIn } from '../../src/platform/embedded-postgres/data-directory.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { findPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { migrateUp } from '../../src/platform/migrations/migrations.js';

/** Where a run keeps its data: gone at the end. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'earmark-bench-'));
  // PostgreSQL runs as another user where this one is root.
  await chmod(path, 0o711);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The PostgreSQL that everything is measured on: the embedded one as the product starts it, or the server that
 * BENCH_DATABASE_URL names. Each scenario has a fresh database in it.
 */
export class Server {
  readonly #url: string;
  /** null: it is not ours, and goes on without our databases. */
  readonly #stop: (() => Promise<void>) | null;
  readonly #names: string[] = [];
  #count = 0;
  #template: Promise<string> | null = null;

  /** Its first process, which has started all others; null: it is not ours. */
  readonly pid: number | null;

  private constructor(url: string, stop: (() => Promise<void>) | null, pid: number | null) {
    this.#url = url;
    this.#stop = stop;
    this.pid = pid;
  }

  static async start(folder: string): Promise<Server> {
    const url = process.env.BENCH_DATABASE_URL;
    if (url) return new Server(url, null, null);
    const embedded = await startEmbeddedPostgres(folder, undefined, {
      // Over TCP, as from another machine and as pgbench is started.
      // With room for the sessions of eight processes and of those that look on.
      settings: { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '250' },
    });
    const postmaster = await findPostmaster(filesIn(folder));
    return new Server(embedded.url, () => embedded.stop(), postmaster!.pid);
  }

  async version(): Promise<string> {
    const [row] = await this.#ask('show server_version');
    return row!.server_version!;
  }

  /** The URL of a new database with the product's tables. */
  async freshDatabase(): Promise<string> {
    this.#template ??= this.#migrated();
    return this.#create(` template ${await this.#template}`);
  }

  async drop(url: string): Promise<void> {
    await this.#ask(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  }

  async stop(): Promise<void> {
    if (this.#stop) return this.#stop();
    for (const name of this.#names) await this.#ask(`drop database if exists ${name} with (force)`);
  }

  async #migrated(): Promise<string> {
    const url = await this.#create('');
    await migrateUp(url);
    return new URL(url).pathname.slice(1);
  }

  async #create(how: string): Promise<string> {
    const name = `earmark_bench_${process.pid}_${this.#count++}`;
    this.#names.push(name);
    await this.#ask(`create database ${name}${how}`);
    const url = new URL(this.#url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async #ask(statement: string): Promise<Record<string, string>[]> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    try {
      return (await client.query<Record<string, string>>(statement)).rows;
    } finally {
      await client.end();
    }
  }
}
