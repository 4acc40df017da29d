import { connect, DATABASE, LOCK_DATABASE, SERVICE } from '../src/platform/embedded-postgres/hold.js';
import { filesIn, readPassword, urlOf } from '../src/platform/embedded-postgres/data-directory.js';
import { findPostmaster } from '../src/platform/embedded-postgres/postmaster.js';

/** The URL of the PostgreSQL that a running service holds in this directory, or null. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const files = filesIn(dataDir);
  const postmaster = await findPostmaster(files);
  if (postmaster?.state !== 'ready') return null;
  const password = await readPassword(files);
  const client = await connect(urlOf(password, postmaster, LOCK_DATABASE));
  try {
    const { rowCount } = await client.query(
      `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where locktype = 'advisory' and granted and datname = current_database() and objid = $1`,
      [SERVICE],
    );
    return rowCount ? urlOf(password, postmaster, DATABASE) : null;
  } finally {
    await client.end();
  }
}
