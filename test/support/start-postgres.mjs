/**
 * Jest's globalSetup: one PostgreSQL for the whole run, told to the tests as TEST_POSTGRES_URL, unless there is one; and
 * TEST_DATA_DIR, a data directory that nobody uses, so that tests can copy it instead of running initdb. And the bundle, which
 * tests run as `npm start` does: from the files of `dist/src` a process takes twice as long to start.
 */
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleIfChanged } from '../../tools/start/bundle.js';

const COMPILED = new URL('../../dist/src/platform/embedded-postgres/', import.meta.url);

export const loadEmbeddedPostgres = () => load('embedded-postgres.js');

async function load(name) {
  const file = new URL(name, COMPILED);
  try {
    return await import(file);
  } catch (cause) {
    throw new Error(`${file.pathname} cannot be loaded: run \`npm run build\` first.`, { cause });
  }
}

let running;

/** Both projects with a database name this file; they share the server. */
export default async function startPostgres() {
  if (!running && process.env.TEST_POSTGRES_URL) return;
  running ??= start();
  const { url, unused } = await running;
  Object.assign(process.env, { TEST_POSTGRES_URL: url, TEST_DATA_DIR: unused });
}

async function start() {
  const { startEmbeddedPostgres } = await loadEmbeddedPostgres();
  await bundleIfChanged();
  const { openCluster } = await load('data-directory.js');
  const home = await mkdtemp(join(tmpdir(), 'earmark-test-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(home, 0o711);
  const [dataDir, unused] = [join(home, 'used'), join(home, 'unused')];
  await openCluster(unused, () => undefined);
  await cp(unused, dataDir, { recursive: true });
  const postgres = await startEmbeddedPostgres(dataDir, undefined, {
    // What is in here need not survive a crash of the machine.
    // Over TCP, so that tests can put something in between.
    settings: {
      max_connections: '300',
      fsync: 'off',
      // It would come to each of hundreds of databases that live for seconds, and analyse tables in the middle of a test.
      autovacuum: 'off',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    },
  });
  // It would outlive a Ctrl-C, after which Jest runs no globalTeardown.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => stopPostgres().finally(() => process.exit(1)));
  }
  return { url: postgres.url, home, unused, stop: () => postgres.stop() };
}

export async function stopPostgres() {
  const { home, stop } = (await running) ?? {};
  running = undefined;
  if (!home) return;
  await stop();
  await rm(home, { recursive: true });
}
