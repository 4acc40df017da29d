import { randomBytes } from 'node:crypto';
import {
  chown,
  lchown,
  link,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidSetting } from '../config/setting-parsers.js';
import { makePrivateDirectory, PRIVATE_FILE } from '../config/private-files.js';
import {
  findAccount,
  findLauncher,
  findPrograms,
  runProgram,
  majorVersionOf,
  type Account,
  type Launcher,
  type Programs,
} from './postgres-binaries.js';
import { PostgresFailed } from './postgres-failed.js';

/** The paths of an embedded PostgreSQL, all of them absolute. */
export interface ClusterFiles {
  readonly dataDir: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
}

/** An initialised data directory and the means to run it. */
export interface Cluster {
  readonly files: ClusterFiles;
  readonly password: string;
  readonly programs: Programs;
  readonly launch: Launcher;
}

const SCRATCH = 'postgres.init-';
/** Of a directory in the data directory into which a backup is being restored. */
export const RESTORING = 'postgres.restore-';

export function filesIn(dataDir: string): ClusterFiles {
  const absolute = resolve(dataDir);
  return {
    dataDir: absolute,
    cluster: join(absolute, 'postgres'),
    password: join(absolute, 'postgres.password'),
    log: join(absolute, 'postgres.log'),
  };
}

/** The address at which a server takes connections. */
export interface Place {
  readonly port: number;
  /** The directory of its Unix socket. null: it listens on 127.0.0.1. */
  readonly socketDir: string | null;
}

/** The role that owns everything: migrations and operators use it. */
export const OWNER = 'earmark';

export function urlOf(password: string, place: Place | number, database: string, user = OWNER): string {
  const { port, socketDir } = typeof place === 'number' ? { port: place, socketDir: null } : place;
  const host = socketDir === null ? '127.0.0.1' : encodeURIComponent(socketDir);
  return `postgres://${user}:${password}@${host}:${String(port)}/${database}`;
}

export async function readPassword({ password, cluster }: ClusterFiles): Promise<string> {
  try {
    return await readFile(password, 'utf8');
  } catch (cause) {
    throw new Error(`The password of the PostgreSQL in ${cluster} cannot be read from ${password}.`, {
      cause,
    });
  }
}

/** Opens the data directory, and makes it if there is none. Any number of processes may do so at once. */
export async function openCluster(
  dataDir: string,
  log: (line: string) => void,
  signal?: AbortSignal,
  bin: string | null = null,
): Promise<Cluster> {
  const files = filesIn(dataDir);
  await makePrivateDirectory(files.dataDir);
  const programs = await findPrograms(bin);
  const account = await findAccount(files.cluster, log);
  // PostgreSQL has to pass it, and it is closed to all but its owner. Root passes in any case.
  if (account) await giveFromRoot(files.dataDir, account);
  const launch = await findLauncher(programs, account, files.dataDir);
  if (!(await isInitialised(files))) {
    await requireNoRestore(files);
    log(`Creating a PostgreSQL database in ${files.cluster}`);
    await initialise(files, programs, launch, account, signal);
  } else {
    await requireSameMajor(files, programs);
    if (account) await giveToAccount(files.cluster, account);
  }
  return { files, programs, launch, password: await readPassword(files) };
}

export const isInitialised = async ({ cluster }: ClusterFiles): Promise<boolean> =>
  (await stat(join(cluster, 'PG_VERSION')).catch(() => null)) !== null;

/** A new database would be taken for the restored one, and be in the way of the next restore. */
async function requireNoRestore({ dataDir }: ClusterFiles): Promise<void> {
  const restoring = (await readdir(dataDir)).find((name) => name.startsWith(RESTORING));
  if (restoring === undefined) return;
  throw new InvalidSetting(
    'DATA_DIR',
    `cannot be used: the restore of a backup into ${dataDir} has not finished. Run it again, or remove ` +
      `${join(dataDir, restoring)} to begin with an empty database.`,
  );
}

/** Each major version of PostgreSQL has a file format of its own. */
async function requireSameMajor({ cluster }: ClusterFiles, programs: Programs): Promise<void> {
  const [made, major] = await Promise.all([
    readFile(join(cluster, 'PG_VERSION'), 'utf8').then((version) => version.trim()),
    majorVersionOf(programs),
  ]);
  if (made === major) return;
  throw new InvalidSetting(
    'DATA_DIR',
    `cannot be used: PostgreSQL ${made} created ${cluster}, but this is PostgreSQL ${major}: ` +
      `set POSTGRES_BIN to the programs of PostgreSQL ${made}, or move the data with pg_upgrade or pg_dump.`,
  );
}

/**
 * Makes everything in a scratch directory and renames it at the end, so that neither a crash nor a second start at the
 * same moment leaves half a data directory. The slower start throws its own away.
 */
async function initialise(
  files: ClusterFiles,
  programs: Programs,
  launch: Launcher,
  account: Account | null,
  signal?: AbortSignal,
): Promise<void> {
  const scratch = await mkdtemp(join(files.dataDir, SCRATCH));
  const cluster = join(scratch, 'cluster');
  const password = join(scratch, 'password');
  try {
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: PRIVATE_FILE });
    if (account) {
      await chown(scratch, account.uid, account.gid);
      await chown(password, account.uid, account.gid);
    }
    // Keeps a password that is there already: of another start at this moment, or of one that crashed.
    await link(password, files.password).catch(unlessItExists);
    await runProgram(
      launch,
      [
        programs.initdb,
        `--pgdata=${cluster}`,
        `--username=${OWNER}`,
        `--pwfile=${files.password}`,
        '--auth=scram-sha-256',
        // Text in byte order, on every machine and after every upgrade of its libraries.
        '--encoding=UTF8',
        '--locale=C',
        '--data-checksums',
        '--no-instructions',
      ],
      { cwd: files.dataDir, env: { LC_ALL: 'C' }, signal },
    );
    await rename(cluster, files.cluster);
  } catch (error) {
    // Ctrl-C ends initdb, too, whose own message would hide the reason.
    signal?.throwIfAborted();
    if (await isInitialised(files)) return;
    const said = (error as { stderr?: string }).stderr?.trim() ?? (error as Error).message;
    throw new PostgresFailed(`PostgreSQL could not create its data directory ${files.cluster}`, said, error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function unlessItExists(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

async function giveFromRoot(directory: string, { uid, gid }: Account): Promise<void> {
  const { uid: owner, mode } = await stat(directory);
  const isPrivate = (mode & 0o077) === 0;
  if (owner === 0 && isPrivate) await chown(directory, uid, gid);
}

/** Gives the account a directory that root has copied, as when restoring a backup, and that belongs to root. */
export async function giveToAccount(directory: string, { uid, gid }: Account): Promise<void> {
  if ((await stat(directory)).uid === uid) return;
  for (const name of ['', ...(await readdir(directory, { recursive: true }))]) {
    await lchown(join(directory, name), uid, gid);
  }
}

/** Removes what killed starts have left. Call it once the directory is held. */
export async function removeScratch({ dataDir }: ClusterFiles): Promise<void> {
  const names = await readdir(dataDir);
  const isScratch = (name: string) => name.startsWith(SCRATCH) || name.startsWith(RESTORING);
  for (const name of names.filter(isScratch)) {
    // An initdb that outlived its parent may still write there: then the next start removes it.
    await rm(join(dataDir, name), { recursive: true }).catch(() => undefined);
  }
}
