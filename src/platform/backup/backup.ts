import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { packageJson } from '../config/package-json.js';
import { PRIVATE_DIRECTORY } from '../config/private-files.js';
import { filesIn, isInitialised, type ClusterFiles } from '../embedded-postgres/data-directory.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { connect } from '../embedded-postgres/hold.js';
import {
  openReplication,
  sendBaseBackup,
  type BaseBackup,
  type Replication,
} from '../embedded-postgres/base-backup.js';
import {
  ARCHIVE,
  KEY_FILE,
  POSTGRES_MANIFEST,
  SummedFile,
  syncDirectory,
  writeManifest,
  writeSummed,
  type BackupManifest,
  type FileSum,
} from './backup-files.js';

export interface Sending {
  /** Bytes a second that are read at most; null: as fast as they can be written. */
  readonly bytesPerSecond?: number | null;
  /** Learns how many bytes are sent, and about how many there are. */
  readonly report?: (sent: number, all: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface BackupOptions extends Sending {
  readonly dataDir: string;
  /** The directory of the backup, which must not exist yet. */
  readonly target: string;
  /** The programs of an installed PostgreSQL, if it runs those. */
  readonly bin: string | null;
  readonly log?: ((line: string) => void) | undefined;
}

/** Behind the name of a backup while it is being made, followed by its id. */
const INCOMPLETE = '.incomplete-';
const ID_BYTES = 8;
const ID = /^[\da-f]{16}$/;
/** The process that makes it has a replication slot of the same id, which ends with that process. */
const SLOT = 'earmark_backup_';

/**
 * Makes a backup of an embedded PostgreSQL, beside a running service or without one. It delays nobody: PostgreSQL reads its
 * files as they are, and the write-ahead log of that time makes them consistent. The directory appears under its name once
 * all of it is on the disk. A run that is killed leaves a directory beside it, which cannot be restored and which the next run
 * for the same name removes.
 * @throws {Error} if the target exists, if there is no database, or if PostgreSQL finds a damaged page
 */
export async function makeBackup(options: BackupOptions): Promise<BackupManifest> {
  const { dataDir, bin, signal, log } = options;
  const target = resolve(options.target);
  if (await exists(target)) throw new Error(`${target} exists already: name a directory that does not.`);
  if (!(await exists(dirname(target)))) throw new Error(`${dirname(target)} does not exist.`);
  const files = filesIn(dataDir);
  // To start it would make one.
  if (!(await isInitialised(files))) throw new Error(`${files.dataDir} has no database.`);
  const postgres = await startEmbeddedPostgres(dataDir, log, { role: 'cli', bin, signal });
  try {
    return await makeOf(files, postgres.url, target, options);
  } finally {
    await postgres.stop();
  }
}

async function makeOf(
  files: ClusterFiles,
  url: string,
  target: string,
  sending: Sending,
): Promise<BackupManifest> {
  const id = randomBytes(ID_BYTES).toString('hex');
  const session = await openReplication(url, SLOT + id);
  const directory = target + INCOMPLETE + id;
  try {
    await removeLeftovers(target, url);
    await mkdir(directory, PRIVATE_DIRECTORY);
    const begunAt = new Date().toISOString();
    const { base, sums } = await receive(session, directory, sending);
    const kept = await copySecrets(files, directory);
    const manifest = {
      version: packageJson().version,
      postgres: (await readFile(join(files.cluster, 'PG_VERSION'), 'utf8')).trim(),
      begunAt,
      endedAt: new Date().toISOString(),
      ...base,
      files: [...sums, ...kept],
    };
    const written = await writeManifest(directory, manifest);
    await syncDirectory(directory);
    sending.signal?.throwIfAborted();
    // Fails if somebody has made a directory of that name meanwhile and has put something into it.
    await rename(directory, target);
    await syncDirectory(dirname(target));
    return written;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await session.end().catch(() => undefined);
  }
}

async function receive(
  session: Replication,
  directory: string,
  { bytesPerSecond = null, report, signal }: Sending,
): Promise<{ readonly base: BaseBackup; readonly sums: FileSum[] }> {
  const [archive, manifest] = [ARCHIVE, POSTGRES_MANIFEST].map((name) => new SummedFile(directory, name)) as [
    SummedFile,
    SummedFile,
  ];
  try {
    const targets = { archive: archive.input, manifest: manifest.input };
    const base = await sendBaseBackup(session, targets, { bytesPerSecond, report, signal });
    return { base, sums: [await archive.finish(), await manifest.finish()] };
  } catch (error) {
    await Promise.all([archive.abandon(), manifest.abandon()]);
    throw error;
  }
}

/** The password, by which a restore enters the database, and the keys. */
async function copySecrets({ dataDir, password }: ClusterFiles, directory: string): Promise<FileSum[]> {
  const keys = (await readdir(dataDir)).filter((name) => KEY_FILE.test(name));
  const sums: FileSum[] = [];
  for (const name of [basename(password), ...keys])
    sums.push(await writeSummed(directory, name, await readFile(join(dataDir, name))));
  return sums;
}

/** Removes what killed runs for this target have left: those without a process that still has the slot. */
async function removeLeftovers(target: string, url: string): Promise<void> {
  const prefix = basename(target) + INCOMPLETE;
  const isLeft = (name: string) => name.startsWith(prefix) && ID.test(name.slice(prefix.length));
  const found = (await readdir(dirname(target))).filter(isLeft);
  if (found.length === 0) return;
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ slot: string }>(
      'select slot_name as slot from pg_replication_slots',
    );
    const living = new Set(rows.map(({ slot }) => slot));
    for (const name of found) {
      if (living.has(SLOT + name.slice(prefix.length))) continue;
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  } finally {
    await client.end();
  }
}

const exists = async (path: string): Promise<boolean> => (await lstat(path).catch(unlessMissing)) !== null;

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}
