import { Logger } from '@nestjs/common';
import { InvalidChannel } from './platform/brokers/channels/check-registry.js';
import { ServiceLogger } from './platform/logging/service-logger.js';
import { keepCompiledCode } from './platform/config/compile-cache.js';
import { InvalidSetting } from './platform/config/setting-parsers.js';
import { isWorkerOfEmbedded, workerEnvironment } from './platform/config/worker-environment.js';
import { readAllSettings, type AllSettings } from './settings.js';
import { endAtOnce, unlessEnding } from './platform/shutdown/at-once.js';
import { outliveOutput } from './platform/shutdown/output.js';
import { listenForStop, Stopped } from './platform/shutdown/stop.js';
import { stopWithNpm } from './platform/shutdown/with-npm.js';
import { openDatabase, SchemaBehind } from './platform/database/database.js';
import { DataDirectoryInUse } from './platform/embedded-postgres/embedded-postgres.js';
import { MigrationChanged } from './platform/migrations/migration-history.js';
import { MigrationBlocked } from './platform/migrations/run-migration.js';
import { runCluster, WorkerFailed } from './platform/server/cluster.js';

keepCompiledCode();
outliveOutput();
process.on('uncaughtException', (error) => {
  process.stderr.write(`${reasonOf(error)}\n`);
  void endAtOnce(1);
});
try {
  await serve(readAllSettings());
} catch (error) {
  await unlessEnding();
  if (!(error instanceof Stopped)) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}
await unlessEnding();
// Something may still wait, such as for a collector that does not answer or for the parent of a worker.
process.exit();

async function serve(settings: AllSettings): Promise<void> {
  const logger = new ServiceLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const stop = listenForStop(settings.drainSeconds * 1_000);
  stopWithNpm(stop);
  // Only processes that serve need the application. Loading it keeps this process busy for as long as PostgreSQL takes to
  // start, and so begins once that has been launched.
  const load = settings.workers === 1 ? () => import('./serve-http.js') : null;
  const database = await openDatabase(
    settings,
    'server',
    stop.signal,
    () => void load?.().catch(() => undefined),
  );
  const isEmbedded = settings.databaseUrl === null || isWorkerOfEmbedded();
  try {
    if (load) {
      const { serveHttp } = await load();
      await serveHttp(settings, { url: database.url, isEmbedded }, logger, stop.signal);
    } else {
      const settingsOfEach = {
        DATABASE_URL: database.url,
        ...workerEnvironment(isEmbedded),
        // The migrations are done, and no worker needs the rights for them.
        MIGRATION_DATABASE_URL: '',
        MIGRATE: 'off',
        WEB_CONCURRENCY: '1',
      };
      const ports = settings.healthPort === null ? 1 : 2;
      await runCluster(settings.workers, settingsOfEach, stop.signal, ports);
    }
  } finally {
    await database.close();
  }
}

/** One line for what an operator can fix; the stack for what only a developer can. */
function reasonOf(error: unknown): string {
  const known = [
    WorkerFailed,
    InvalidSetting,
    InvalidChannel,
    DataDirectoryInUse,
    SchemaBehind,
    MigrationChanged,
    MigrationBlocked,
  ];
  if (known.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/^(?:EADDRINUSE|EADDRNOTAVAIL|EACCES|ENOTFOUND|EAI_AGAIN)$/.test(code))
    return `HOST, PORT or HEALTH_PORT cannot be used: ${message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
