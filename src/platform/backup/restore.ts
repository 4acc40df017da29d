import { link, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { makePrivateDirectory } from '../config/private-files.js';
import {
  filesIn,
  giveToAccount,
  isInitialised,
  RESTORING,
  type ClusterFiles,
} from '../embedded-postgres/data-directory.js';
import { DataDirectoryInUse, startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { renewPassword } from '../embedded-postgres/renew-password.js';
import { findPrograms, majorVersionOf } from '../embedded-postgres/postgres-binaries.js';
import { findPostmaster, stopPostmaster } from '../embedded-postgres/postmaster.js';
import { removeSocketDirectory } from '../embedded-postgres/socket-directory.js';
import {
  ARCHIVE,
  InvalidBackup,
  KEY_FILE,
  POSTGRES_MANIFEST,
  readManifest,
  syncDirectory,
  verifyBackup,
  type BackupManifest,
} from './backup-files.js';
import { copyDurably, extractArchive } from './extract.js';

export interface RestoreOptions<T> {
  /** The directory of the backup. */
  readonly backup: string;
  /** It must be empty or missing. */
  readonly dataDir: string;
  /** The programs of an installed PostgreSQL, if they are to be run. */
  readonly bin: string | null;
  /** The last work on the database before it is in its place. */
  readonly finish: (url: string, manifest: BackupManifest) => Promise<T>;
  /** Learns how many bytes are extracted, and how many there are. */
  readonly report?: (extracted: number, all: number) => void;
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The data directory holds something that a restore would have to mix with. */
export class DataDirectoryNotEmpty extends Error {
  constructor(dataDir: string) {
    super(`${dataDir} is not empty: move it away, or set DATA_DIR to another directory.`);
    this.name = new.target.name;
  }
}

/** What an empty file system of its own has. */
const LOST_AND_FOUND = 'lost+found';

/**
 * Restores a backup into an empty data directory, completely or not at all: everything is verified, extracted, started and
 * finished in a scratch directory in it, and PostgreSQL's own directory, without which no service starts there, gets its
 * place last. After a run that was killed no service starts on the directory, and the next run begins again.
 *
 * If two run on a directory at the same time, one at most succeeds: the later one removes the scratch directory of the other, and
 * the one that finds files in its way fails and removes only its own.
 * @throws {InvalidBackup} if a file is missing or is not as it was written; the data directory is as it was
 * @throws {DataDirectoryInUse | DataDirectoryNotEmpty}
 */
export async function restoreBackup<T>(options: RestoreOptions<T>): Promise<T> {
  const { bin, signal } = options;
  const backup = resolve(options.backup);
  const files = filesIn(options.dataDir);
  await requireFree(files);
  await requireSameMajor(backup, await readManifest(backup), bin);
  const manifest = await verifyBackup(backup, signal);
  // To verify a large one takes minutes.
  await requireFree(files);
  await makePrivateDirectory(files.dataDir);
  await removeLeftovers(files);
  const scratch = filesIn(await mkdtemp(join(files.dataDir, RESTORING)));
  try {
    await fill(scratch, backup, manifest, options);
    const result = await finishIn(scratch, manifest, options);
    signal?.throwIfAborted();
    await putInPlace(scratch, files, namesBeside(manifest));
    return result;
  } finally {
    await discard(scratch);
  }
}

/** The files of a backup that have their places beside PostgreSQL's directory. */
const namesBeside = ({ files }: BackupManifest): string[] =>
  files.map(({ name }) => name).filter((name) => name !== ARCHIVE && name !== POSTGRES_MANIFEST);

/** @throws {DataDirectoryInUse | DataDirectoryNotEmpty} */
async function requireFree(files: ClusterFiles): Promise<void> {
  const { dataDir } = files;
  const names = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? new DataDirectoryNotEmpty(dataDir) : error;
  });
  if (await findPostmaster(files).catch(() => null)) throw new DataDirectoryInUse(dataDir);
  const isUnfinished = names.some(isScratch) && !(await isInitialised(files));
  // What a killed run has left is removed.
  const mayStay = (name: string) =>
    name === LOST_AND_FOUND || (isUnfinished && (isScratch(name) || isBeside(files, name)));
  if (!names.every(mayStay)) throw new DataDirectoryNotEmpty(dataDir);
}

const isScratch = (name: string): boolean => name.startsWith(RESTORING);

/** Whether a restore, of this backup or another one, puts a file of that name beside PostgreSQL's directory. */
const isBeside = ({ password }: ClusterFiles, name: string): boolean =>
  name === basename(password) || KEY_FILE.test(name);

async function requireSameMajor(
  backup: string,
  { postgres }: BackupManifest,
  bin: string | null,
): Promise<void> {
  const major = await majorVersionOf(await findPrograms(bin));
  if (major === postgres) return;
  const why = `it is of PostgreSQL ${postgres}, and this is PostgreSQL ${major}: set POSTGRES_BIN to the programs of PostgreSQL ${postgres}`;
  throw new InvalidBackup(backup, why);
}

/** Removes what a run has left that did not get PostgreSQL's directory into its place. */
async function removeLeftovers(files: ClusterFiles): Promise<void> {
  const { dataDir } = files;
  const namesLike = async (isMeant: (name: string) => boolean) => (await readdir(dataDir)).filter(isMeant);
  const scratches = (await namesLike(isScratch)).map((name) => filesIn(join(dataDir, name)));
  if (scratches.length === 0) return;
  for (const scratch of scratches) await halt(scratch);
  // The scratch directories go last: without one, the files beside them would be in the way of the next run.
  if (!(await isInitialised(files)))
    for (const name of await namesLike((each) => isBeside(files, each)))
      await rm(join(dataDir, name), { force: true });
  for (const scratch of scratches) await discard(scratch);
}

/** Takes a scratch directory from a run that still works on it: that can neither start it again nor put it into its place. */
async function halt(scratch: ClusterFiles): Promise<void> {
  const postmaster = await findPostmaster(scratch).catch(() => null);
  const halted = `${scratch.cluster}.halted`;
  // Fails if there is none, and on Windows while a server runs in it.
  const isRenamed = await rename(scratch.cluster, halted).then(
    () => true,
    () => false,
  );
  const files = isRenamed ? { ...scratch, cluster: halted } : scratch;
  if (postmaster) await stopPostmaster(files, postmaster, AbortSignal.abort());
}

/** Removes a scratch directory and what belongs to it. It may be gone already. */
async function discard(scratch: ClusterFiles): Promise<void> {
  await halt(scratch);
  await removeSocketDirectory(scratch);
  await rm(scratch.dataDir, { recursive: true, force: true });
}

/** Makes the scratch directory a data directory, as it was when the backup ended. */
async function fill<T>(
  scratch: ClusterFiles,
  backup: string,
  manifest: BackupManifest,
  { report, signal }: RestoreOptions<T>,
): Promise<void> {
  const all = manifest.files.find(({ name }) => name === ARCHIVE)!.bytes;
  const extracted = (bytes: number) => report?.(bytes, all);
  await extractArchive(join(backup, ARCHIVE), scratch.cluster, extracted, signal);
  for (const name of namesBeside(manifest))
    await copyDurably(join(backup, name), join(scratch.dataDir, name));
  await giveToOwner(scratch);
}

/** Root restores for the account to which the data directory belongs, if that is another one. */
async function giveToOwner({ dataDir }: ClusterFiles): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(join(dataDir, '..'));
  if (owner.uid !== 0) await giveToAccount(dataDir, owner);
}

/**
 * Starts PostgreSQL on it, which replays the write-ahead log of the backup, and does the last work. The password becomes
 * another one: those who have the backup know the old one.
 */
async function finishIn<T>(
  scratch: ClusterFiles,
  manifest: BackupManifest,
  { bin, finish, log, signal }: RestoreOptions<T>,
): Promise<T> {
  const postgres = await startEmbeddedPostgres(scratch.dataDir, log, { role: 'cli', bin, signal });
  try {
    const result = await finish(postgres.url, manifest);
    await renewPassword(scratch, postgres.url);
    return result;
  } finally {
    await postgres.stop();
  }
}

/** PostgreSQL's directory comes last: with it the data directory is complete. */
async function putInPlace(
  scratch: ClusterFiles,
  files: ClusterFiles,
  beside: readonly string[],
): Promise<void> {
  await syncDirectory(scratch.cluster);
  const placed: string[] = [];
  try {
    for (const name of beside) {
      const place = join(files.dataDir, name);
      // Fails if another restore or a service has made the file meanwhile.
      await link(join(scratch.dataDir, name), place);
      placed.push(place);
    }
    await syncDirectory(files.dataDir);
    await rename(scratch.cluster, files.cluster);
  } catch (error) {
    // A service that was started meanwhile may have made its database with our password.
    if (!(await isInitialised(files))) for (const place of placed) await rm(place, { force: true });
    throw error;
  }
  await syncDirectory(files.dataDir);
}
