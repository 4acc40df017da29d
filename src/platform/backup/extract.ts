import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '../config/private-files.js';
import { syncDirectory } from './backup-files.js';
import { readTar, type TarEntry, type TarVisitor } from './tar-reader.js';

const READ_BYTES = 1024 * 1024;

/**
 * Extracts an archive into a new directory, in which everything is private, and resolves once all of it is on the disk.
 * @param report learns how many bytes of the archive are read
 * @throws {InvalidArchive}
 */
export async function extractArchive(
  archive: string,
  directory: string,
  report: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const source = createReadStream(archive, { highWaterMark: READ_BYTES });
  const extraction = new Extraction(directory);
  try {
    await mkdir(directory, PRIVATE_DIRECTORY);
    await readTar(watched(source, report, signal), extraction);
    await extraction.syncDirectories();
  } finally {
    source.destroy();
    await extraction.close();
  }
}

async function* watched(
  source: AsyncIterable<Buffer>,
  report: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const part of source) {
    signal?.throwIfAborted();
    report((bytes += part.length));
    yield part;
  }
}

class Extraction implements TarVisitor {
  readonly #directories: string[];
  #file: FileHandle | null = null;

  constructor(private readonly root: string) {
    this.#directories = [root];
  }

  async begin({ path, kind }: TarEntry): Promise<void> {
    const full = join(this.root, path);
    if (kind === 'directory') {
      await mkdir(full, PRIVATE_DIRECTORY);
      this.#directories.push(full);
    } else {
      this.#file = await open(full, 'wx', PRIVATE_FILE);
    }
  }

  async data(part: Buffer): Promise<void> {
    await this.#file!.writeFile(part);
  }

  async end(): Promise<void> {
    await this.#file!.sync();
    await this.close();
  }

  async syncDirectories(): Promise<void> {
    for (const directory of this.#directories) await syncDirectory(directory);
  }

  /** Of no effect if no file is open. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}

/** Copies a small file to a new private one, and resolves once it is on the disk. The source may be read-only. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await writeFile(to, await readFile(from), { flag: 'wx', mode: PRIVATE_FILE, flush: true });
}
