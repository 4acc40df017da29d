import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { outputClosed, writeOut } from '../output.js';

export interface Target {
  write(text: string): Promise<void>;
  /** Aborted when the reader closes its end. */
  readonly closed: AbortSignal | null;
  /** To be called when all rows are written. */
  finish(): Promise<void>;
  /** Discards what was written: a file stays as it was before. */
  abandon(): Promise<void>;
}

export const stdoutTarget: Target = {
  write: writeOut,
  closed: outputClosed,
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/**
 * A file that is written completely or not at all: rows go to a temporary file beside it, which replaces it at the end.
 * A device or a pipe is written directly.
 */
export async function fileTarget(file: string): Promise<Target> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (found?.isDirectory()) throw new Error(`${file} is a directory.`);
  const isDevice = found !== null && !found.isFile();
  // Of a symbolic link we replace the file behind it, not the link.
  const path = found === null ? file : await realpath(file);
  const temporary = isDevice ? file : `${path}.${process.pid}.partial`;
  const handle = await open(temporary, 'w', isDevice || found === null ? 0o666 : found.mode);
  return {
    closed: null,
    async write(text) {
      await handle.writeFile(text);
    },
    async finish() {
      if (!isDevice) await handle.sync();
      await handle.close();
      if (!isDevice) await rename(temporary, path);
    },
    async abandon() {
      await handle.close().catch(() => undefined);
      if (!isDevice) await rm(temporary, { force: true });
    },
  };
}
