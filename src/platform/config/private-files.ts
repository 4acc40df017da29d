import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The permissions of a file that only its owner may read. */
export const PRIVATE_FILE = 0o600;
/** The permissions of a directory that only its owner may enter. */
export const PRIVATE_DIRECTORY = 0o700;
const STICKY = 0o1000;

/** Makes the directory if it is missing, and closes it to all but its owner in any case. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  // The directories above it stay open: PostgreSQL may run under another account.
  await makeDirectory(dirname(directory));
  await makeDirectory(directory, PRIVATE_DIRECTORY);
  await makePrivate(directory);
}

/**
 * Takes the permissions of group and others from what an older version has left. Another account's files stay as they
 * are, and so does a directory that others work in by design, such as /tmp.
 */
export async function makePrivate(path: string): Promise<void> {
  const { mode, uid } = await stat(path);
  const isOurs = uid === process.getuid?.();
  if (isOurs && (mode & STICKY) === 0 && (mode & 0o077) !== 0) await chmod(path, mode & 0o700);
}

/**
 * Makes the directory and those above it. Node's own `recursive` never ends in /proc, which says of a new entry that it
 * does not exist.
 */
async function makeDirectory(directory: string, mode?: number): Promise<void> {
  try {
    await mkdir(directory, mode);
  } catch (error) {
    if (await isDirectory(directory)) return;
    const above = dirname(directory);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || (await isDirectory(above))) throw error;
    await makeDirectory(above);
    await makeDirectory(directory, mode);
  }
}

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;
