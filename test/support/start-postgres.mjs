/** Jest's globalSetup: one PostgreSQL for the whole run, told to the tests as TEST_POSTGRES_URL, unless there is one. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILED = new URL('../../dist/src/platform/embedded-postgres/embedded-postgres.js', import.meta.url);

export async function loadEmbeddedPostgres() {
  try {
    return await import(COMPILED);
  } catch (cause) {
    throw new Error(`${COMPILED.pathname} cannot be loaded: run \`npm run build\` first.`, { cause });
  }
}

let running;

/** Both projects with a database name this file; they share the server. */
export default async function startPostgres() {
  if (!running && process.env.TEST_POSTGRES_URL) return;
  running ??= start();
  process.env.TEST_POSTGRES_URL = (await running).url;
}

async function start() {
  const { startEmbeddedPostgres } = await loadEmbeddedPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), 'earmark-test-'));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres(dataDir, undefined, {
    // What is in here need not survive a crash of the machine.
    // Over TCP, so that tests can put something in between.
    settings: {
      max_connections: '300',
      fsync: 'off',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    },
  });
  // It would outlive a Ctrl-C, after which Jest runs no globalTeardown.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => stopPostgres().finally(() => process.exit(1)));
  }
  return { url: postgres.url, dataDir, stop: () => postgres.stop() };
}

export async function stopPostgres() {
  const { dataDir, stop } = (await running) ?? {};
  running = undefined;
  if (!dataDir) return;
  await stop();
  await rm(dataDir, { recursive: true });
}
