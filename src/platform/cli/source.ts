import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PRIVATE_FILE } from '../config/private-files.js';

export type Format = 'csv' | 'ndjson';
export const FORMATS: readonly Format[] = ['csv', 'ndjson'];

/** What is imported, as a stream of bytes. */
export interface Source {
  readonly format: Format;
  /** Bytes; null where nobody knows: of a pipe. */
  readonly size: number | null;
  readonly chunks: AsyncIterable<Buffer>;
}

export interface OpenSource extends Source {
  /** To be called also where not all of it was read, or nothing. */
  close(): Promise<void>;
}

/** @param file its path, or `-` for stdin */
export async function openSource(file: string, format?: Format): Promise<OpenSource> {
  if (file === '-') {
    const close = () => Promise.resolve();
    return { format: format ?? 'csv', size: null, chunks: process.stdin, close };
  }
  const handle = await open(file).catch((error: unknown) => {
    throw CANNOT_OPEN.has(codeOf(error)) ? new Error(`${file} ${CANNOT_OPEN.get(codeOf(error))}`) : error;
  });
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw new Error(`${file} is a directory: name a file in it.`);
  }
  return {
    format: format ?? formatOf(file),
    size: stats.isFile() ? stats.size : null,
    chunks: handle.createReadStream(),
    close: () => handle.close(),
  };
}

/** Opens a file to write to, unless it is the one that is read: that would be empty then. */
export async function openTarget(file: string, source: string): Promise<FileHandle> {
  const [target, read] = await Promise.all([file, source].map((name) => stat(name).catch(() => null)));
  if (target && target.dev === read?.dev && target.ino === read.ino) {
    throw new Error(`${file} is the file that is imported.`);
  }
  return open(file, 'w', PRIVATE_FILE);
}

const CANNOT_OPEN: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'does not exist.'],
  ['EACCES', 'may not be read by this user.'],
]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** By the end of its name: NDJSON is .ndjson or .jsonl. */
export function formatOf(file: string): Format {
  return /^\.(?:ndjson|jsonl)$/i.test(path.extname(file)) ? 'ndjson' : 'csv';
}
