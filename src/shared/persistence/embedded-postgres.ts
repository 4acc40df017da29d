import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
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
  type Settings,
} from './embedded-postmaster.js';

/** A PostgreSQL of our own, kept running until `stop`. */
export interface EmbeddedPostgres {
  /** Stays good when PostgreSQL crashes and is started again. */
  readonly url: string;
  /** Fast shutdown: sessions end, open transactions are rolled back. Resolves once PostgreSQL is gone. */
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
  /** Server settings on top of ours, e.g. `{ max_connections: '300' }`. */
  readonly settings?: Settings;
}

type Log = (line: string) => void;

/** The right to the directory: a running server, and the lock in it that nobody else can have. */
interface Hold {
  readonly postmaster: Postmaster;
  readonly lock: pg.Client;
}

const DATABASE = 'earmark';
/** The lock lives in a database where nobody else takes any, so that its key needs no meaning. */
const LOCK_DATABASE = 'postgres';

/**
 * Starts the PostgreSQL of this data directory, or takes over one that outlived its service; makes the
 * directory where there is none. Throws `DataDirectoryInUse` when another service holds it.
 *
 * Measured on two cores: 1.1 to 1.7 s where the directory has to be made, 0.1 s where it was left by `stop`.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: Log = () => undefined,
  { settings = {} }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(dataDir, log);
  const hold = await takeHoldWithin(5, cluster, settings, log);
  const postgres = new HeldPostgres(cluster, settings, log, hold);
  await removeScratch(cluster.files);
  return postgres;
}

/**
 * The URL of the PostgreSQL that a running service holds in this directory, or null: for the command line,
 * which then uses that service's database.
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const files = filesIn(dataDir);
  const postmaster = await findPostmaster(files);
  if (postmaster?.state !== 'ready') return null;
  const password = await readPassword(files);
  const client = await connect(urlOf(password, postmaster.port, LOCK_DATABASE));
  try {
    const { rowCount } = await client.query(
      `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
       WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
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
    private readonly cluster: Cluster,
    private readonly settings: Settings,
    private readonly log: Log,
    hold: Hold,
  ) {
    this.port = hold.postmaster.port;
    this.url = urlOf(cluster.password, this.port, DATABASE);
    this.keep(hold);
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    this.stopping.abort();
    await this.regained;
    // Without the hold, what runs there now is another's, or nothing does.
    if (!this.hold) return;
    const { lock, postmaster } = this.hold;
    await stopPostmaster(this.cluster.files, postmaster);
    await lock.end();
  }

  /** The end of the lock's session is how we learn that PostgreSQL has died, whoever started it. */
  private keep(hold: Hold): void {
    this.hold = hold;
    const since = Date.now();
    hold.lock.once('end', () => {
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
        this.keep(await takeHold(this.cluster, this.settings, this.port, signal));
        this.log('The embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (!signal.aborted) this.log(messageOf(error));
      }
    }
  }
}

/**
 * What can be in the way of a start and goes by itself: a port that was taken in between, another start at the
 * same moment, and the shared memory of a killed PostgreSQL, whose last processes need a moment to notice.
 */
async function takeHoldWithin(
  attempts: number,
  cluster: Cluster,
  settings: Settings,
  log: Log,
): Promise<Hold> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await takeHold(cluster, settings);
    } catch (error) {
      if (error instanceof DataDirectoryInUse || attempt === attempts) throw error;
      log(`${messageOf(error)}; trying again`);
      await delay(100 * 2 ** attempt);
    }
  }
}

async function takeHold(
  cluster: Cluster,
  settings: Settings,
  port?: number,
  signal?: AbortSignal,
): Promise<Hold> {
  const postmaster =
    (await awaitPostmaster(cluster.files, signal)) ??
    (await startPostmaster(cluster, port ?? (await freePort()), settings, signal));
  const lock = await lockDirectory(cluster, postmaster);
  if (port !== undefined && postmaster.port !== port) {
    // Somebody had it in between and was killed, so it is ours again; but our users know the other port.
    await stopPostmaster(cluster.files, postmaster);
    throw new Error(`PostgreSQL ran on port ${String(postmaster.port)} instead of ${String(port)}`);
  }
  return { postmaster, lock };
}

/**
 * The lock belongs to a session, which ends with our process however that ends; so unlike a file with a
 * process id it is never stale.
 */
async function lockDirectory({ files, password }: Cluster, { port }: Postmaster): Promise<pg.Client> {
  const client = await connect(urlOf(password, port, LOCK_DATABASE));
  try {
    // Long enough for PostgreSQL to notice the death of the service before us.
    await client.query(`SET lock_timeout = '2s'`);
    await client.query('SELECT pg_advisory_lock(1)');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
    return client;
  } catch (error) {
    await client.end();
    const lockNotAvailable = error instanceof pg.DatabaseError && error.code === '55P03';
    throw lockNotAvailable ? new DataDirectoryInUse(files.dataDir) : error;
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // An error of an idle connection is followed by its end, which is what we act upon.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
