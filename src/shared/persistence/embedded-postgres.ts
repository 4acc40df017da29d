import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Role } from '../config/role.js';
import {
  filesIn,
  openCluster,
  readPassword,
  removeScratch,
  urlOf,
  type Cluster,
} from './embedded-cluster.js';
import {
  awaitPostmaster,
  findPostmaster,
  freePort,
  startPostmaster,
  stopPostmaster,
  type Postmaster,
  type ServerSettings,
} from './embedded-postmaster.js';
import { SessionClient } from './session-client.js';

/** A PostgreSQL of our own, kept running until the last of its users has called `stop`. */
export interface EmbeddedPostgres {
  /** Stays good when PostgreSQL crashes and is started again. */
  readonly url: string;
  /**
   * Leaves PostgreSQL to those who still use it. The last one shuts it down: open transactions are rolled back;
   * resolves once PostgreSQL is gone.
   */
  stop(): Promise<void>;
}

/** One service per data directory. */
export class DataDirectoryInUse extends Error {
  constructor(dataDir: string) {
    super(`Another Earmark is running on ${dataDir}: stop it, or set DATA_DIR to another directory.`);
    this.name = new.target.name;
  }
}

export interface EmbeddedPostgresOptions {
  /** One service has the directory at a time; any number of commands use it beside the service, or without one. */
  readonly role?: Role;
  /** Server settings on top of ours, e.g. `{ max_connections: '300' }`. */
  readonly settings?: ServerSettings;
}

type Log = (line: string) => void;

/** What a start is about. */
interface Use {
  readonly cluster: Cluster;
  readonly role: Role;
  readonly settings: ServerSettings;
}

/** The right to use the directory: a running server, and the session in it that has our locks. */
interface Hold {
  readonly postmaster: Postmaster;
  readonly session: pg.Client;
}

const DATABASE = 'earmark';

/*
 * Who uses the server is known by advisory locks in it. They belong to sessions, which end with their process however
 * that ends; so unlike a file with a process id they are never stale, and nothing that is killed is in anybody's way.
 *
 * Every user has a share of IN_USE. Who ends gives its share up, and stops the server only where it can then have the
 * lock to itself. The races:
 * - Two end at the same moment: each gives its share up before it asks, so the one that asks last is refused only where
 *   the other has the lock already, and stops the server. Exactly one does.
 * - One begins while the last one ends. Where its share comes first, the server stays. Otherwise it waits for its share
 *   or cannot connect any more; the shutdown ends that, and it tries again: waits until the server is gone, and starts it.
 * - One is killed when it has the lock and before it has stopped the server, or was the last one: the server runs on
 *   without users, and the next one to begin takes it over.
 * - Two begin where no server runs: PostgreSQL's own lock file lets one start it, and the other finds it when it tries
 *   again. Likewise with the database in it.
 */
/** The locks live in a database where nobody else takes any, so that their keys need no meaning. */
const LOCK_DATABASE = 'postgres';
/** Held by the one service of the directory. */
const SERVICE = 1;
/** Shared by all who use the server; exclusive to the one that stops it. */
const IN_USE = 2;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Starts the PostgreSQL of this data directory, or joins the one that runs there, whoever started it; makes the
 * directory where there is none. Throws `DataDirectoryInUse` when we are a service and another one holds it.
 *
 * Measured on two cores: 1.1 to 1.7 s where the directory has to be made, 0.1 s where it was left by `stop`.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: Log = () => undefined,
  { role = 'service', settings = {} }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(dataDir, log);
  const use = { cluster, role, settings };
  const hold = await takeHoldWithin(5, use, log);
  const postgres = new HeldPostgres(use, log, hold);
  await removeScratch(cluster.files);
  return postgres;
}

/** The URL of the PostgreSQL that a running service holds in this directory, or null. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const files = filesIn(dataDir);
  const postmaster = await findPostmaster(files);
  if (postmaster?.state !== 'ready') return null;
  const password = await readPassword(files);
  const client = await connect(urlOf(password, postmaster.port, LOCK_DATABASE));
  try {
    const { rowCount } = await client.query(
      `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where locktype = 'advisory' and granted and datname = current_database() and objid = $1`,
      [SERVICE],
    );
    return rowCount ? urlOf(password, postmaster.port, DATABASE) : null;
  } finally {
    await client.end();
  }
}

class HeldPostgres implements EmbeddedPostgres {
  readonly url: string;
  private readonly port: number;
  private readonly stopping = new AbortController();
  private hold: Hold | null = null;
  private regained: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;
  /** Milliseconds before the next attempt: none after a quiet minute, then ever more up to 10 s. */
  private pause = 0;

  constructor(
    private readonly use: Use,
    private readonly log: Log,
    hold: Hold,
  ) {
    this.port = hold.postmaster.port;
    this.url = urlOf(use.cluster.password, this.port, DATABASE);
    this.keep(hold);
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    this.stopping.abort();
    await this.regained;
    // Without the hold, what runs there now is another's, or nothing does.
    if (this.hold) await giveUp(this.use, this.hold);
  }

  /** The end of its session is how we learn that PostgreSQL has died, whoever started it. */
  private keep(hold: Hold): void {
    this.hold = hold;
    const since = Date.now();
    hold.session.once('end', () => {
      this.hold = null;
      if (this.stopping.signal.aborted) return;
      if (Date.now() - since > 60_000) this.pause = 0;
      this.log('Lost the connection to the embedded PostgreSQL: starting it again if need be');
      this.regained = this.regain();
    });
  }

  private async regain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await delay(this.pause, undefined, { signal });
        this.pause = Math.min(Math.max(100, 2 * this.pause), 10_000);
        this.keep(await takeHold(this.use, this.port, signal));
        this.log('The embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (!signal.aborted) this.log((error as Error).message);
      }
    }
  }
}

/**
 * What can be in the way of a start and goes by itself: a port that was taken in between, another start at the
 * same moment, and the shared memory of a killed PostgreSQL, whose last processes need a moment to notice.
 */
async function takeHoldWithin(attempts: number, use: Use, log: Log): Promise<Hold> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await takeHold(use);
    } catch (error) {
      if (error instanceof DataDirectoryInUse || attempt === attempts) throw error;
      log(`${(error as Error).message}; trying again`);
      await delay(100 * 2 ** attempt);
    }
  }
}

async function takeHold(use: Use, port?: number, signal?: AbortSignal): Promise<Hold> {
  const { cluster, role, settings } = use;
  const postmaster =
    (await awaitPostmaster(cluster.files, signal)) ??
    (await startPostmaster(cluster, port ?? (await freePort()), settings, signal));
  const session = await enter(cluster, postmaster, role);
  if (port !== undefined && postmaster.port !== port) {
    // Somebody has started it in between; but our users know the other port.
    await giveUp(use, { postmaster, session });
    throw new Error(`PostgreSQL runs on port ${String(postmaster.port)} instead of ${String(port)}`);
  }
  return { postmaster, session };
}

async function enter({ files, password }: Cluster, { port }: Postmaster, role: Role): Promise<pg.Client> {
  const session = await connect(urlOf(password, port, LOCK_DATABASE));
  try {
    // Long enough for PostgreSQL to notice the death of the service before us.
    await session.query(`set lock_timeout = '2s'`);
    if (role === 'service') await lockForService(session, files.dataDir);
    await session.query('select pg_advisory_lock_shared($1)', [IN_USE]);
    const { rowCount } = await session.query('select from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await session.query(`create database ${DATABASE}`);
    return session;
  } catch (error) {
    await session.end();
    throw error;
  }
}

async function lockForService(session: pg.Client, dataDir: string): Promise<void> {
  try {
    await session.query('select pg_advisory_lock($1)', [SERVICE]);
  } catch (error) {
    const isTaken = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
    throw isTaken ? new DataDirectoryInUse(dataDir) : error;
  }
}

/** Ends our use of the server, and the server where nobody else uses it. */
async function giveUp({ cluster: { files } }: Use, { postmaster, session }: Hold): Promise<void> {
  if (await isLast(session)) await stopPostmaster(files, postmaster);
  await session.end();
}

async function isLast(session: pg.Client): Promise<boolean> {
  try {
    await session.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
    const { rows } = await session.query<{ isLast: boolean }>('select pg_try_advisory_lock($1) as "isLast"', [
      IN_USE,
    ]);
    return rows[0]!.isLast;
  } catch {
    // The server has ended by itself in this moment: what runs there next is another's.
    return false;
  }
}

async function connect(url: string): Promise<pg.Client> {
  // An error of an idle connection is followed by its end, which is what we act upon.
  const client = new SessionClient({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  return client;
}
