import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PRIVATE_FILE } from '../config/private-files.js';
import { isAlive } from '../shutdown/is-alive.js';
import { PostgresFailed } from './postgres-failed.js';
import { urlOf, type Cluster, type ClusterFiles } from './data-directory.js';

/** PostgreSQL's first process, as it describes itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** The directory of its Unix socket. null: it has none. */
  readonly socketDir: string | null;
  readonly state: string;
}

export type ServerSettings = Readonly<Record<string, string>>;

const SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A service's pool, its subscriptions and the command line take a few dozen at most; the last ten are an operator's.
  max_connections: '110',
  superuser_reserved_connections: '10',
  unix_socket_permissions: '0700',
  // Twice the default; little beside a laptop's memory, which it takes only as it is used.
  shared_buffers: '256MB',
  // Twice the default: a bulk import writes on for longer between two checkpoints, at the price of disk space.
  max_wal_size: '2GB',
  // Errors and warnings go to the client that caused them; in here they would only fill the log.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/** Between two looks at `postmaster.pid`, which shows the state of a server that any process has started. */
const POLL_MS = 10;
/**
 * A start without a further line in the log of the server for so long is given up. While the server replays its write-ahead log,
 * which may take minutes on a slow disk, it writes a line every ten seconds.
 */
const START_LIMIT_MS = 5 * 60_000;
/** After this the server ends without writing everything out, and the next start replays the log. */
const FAST_SHUTDOWN_LIMIT_MS = 60_000;
/** For a shutdown that writes nothing out. */
const IMMEDIATE_SHUTDOWN_LIMIT_MS = 3_000;
/** Measured at a start. */
const LOG_LIMIT_BYTES = 5 * 1024 * 1024;

/**
 * The living postmaster of this directory, or null. `postmaster.pid` may be stale: after a crash of the machine or the
 * container its process id may be that of any other program.
 */
export async function findPostmaster(files: ClusterFiles): Promise<Postmaster | null> {
  const recorded = await readPidFile(files);
  return recorded && (await isPostmasterOf(files, recorded)) ? recorded : null;
}

/** The id of a living process that `postmaster.pid` names and that is another program. */
async function findForeignProcess(files: ClusterFiles): Promise<number | null> {
  const recorded = await readPidFile(files);
  if (!recorded || !isAlive(recorded.pid)) return null;
  return (await isPostmasterOf(files, recorded)) ? null : recorded.pid;
}

/** As `findPostmaster`, but waits until it is ready, or until it is gone if it is shutting down. */
export async function awaitPostmaster(files: ClusterFiles, signal?: AbortSignal): Promise<Postmaster | null> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const postmaster = await findPostmaster(files);
    if (!postmaster || postmaster.state === 'ready') return postmaster;
    if (Date.now() > deadline) throw new Error(`PostgreSQL in ${files.cluster} stays "${postmaster.state}".`);
    await delay(POLL_MS, undefined, { signal });
  }
}

/**
 * Starts a server and waits until it takes connections.
 * @param onLaunch called when its process has been started
 * @throws {PostgresFailed} with the end of its log
 */
export async function startPostmaster(
  cluster: Cluster,
  port: number,
  settings: ServerSettings,
  signal?: AbortSignal,
  onLaunch?: () => void,
): Promise<Postmaster> {
  const { files, launch, programs } = cluster;
  const foreign = await findForeignProcess(files);
  const log = await openLog(files);
  const logStart = (await log.stat()).size;
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const [program = '', ...args] = [...launch.prefix, programs.postgres, '-D', files.cluster];
  const child = spawn(program, [...args, '-p', String(port), ...options], {
    ...launch.as,
    cwd: files.dataDir,
    // Out of our process group, so that Ctrl-C reaches the service alone, which drains and then stops it; and
    // writing to a file, which unlike a pipe does not break when the service is killed.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    windowsHide: true,
    env: {
      LC_ALL: 'C',
      // PostgreSQL takes this living process for no postmaster: pg_ctl names its own parent by it. So we never delete
      // a stale lock file, which another start may have replaced by its own at that moment.
      ...(foreign !== null && { PG_GRANDPARENT_PID: String(foreign) }),
    },
  });
  let failure = null as Error | null;
  child.on('error', (error) => (failure = error));
  child.unref();
  await log.close();
  onLaunch?.();
  try {
    return await becomesReady(files, child, signal);
  } catch (cause) {
    const isRunning =
      child.exitCode === null &&
      child.signalCode === null &&
      child.kill(signal?.aborted ? 'SIGQUIT' : 'SIGINT');
    if (signal?.aborted && isRunning) await once(child, 'exit');
    signal?.throwIfAborted();
    const said = failure?.message ?? (await lastLines(files.log, logStart));
    throw new PostgresFailed(`PostgreSQL did not start in ${files.cluster}`, said, cause);
  }
}

async function becomesReady(
  files: ClusterFiles,
  child: ChildProcess,
  signal?: AbortSignal,
): Promise<Postmaster> {
  let deadline = Date.now() + START_LIMIT_MS;
  let logged = 0;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const size = (await stat(files.log).catch(() => null))?.size ?? 0;
    if (size !== logged) deadline = Date.now() + START_LIMIT_MS;
    logged = size;
    await delay(POLL_MS, undefined, { signal });
    const postmaster = await readPidFile(files);
    if (postmaster?.pid === child.pid && postmaster?.state === 'ready') return postmaster;
  }
  throw new Error(`exit code ${String(child.exitCode)}, signal ${String(child.signalCode)}`);
}

/**
 * Stops the server as its fast shutdown does: open transactions are rolled back, sessions end, all is written
 * out. (On Windows a signal ends it at once, and the next start replays the log.)
 * @param hurry makes it an immediate shutdown, as soon as it is aborted
 */
export async function stopPostmaster(
  files: ClusterFiles,
  { pid }: Postmaster,
  hurry?: AbortSignal,
): Promise<void> {
  let deadline = Date.now() + FAST_SHUTDOWN_LIMIT_MS;
  let next: NodeJS.Signals = 'SIGQUIT';
  signalTo(pid, 'SIGINT');
  // The lock file goes last, and goes even if a container's init never reaps the process.
  while (isAlive(pid) && (await readPidFile(files))?.pid === pid) {
    if (Date.now() > deadline || (hurry?.aborted && next === 'SIGQUIT')) {
      signalTo(pid, next);
      deadline = Date.now() + IMMEDIATE_SHUTDOWN_LIMIT_MS;
      next = 'SIGKILL';
    }
    await delay(POLL_MS);
  }
}

/** A port that is free at this moment. It may be taken before the server listens; then the start fails and is retried. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html: one fact on a line. */
async function readPidFile({ cluster }: ClusterFiles): Promise<Postmaster | null> {
  const file = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const [pid, , , port, socketDir, , , state] = file.split('\n');
  if (!pid) return null;
  return {
    pid: Number(pid),
    port: Number(port),
    socketDir: socketDir === '' ? null : (socketDir ?? null),
    state: state?.trim() ?? '',
  };
}

/** A wrong answer does no harm: PostgreSQL refuses to start while the old one's shared memory is in use. */
async function isPostmasterOf(files: ClusterFiles, postmaster: Postmaster): Promise<boolean> {
  const { pid } = postmaster;
  if (!isAlive(pid)) return false;
  const command = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => null);
  if (command === null) return isPostgres(files, postmaster);
  // A zombie's command line is empty, and that of a server's other processes has no options.
  const [program = '', ...args] = command.split('\0');
  const directory = args[args.indexOf('-D') + 1] ?? '';
  return basename(program) === 'postgres' && (await isSameDirectory(directory, files.cluster));
}

/** For systems without /proc: whether a server answers on the port, and does not refuse our password. */
async function isPostgres(files: ClusterFiles, postmaster: Postmaster): Promise<boolean> {
  const password = await readFile(files.password, 'utf8');
  const client = new pg.Client({ connectionString: urlOf(password, postmaster, 'postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code !== '28P01';
  }
}

async function isSameDirectory(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)));
  return !!a && !!b && a.dev === b.dev && a.ino === b.ino;
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Opens the log for appending; a long one becomes `postgres.log.1` first, in place of the one before. */
async function openLog({ log }: ClusterFiles): Promise<FileHandle> {
  const before = await stat(log).catch(() => null);
  if (before && before.size > LOG_LIMIT_BYTES) await rename(log, `${log}.1`);
  return open(log, 'a', PRIVATE_FILE);
}

async function lastLines(file: string, from: number): Promise<string> {
  const text = (await readFile(file)).subarray(from).toString().trim();
  return text.split('\n').slice(-10).join('\n');
}
