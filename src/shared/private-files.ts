import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The permissions of a file that only its owner may read. */
export const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
const STICKY = 0o1000;

/** Makes the directory if it is missing. Whether it was there or not, only its owner may look into it then. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  // Those above it are others' to pass: PostgreSQL may run under another account.
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  await makePrivate(directory);
}

/**
 * Takes the permissions of group and others from what a version before has left. What belongs to somebody else stays as
 * it is, and so does a directory that others work in by design, such as /tmp.
 */
export async function makePrivate(path: string): Promise<void> {
  const { mode, uid } = await stat(path);
  const isOurs = uid === process.getuid?.();
  if (isOurs && (mode & STICKY) === 0 && (mode & 0o077) !== 0) await chmod(path, mode & 0o700);
}
