import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { Access } from './shared/access/access.js';
import { refuseStrangers } from './shared/access/refuse-strangers.js';
import { WrongChannel } from './shared/broker/check-registry.js';
import { ServiceLogger } from './shared/config/service-logger.js';
import { WrongSetting } from './shared/config/setting-kinds.js';
import { readSettings, type Settings } from './shared/config/settings.js';
import { Draining } from './shared/http/draining.js';
import { createHttpApp } from './shared/http/http-app.js';
import { openDatabase, SchemaBehind } from './shared/persistence/database.js';
import { DataDirectoryInUse } from './shared/persistence/embedded-postgres.js';
import { MigrationChanged } from './shared/persistence/migration-history.js';
import { isWorker, leave, orphaned, serveByWorkers, WorkerFailed } from './shared/workers.js';

try {
  await serve(readSettings());
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

async function serve(settings: Settings): Promise<void> {
  const logger = new ServiceLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const stopped = isWorker() ? Promise.race([stopSignal(), orphaned()]) : stopSignal();
  const database = await openDatabase(settings);
  try {
    if (settings.workers > 1) {
      const settingsOfEach = { DATABASE_URL: database.url, WEB_CONCURRENCY: '1' };
      await serveByWorkers(settings.workers, settingsOfEach, stopped);
    } else {
      await serveHere(settings, database.url, logger, stopped);
    }
  } finally {
    await database.close();
    if (isWorker()) leave();
  }
}

async function serveHere(
  settings: Settings,
  databaseUrl: string,
  logger: ServiceLogger,
  stopped: Promise<string>,
): Promise<void> {
  const { rateLimit } = settings;
  const app = await createHttpApp(AppModule.with(settings, databaseUrl), { logger, rateLimit });
  try {
    refuseStrangers(settings.host, app.get(Access, { strict: false }));
    await app.listen(settings.port, settings.host);
    const url = await app.getUrl();
    logger.log(`The API is at ${url}/v1, its documentation at ${url}/docs`, 'Earmark');
    logger.log(`Stopping: ${await stopped}`, 'Earmark');
    app.get(Draining, { strict: false }).begin();
    await wait(settings.drainSeconds * 1_000);
  } finally {
    await app.close();
  }
}

/** Resolves with the name of the signal that asks for a graceful stop; the second one stops at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
}

/** One line for what an operator can put right; the whole story for what only we can. */
function reasonOf(error: unknown): string {
  const known = [
    WorkerFailed,
    WrongSetting,
    WrongChannel,
    DataDirectoryInUse,
    SchemaBehind,
    MigrationChanged,
  ];
  if (known.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/^(?:EADDRINUSE|EADDRNOTAVAIL|EACCES|ENOTFOUND|EAI_AGAIN)$/.test(code))
    return `HOST or PORT cannot be used: ${message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
