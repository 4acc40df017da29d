import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PRIVATE_FILE } from '../config/private-files.js';
import type { BaseBackup } from '../embedded-postgres/base-backup.js';

/** PostgreSQL's data directory, with the write-ahead log that makes it consistent. */
export const ARCHIVE = 'postgres.tar';
/** PostgreSQL's own list of the files in the archive, which its program `pg_verifybackup` reads. */
export const POSTGRES_MANIFEST = 'backup_manifest';
/** Keys that open what the database holds sealed are in files of the data directory with such names. */
export const KEY_FILE = /^[\w-]+\.key$/;
/** Written last. */
const MANIFEST = 'backup.json';
/** Raised when earlier versions cannot read a backup any more. */
const FORMAT = 1;

export interface FileSum {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup says of itself: `backup.json`. */
export interface BackupManifest extends BaseBackup {
  readonly format: number;
  /** The version of Earmark that made it. */
  readonly version: string;
  /** The major version of PostgreSQL, whose programs it needs. */
  readonly postgres: string;
  /** Everything that was confirmed before this moment is in it. ISO 8601, in UTC. */
  readonly begunAt: string;
  readonly endedAt: string;
  readonly files: readonly FileSum[];
}

/** A directory is no backup, or not as it was made. */
export class InvalidBackup extends Error {
  constructor(directory: string, why: string) {
    super(`${directory} cannot be restored: ${why}.`);
    this.name = new.target.name;
  }
}

/** A new private file, and the checksum of what is written to it. */
export class SummedFile {
  readonly input: Writable;
  readonly #written: Promise<void>;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(
    directory: string,
    private readonly name: string,
  ) {
    const sum = new Transform({
      transform: (part: Buffer, _, done) => {
        this.#hash.update(part);
        this.#bytes += part.length;
        done(null, part);
      },
    });
    this.input = sum;
    const file = createWriteStream(join(directory, name), { flags: 'wx', mode: PRIVATE_FILE, flush: true });
    this.#written = pipeline(sum, file);
    // It may fail before anybody waits for it; `input` says so as well.
    this.#written.catch(() => undefined);
  }

  /** Resolves once all of it is on the disk. */
  async finish(): Promise<FileSum> {
    this.input.end();
    await this.#written;
    return { name: this.name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes a file that will not be completed. */
  async abandon(): Promise<void> {
    this.input.destroy();
    await this.#written.catch(() => undefined);
  }
}

/** Writes a small private file to the disk. */
export async function writeSummed(directory: string, name: string, content: Buffer): Promise<FileSum> {
  const file = new SummedFile(directory, name);
  file.input.write(content);
  return file.finish();
}

/** Completes a backup: a directory without this file is none. */
export async function writeManifest(
  directory: string,
  manifest: Omit<BackupManifest, 'format'>,
): Promise<BackupManifest> {
  const written = { format: FORMAT, ...manifest };
  const text = `${JSON.stringify(written, null, 2)}\n`;
  await writeFile(join(directory, MANIFEST), text, { flag: 'wx', mode: PRIVATE_FILE, flush: true });
  return written;
}

/**
 * Requires that a backup is complete and that every file in it is as it was written.
 * @throws {InvalidBackup} which names the file that is to blame
 */
export async function verifyBackup(directory: string, signal?: AbortSignal): Promise<BackupManifest> {
  const manifest = await readManifest(directory);
  for (const file of manifest.files) {
    const why = faultOf(file, await sumOf(directory, file.name, signal));
    if (why !== null) throw new InvalidBackup(directory, `${file.name} ${why}`);
  }
  return manifest;
}

/**
 * What a backup says of itself, without a look at its other files.
 * @throws {InvalidBackup}
 */
export async function readManifest(directory: string): Promise<BackupManifest> {
  const text = await readFile(join(directory, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw isMissing ? new InvalidBackup(directory, `it is no complete backup: it has no ${MANIFEST}`) : error;
  });
  const manifest = parse(text);
  if (manifest === null) throw new InvalidBackup(directory, `${MANIFEST} is damaged`);
  if (manifest.format > FORMAT)
    throw new InvalidBackup(directory, `a newer version made it (${String(manifest.version)})`);
  return manifest;
}

function parse(text: string): BackupManifest | null {
  try {
    const manifest = JSON.parse(text) as BackupManifest;
    // Its files may have other names.
    if (manifest.format > FORMAT) return manifest;
    const isComplete = manifest.format === FORMAT && manifest.files.some(({ name }) => name === ARCHIVE);
    // A name never leads out of the directory.
    const isPlain = manifest.files.every(({ name }) => /^[\w][\w.-]*$/.test(name));
    return isComplete && isPlain && !Number.isNaN(Date.parse(manifest.begunAt)) ? manifest : null;
  } catch {
    return null;
  }
}

function faultOf(expected: FileSum, found: Omit<FileSum, 'name'> | null): string | null {
  if (found === null) return 'is missing';
  if (found.bytes !== expected.bytes)
    return `is damaged: it has ${found.bytes} bytes instead of ${expected.bytes}`;
  return found.sha256 === expected.sha256 ? null : 'is damaged: its checksum is another one';
}

async function sumOf(
  directory: string,
  name: string,
  signal?: AbortSignal,
): Promise<Omit<FileSum, 'name'> | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(join(directory, name), { highWaterMark: 1024 * 1024 })) {
      signal?.throwIfAborted();
      hash.update(part as Buffer);
      bytes += (part as Buffer).length;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Of shared folders and other file systems that cannot sync a directory. */
const CANNOT_SYNC = new Set(['EINVAL', 'EBADF', 'ENOTSUP']);

/** Makes names in a directory last: the files that were made, renamed or removed there. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and writes names at once.
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC.has((error as NodeJS.ErrnoException).code!)) throw error;
  } finally {
    await handle.close();
  }
}
