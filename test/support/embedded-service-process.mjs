/**
 * A service, or a command, that is nothing but its embedded PostgreSQL. Arguments: the data directory, the role, and
 * server settings as JSON. It tells its parent the URL or why there is none, and what it logs; any message stops it. A Ctrl-C
 * it only tells of, as a service that has yet to drain.
 */
import { loadEmbeddedPostgres } from './start-postgres.mjs';

const [dataDir, role, settings] = process.argv.slice(2);
const { startEmbeddedPostgres } = await loadEmbeddedPostgres();

const tell = (message) => process.connected && process.send(message);
const log = (line) => tell({ log: line });

try {
  const postgres = await startEmbeddedPostgres(dataDir, log, { role, settings: JSON.parse(settings) });
  // Also when the tests are gone, by Ctrl-C for instance.
  if (!process.connected) await postgres.stop();
  process.once('disconnect', () => postgres.stop());
  process.once('message', async () => {
    await postgres.stop();
    process.disconnect();
  });
  process.on('SIGINT', () => log('interrupted'));
  tell({ url: postgres.url });
} catch (error) {
  tell({ error: { name: error.name, message: error.message } });
  if (process.connected) process.disconnect();
}
