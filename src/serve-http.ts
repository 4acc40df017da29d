import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AppModule } from './app.module.js';
import { Authenticator } from './platform/access/authenticator.js';
import { requireLoopbackUntilSecured } from './platform/access/loopback-only.js';
import { announceStart } from './platform/logging/banner.js';
import { packageJson } from './platform/config/package-json.js';
import type { ServiceLogger } from './platform/logging/service-logger.js';
import { SCOPES } from './scopes.js';
import type { AllSettings } from './settings.js';
import { orStopped, type Stopped } from './platform/shutdown/stop.js';
import { Draining } from './platform/operations/draining.js';
import { openHealthDoor } from './platform/server/health-door.js';
import { createHttpApp } from './platform/server/http-app.js';
import { missingFixes } from './platform/embedded-postgres/newest-fix.js';

/**
 * Serves in this process until it is stopped and the last call is answered.
 * @throws {Stopped} if it is stopped before it serves
 */
export async function serveHttp(
  settings: AllSettings,
  database: { readonly url: string; readonly isEmbedded: boolean },
  logger: ServiceLogger,
  stop: AbortSignal,
): Promise<void> {
  const { rateLimit, limits, logReads, oidc } = settings;
  const webConsole = settings.servesConsole ? { oidc } : null;
  const app = await orStopped(
    createHttpApp(AppModule.forRoot(settings, database.url), {
      logger,
      rateLimit,
      limits,
      logReads,
      webConsole,
    }),
    stop,
  );
  let healthDoor: Server | null = null;
  try {
    const access = app.get(Authenticator, { strict: false });
    requireLoopbackUntilSecured(settings.host, access, SCOPES);
    const isOurs = database.isEmbedded && settings.postgresBin === null;
    const missing = isOurs && access.isEnabled ? await missingFixes(app) : null;
    if (missing !== null) logger.warn(missing, 'Database');
    await orStopped(app.listen(settings.port, settings.host), stop);
    const url = await app.getUrl();
    announceStart(logger, {
      url,
      version: packageJson().version,
      database: database.isEmbedded
        ? `embedded PostgreSQL in ${settings.dataDir}`
        : formatDatabase(database.url),
      access: formatAccess(access.isEnabled, settings.oidc?.issuer),
      servesConsole: settings.servesConsole,
    });
    if (settings.healthPort !== null) {
      healthDoor = await openHealthDoor(app, settings.healthPort, settings.host);
      const { port } = healthDoor.address() as AddressInfo;
      logger.log(`Health is also served at port ${port}: /health/live and /health/ready`, 'Earmark');
    }
    if (!stop.aborted) await once(stop, 'abort');
    logger.log(`Stopping: ${(stop.reason as Stopped).by}`, 'Earmark');
    app.get(Draining, { strict: false }).begin();
    const bulkCalls = app.getHttpAdapter().getInstance().bulkCalls.end();
    await Promise.all([wait(settings.drainSeconds * 1_000), bulkCalls]);
  } finally {
    healthDoor?.close();
    healthDoor?.closeAllConnections();
    await app.close();
  }
}

/** Where the data is, without the user and the password. */
function formatDatabase(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `PostgreSQL at ${host}${pathname}`;
}

function formatAccess(isEnabled: boolean, issuer: string | undefined): string {
  if (!isEnabled) return 'open to this machine only; `npm run cli -- keys create` turns authentication on';
  return issuer === undefined ? 'API keys' : `API keys, and tokens of ${issuer}`;
}
