import { Logger } from '@nestjs/common';
import { processActor } from '../access/actor.js';
import type { Role } from '../config/role.js';
import { WrongSetting } from '../config/setting-kinds.js';
import type { Settings } from '../config/settings.js';
import { orStopped } from '../ending/stop.js';
import { isDatabaseFault } from '../unit-of-work/database-fault.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { PostgresFailed } from './postgres-failed.js';
import { migrateUp, schemasBehind } from './migrations.js';
import { requireUsable } from './usable-database.js';

/** The database is not what this version of the service needs. */
export class SchemaBehind extends Error {
  constructor(schemas: readonly string[]) {
    super(`MIGRATE=off, but these schemas are not up to date: ${schemas.join(', ')}`);
    this.name = 'SchemaBehind';
  }
}

export interface Database {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The database that is set, or the embedded one, up to date and ready to use.
 * @param signal abandons it: PostgreSQL takes back a migration whose session ends
 * @throws {WrongSetting} as `reachDatabase`, and if the role lacks a right that migrations need
 * @throws {Stopped}
 */
export async function openDatabase(
  settings: Settings,
  role: Role = 'service',
  signal?: AbortSignal,
): Promise<Database> {
  const database = await reachDatabase(settings, role, signal);
  try {
    await orStopped(bringUpToDate(settings, database.url, role), signal);
    return database;
  } catch (error) {
    await database.close();
    if (!isDatabaseFault(error) || !settings.databaseUrl) throw error;
    throw new WrongSetting('DATABASE_URL', `cannot be used: ${(error as Error).message}`);
  }
}

async function bringUpToDate({ migrateAtStart }: Settings, url: string, role: Role): Promise<void> {
  if (migrateAtStart) {
    await migrateUp(url, processActor(role));
  } else {
    const behind = await schemasBehind(url);
    if (behind.length > 0) throw new SchemaBehind(behind);
  }
}

/**
 * The database that is set, or the embedded one, as it is.
 * @throws {WrongSetting} if the one that is set cannot be reached or used, or there is no place for the embedded one
 */
export async function reachDatabase(
  { databaseUrl, dataDir }: Settings,
  role: Role,
  signal?: AbortSignal,
): Promise<Database> {
  if (databaseUrl) {
    await orStopped(requireUsable(databaseUrl), signal);
    return { url: databaseUrl, close: () => Promise.resolve() };
  }
  const logger = new Logger('Database');
  try {
    const embedded = await startEmbeddedPostgres(dataDir, (line) => logger.log(line), { role, signal });
    return { url: embedded.url, close: () => embedded.stop() };
  } catch (error) {
    if (error instanceof PostgresFailed) throw new WrongSetting('DATA_DIR', `cannot be used: ${error.line}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new WrongSetting('DATA_DIR', `cannot be used: ${message || code}`);
  }
}

/** Does the work on the database, and closes it behind, however that ends. */
export async function thenClose(
  database: Database,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
