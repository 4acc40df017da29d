import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRIVATE_DIRECTORY } from '../config/private-files.js';
import { InvalidSetting } from '../config/setting-parsers.js';
import type { ClusterFiles } from './data-directory.js';

/** The path of a socket may be this long on every system (macOS has the lowest limit). */
const LONGEST_PATH_BYTES = 103;
/** A socket has no port. It names the file, always the same one, so that a crash leaves none behind. */
export const SOCKET_PORT = 5_432;

/**
 * Makes the directory of the server's Unix socket, which only the account of the server and root may enter: no other
 * account of the machine can take its connections. It is in the data directory, or in the one for temporary files when
 * the path would be too long for a socket.
 * @returns null on Windows, where the server listens on 127.0.0.1
 */
export async function makeSocketDirectory({ dataDir, cluster }: ClusterFiles): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const directory = pathOfSockets(dataDir);
  const { uid, gid } = await stat(cluster);
  try {
    await mkdir(directory, PRIVATE_DIRECTORY);
    if (process.getuid?.() === 0) await chown(directory, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await lstat(directory);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return directory;
  // Two starts by root at once: the other one has made it, and has not given it away yet.
  if (found.isDirectory() && found.uid === 0 && process.getuid?.() === 0) {
    await chown(directory, uid, gid);
    return directory;
  }
  throw new InvalidSetting(
    'DATA_DIR',
    `cannot be used: ${directory} belongs to another user, or others can enter it: remove it.`,
  );
}

/** Removes it, if there is one: of a data directory that is given up, in which no server runs. */
export async function removeSocketDirectory({ dataDir }: ClusterFiles): Promise<void> {
  await rm(pathOfSockets(dataDir), { recursive: true, force: true });
}

function pathOfSockets(dataDir: string): string {
  const inside = join(dataDir, 'postgres.socket');
  if (Buffer.byteLength(join(inside, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_PATH_BYTES) return inside;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 20);
  return join(tmpdir(), `earmark-${name}`);
}
