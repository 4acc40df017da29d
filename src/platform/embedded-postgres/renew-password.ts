import { randomBytes } from 'node:crypto';
import { chown, stat, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { PRIVATE_FILE } from '../config/private-files.js';
import { OWNER, type ClusterFiles } from './data-directory.js';
import { connect, SERVICE_ROLE } from './hold.js';

/**
 * Gives the owner of a running database another password, and the role of the service, if there is one.
 * If the process ends in the middle, nobody can enter the database.
 */
export async function renewPassword({ password: file }: ClusterFiles, url: string): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  const client = await connect(url);
  try {
    await client.query(`alter role ${OWNER} password ${pg.escapeLiteral(password)}`);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [SERVICE_ROLE]);
    if (rowCount) await client.query(`alter role ${SERVICE_ROLE} password ${pg.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  const { uid, gid } = await stat(file);
  await writeFile(file, password, { mode: PRIVATE_FILE, flush: true });
  if (process.getuid?.() === 0) await chown(file, uid, gid);
}
