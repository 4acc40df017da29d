import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { readerGone, writeOut } from '../output.js';

/** Where an export goes. */
export interface Target {
  write(text: string): Promise<void>;
  /** Aborted when nobody reads it any more. */
  readonly gone: AbortSignal | null;
  /** All was written. */
  finish(): Promise<void>;
  /** What was written is not whole: a file is as it was before. */
  abandon(): Promise<void>;
}

export const stdoutTarget: Target = {
  write: writeOut,
  gone: readerGone,
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/**
 * A file that is there in whole or not at all: it is written beside its place and moved there at the end. A device or a
 * pipe is written to as it is.
 */
export async function fileTarget(file: string): Promise<Target> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (found?.isDirectory()) throw new Error(`${file} is a directory.`);
  const isInPlace = found !== null && !found.isFile();
  // Behind a symbolic link it is the file that is replaced, and not the link.
  const place = found === null ? file : await realpath(file);
  const beside = isInPlace ? file : `${place}.${process.pid}.partial`;
  const handle = await open(beside, 'w', isInPlace || found === null ? 0o666 : found.mode);
  return {
    gone: null,
    async write(text) {
      await handle.writeFile(text);
    },
    async finish() {
      if (!isInPlace) await handle.sync();
      await handle.close();
      if (!isInPlace) await rename(beside, place);
    },
    async abandon() {
      await handle.close().catch(() => undefined);
      if (!isInPlace) await rm(beside, { force: true });
    },
  };
}
