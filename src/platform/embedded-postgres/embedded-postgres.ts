import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { noteFullDisk } from '../../kernel/postgres/database-fault.js';
import { alsoEndsAtOnce } from '../shutdown/at-once.js';
import { DATABASE, DataDirectoryInUse, enter, giveUp, SERVICE_ROLE, type Hold, type Use } from './hold.js';
import { filesIn, isInitialised, openCluster, removeScratch, urlOf, type Place } from './data-directory.js';
import { makeSocketDirectory, SOCKET_PORT } from './socket-directory.js';
import { PostgresFailed } from './postgres-failed.js';
import { awaitPostmaster, freePort, startPostmaster, type ServerSettings } from './postmaster.js';

export { DataDirectoryInUse };

export interface EmbeddedPostgresOptions {
  /** One service has the directory at a time; any number of commands use it beside the service, or without one. */
  readonly role?: ProcessContext;
  /** Server settings on top of ours, e.g. `{ max_connections: '300' }`. */
  readonly settings?: ServerSettings;
  /** The directory of the programs of an installed PostgreSQL, to be run instead of those of the package. */
  readonly bin?: string | null;
  /** Aborts the start, which leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
  /** Called when PostgreSQL has been launched or runs already, before we wait until it takes connections. */
  readonly onLaunch?: (() => void) | undefined;
}

type Log = (line: string) => void;

/**
 * Starts the PostgreSQL of this data directory, or joins the one that another process has started; makes the directory
 * if there is none. Measured on two cores: 1.1 to 1.7 s if the directory has to be made, 0.1 s after a `stop`.
 * @throws {DataDirectoryInUse} if we are a service and another one holds the directory
 * @throws the reason of the signal when that aborts it
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: Log = () => undefined,
  { role = 'server', settings = {}, bin = null, signal, onLaunch }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const breakOff = new AbortController();
  const broken = AbortSignal.any([breakOff.signal, ...(signal ? [signal] : [])]);
  const start = async () => {
    // To make the directory takes longer than anything that follows.
    if (!(await isInitialised(filesIn(dataDir)))) onLaunch?.();
    const cluster = await openCluster(dataDir, log, broken, bin);
    const use = { cluster, role, settings, onLaunch };
    const postgres = new EmbeddedPostgres(use, log, await takeHoldWithin(5, use, log, broken));
    await removeScratch(cluster.files);
    if (breakOff.signal.aborted) await postgres.stopAtOnce();
    else if (broken.aborted) await postgres.stop();
    broken.throwIfAborted();
    return postgres;
  };
  const started = start();
  const forget = alsoEndsAtOnce(() => {
    breakOff.abort();
    return started;
  });
  try {
    return await started;
  } catch (error) {
    broken.throwIfAborted();
    throw error;
  } finally {
    forget();
  }
}

/** A PostgreSQL of our own, kept running until the last of its users has called `stop`. */
export class EmbeddedPostgres {
  /** By its owner, a superuser. Stays good when PostgreSQL crashes and is started again. */
  readonly url: string;
  /** By the role of the service, which has no rights but those it was granted. */
  readonly serviceUrl: string;
  private readonly place: Place;
  private readonly stopping = new AbortController();
  private readonly hurry = new AbortController();
  private readonly forget = alsoEndsAtOnce(() => this.stopAtOnce());
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
    this.place = hold.postmaster;
    this.url = urlOf(use.cluster.password, this.place, DATABASE);
    this.serviceUrl = urlOf(use.cluster.password, this.place, DATABASE, SERVICE_ROLE);
    this.keep(hold);
  }

  /**
   * Leaves PostgreSQL to the processes that still use it. The last one shuts it down, which rolls back open transactions,
   * and resolves once PostgreSQL is gone.
   */
  stop(): Promise<void> {
    return (this.stopped ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    this.stopping.abort();
    await this.regained;
    // Without the hold, what runs there now is another process's.
    if (this.hold) await giveUp(this.use, this.hold, this.hurry.signal);
    this.forget();
  }

  /** As `stop`, which may be under way, but PostgreSQL writes nothing out: the next start replays its log. */
  stopAtOnce(): Promise<void> {
    this.hurry.abort();
    return this.stop();
  }

  /** The end of its session shows that PostgreSQL has died, whichever process started it. */
  private keep(hold: Hold): void {
    this.hold = hold;
    const since = Date.now();
    hold.session.once('end', () => {
      this.hold = null;
      if (this.stopping.signal.aborted) return;
      if (Date.now() - since > 60_000) this.pause = 0;
      this.log('Lost the connection to the embedded PostgreSQL: restarting it if it does not run');
      this.regained = this.regain();
    });
  }

  private async regain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await delay(this.pause, undefined, { signal });
        this.pause = Math.min(Math.max(100, 2 * this.pause), 10_000);
        this.keep(await takeHold(this.use, this.place, signal));
        this.log('The embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof PostgresFailed && error.isDiskFull) noteFullDisk();
        else this.log(lineOf(error));
      }
    }
  }
}

/**
 * Retries what passes by itself: a port that was taken in between, another start at the same moment, and the shared
 * memory of a killed PostgreSQL, whose last processes need a moment to notice.
 */
async function takeHoldWithin(attempts: number, use: Use, log: Log, signal: AbortSignal): Promise<Hold> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await takeHold(use, undefined, signal);
    } catch (error) {
      signal.throwIfAborted();
      const isFull = error instanceof PostgresFailed && error.isDiskFull;
      if (error instanceof DataDirectoryInUse || isFull || attempt === attempts) throw error;
      log(`${lineOf(error)}; trying again`);
      await delay(100 * 2 ** attempt, undefined, { signal });
    }
  }
}

const lineOf = (error: unknown): string =>
  error instanceof PostgresFailed ? error.line : (error as Error).message;

async function takeHold(use: Use, place?: Place, signal?: AbortSignal): Promise<Hold> {
  const { cluster, role, onLaunch } = use;
  const running = await awaitPostmaster(cluster.files, signal);
  if (running) onLaunch?.();
  const postmaster = running ?? (await startServer(use, place?.port, signal));
  const session = await enter(cluster, postmaster, role);
  if (place !== undefined && (postmaster.port !== place.port || postmaster.socketDir !== place.socketDir)) {
    // Another process has started it in between; but our callers have the old URL.
    await giveUp(use, { postmaster, session });
    throw new Error(`PostgreSQL runs on port ${String(postmaster.port)} instead of ${String(place.port)}`);
  }
  return { postmaster, session };
}

/** On a Unix socket alone if there are any, unless the settings say otherwise. */
async function startServer({ cluster, settings, onLaunch }: Use, port?: number, signal?: AbortSignal) {
  const isOverTcp = settings.unix_socket_directories === '';
  const socketDir = isOverTcp ? null : await makeSocketDirectory(cluster.files);
  const place = socketDir === null ? {} : { listen_addresses: '', unix_socket_directories: socketDir };
  const free = socketDir === null ? await freePort() : SOCKET_PORT;
  return startPostmaster(cluster, port ?? free, { ...place, ...settings }, signal, onLaunch);
}
