import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { urlOf, type Cluster } from './data-directory.js';
import { stopPostmaster, type Postmaster, type ServerSettings } from './postmaster.js';
import { SessionClient } from '../../kernel/postgres/session-client.js';

/** One service per data directory. */
export class DataDirectoryInUse extends Error {
  constructor(dataDir: string) {
    super(`Another Earmark is running on ${dataDir}: stop it, or set DATA_DIR to another directory.`);
    this.name = new.target.name;
  }
}

/** What a process starts, and as what. */
export interface Use {
  readonly cluster: Cluster;
  readonly role: ProcessContext;
  readonly settings: ServerSettings;
  readonly onLaunch?: (() => void) | undefined;
}

/** The right to use the directory: a running server, and the session in it that holds our locks. */
export interface Hold {
  readonly postmaster: Postmaster;
  readonly session: pg.Client;
}

export const DATABASE = 'earmark';
/** The role of the service, which owns nothing, and reads and writes what it is granted. */
export const SERVICE_ROLE = 'earmark_service';

/*
 * Advisory locks in the server show which processes use it. A lock belongs to a session, which ends with its process
 * however that ends; so unlike a file with a process id it is never stale, and a killed process is in no one's way.
 *
 * Every process that uses the server shares IN_USE. A process that ends releases its share, and stops the server only if
 * it then gets the lock exclusively. The races:
 * - Two end at the same moment: each releases its share before it asks, so the one that asks last is refused only if the
 *   other has the lock already, and stops the server. Exactly one does.
 * - One begins while the last one ends. If it gets its share first, the server stays. Otherwise it waits for its share or
 *   cannot connect any more; the shutdown ends that, and it tries again: waits until the server is gone, and starts it.
 * - One is killed after it got the lock and before it has stopped the server: the server runs on without users, and the
 *   next process to begin takes it over.
 * - Two begin while no server runs: PostgreSQL's own lock file lets one start it, and the other finds it when it tries
 *   again. Likewise with the database in it.
 */
/** No one else takes locks in this database, so the keys need no meaning. */
export const LOCK_DATABASE = 'postgres';
/** Held by the one service of the directory. */
export const SERVICE = 1;
/** Shared by all processes that use the server; exclusive to the one that stops it. */
const IN_USE = 2;

const LOCK_NOT_AVAILABLE = '55P03';
const MADE_ALREADY = new Set(['42710', '23505']);
/** How long a stop that has to be quick waits for the server to say whether we are its last user. */
const HURRY_LIMIT_MS = 1_000;

/** Begins our use of a running server, and makes its database if there is none. */
export async function enter(
  { files, password }: Cluster,
  postmaster: Postmaster,
  role: ProcessContext,
): Promise<pg.Client> {
  const session = await connect(urlOf(password, postmaster, LOCK_DATABASE));
  try {
    // Long enough for PostgreSQL to notice the death of the service before us.
    await session.query(`set lock_timeout = '2s'`);
    if (role === 'server') await lockForService(session, files.dataDir);
    await session.query('select pg_advisory_lock_shared($1)', [IN_USE]);
    const { rowCount } = await session.query('select from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await session.query(`create database ${DATABASE}`);
    await ensureServiceRole(session, password, role);
    return session;
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** A data directory of an older version has no such role. The password may differ from the one in a backup. */
async function ensureServiceRole(session: pg.Client, password: string, role: ProcessContext): Promise<void> {
  const { rowCount } = await session.query('select from pg_roles where rolname = $1', [SERVICE_ROLE]);
  const login = `role ${SERVICE_ROLE} login password ${pg.escapeLiteral(password)}`;
  if (!rowCount)
    await session.query(`create ${login}`).catch((error: unknown) => {
      // Another start has made it at this moment.
      if (!MADE_ALREADY.has((error as { code?: string }).code!)) throw error;
    });
  else if (role === 'server') await session.query(`alter ${login}`);
}

async function lockForService(session: pg.Client, dataDir: string): Promise<void> {
  try {
    await session.query('select pg_advisory_lock($1)', [SERVICE]);
  } catch (error) {
    const isTaken = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
    throw isTaken ? new DataDirectoryInUse(dataDir) : error;
  }
}

/** Ends our use of the server, and the server if no one else uses it. */
export async function giveUp(
  { cluster: { files } }: Use,
  { postmaster, session }: Hold,
  hurry?: AbortSignal,
): Promise<void> {
  const answered = new AbortController();
  const isLastOne = isLast(session);
  const isToStop = await Promise.race(hurry ? [isLastOne, isSilent(answered.signal, hurry)] : [isLastOne]);
  answered.abort();
  if (isToStop) await stopPostmaster(files, postmaster, hurry);
  await session.end();
}

/** True if the server does not answer although the stop has to be quick: then no one else can use it either. */
async function isSilent(answered: AbortSignal, hurry: AbortSignal): Promise<boolean> {
  try {
    if (!hurry.aborted) await once(hurry, 'abort', { signal: answered });
    await delay(HURRY_LIMIT_MS, undefined, { signal: answered });
    return true;
  } catch {
    return false;
  }
}

async function isLast(session: pg.Client): Promise<boolean> {
  try {
    await session.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
    const { rows } = await session.query<{ isLast: boolean }>('select pg_try_advisory_lock($1) as "isLast"', [
      IN_USE,
    ]);
    return rows[0]!.isLast;
  } catch {
    // The server has ended by itself at this moment: what runs there next is another process's.
    return false;
  }
}

export async function connect(url: string): Promise<pg.Client> {
  // An error of an idle connection is followed by its end, on which we act.
  const client = new SessionClient({ connectionString: url });
  await client.connect();
  return client;
}
