import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster, urlOf, type Cluster } from '../../src/platform/embedded-postgres/data-directory.js';
import {
  freePort,
  startPostmaster,
  stopPostmaster,
  type Postmaster,
} from '../../src/platform/embedded-postgres/postmaster.js';
import { migrateUp } from '../../src/platform/migrations/migrations.js';

// No session but those of the test takes ids of transactions.
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', autovacuum: 'off' };

/** A PostgreSQL of its own with the service's tables, which a test may stop and configure. */
export class OwnPostgres {
  private constructor(
    readonly url: string,
    private readonly cluster: Cluster,
    private readonly postmaster: Postmaster,
  ) {}

  /** @param folder which is made if it does not exist, and else holds a copy of such a PostgreSQL */
  static async start(folder: string): Promise<OwnPostgres> {
    const cluster = await openCluster(folder, () => undefined);
    const port = await freePort();
    const postmaster = await startPostmaster(cluster, port, SETTINGS);
    const url = urlOf(cluster.password, port, 'postgres');
    await migrateUp(url);
    return new OwnPostgres(url, cluster, postmaster);
  }

  async stop(): Promise<void> {
    await stopPostmaster(this.cluster.files, this.postmaster);
  }
}

/** A folder for data directories. */
export async function folderForPostgres(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'earmark-postgres-'));
  // PostgreSQL's user may pass when the tests run as root.
  await chmod(path, 0o711);
  return { path, remove: () => rm(path, { recursive: true }) };
}
