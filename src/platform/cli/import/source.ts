import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { PRIVATE_FILE } from '../../config/private-files.js';
import { formatOf, type FileFormat } from '../file-format.js';

export interface Source {
  readonly format: FileFormat;
  /** Bytes; null if unknown, as of a pipe. */
  readonly size: number | null;
  readonly chunks: AsyncIterable<Buffer>;
}

export interface OpenSource extends Source {
  /** The name of the file without its folders, or `stdin`: the actor of what is imported. */
  readonly name: string;
  /** To be called even if not all of it was read. */
  close(): Promise<void>;
}

/** @param file its path, or `-` for stdin */
export async function openSource(file: string, format?: FileFormat): Promise<OpenSource> {
  if (file === '-') {
    const close = () => Promise.resolve();
    return { name: 'stdin', format: format ?? 'csv', size: null, chunks: process.stdin, close };
  }
  const handle = await open(file).catch((error: unknown) => {
    throw CANNOT_OPEN.has(codeOf(error)) ? new Error(`${file} ${CANNOT_OPEN.get(codeOf(error))}`) : error;
  });
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw new Error(`${file} is a directory, not a file.`);
  }
  return {
    name: basename(file),
    format: format ?? formatOf(file),
    size: stats.isFile() ? stats.size : null,
    chunks: handle.createReadStream(),
    close: () => handle.close(),
  };
}

/** Opens the file of rejects. It must not be the imported file, which would be truncated. */
export async function openRejects(file: string, source: string): Promise<FileHandle> {
  const [target, read] = await Promise.all([file, source].map((name) => stat(name).catch(() => null)));
  if (target && target.dev === read?.dev && target.ino === read.ino) {
    throw new Error(`${file} is the imported file itself.`);
  }
  return open(file, 'w', PRIVATE_FILE);
}

const CANNOT_OPEN: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'does not exist.'],
  ['EACCES', 'is not readable by this user.'],
]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
