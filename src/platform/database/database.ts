import { Logger } from '@nestjs/common';
import { processActor } from '../../kernel/cause/actor.js';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { InvalidSetting } from '../config/setting-parsers.js';
import type { Settings } from '../config/settings.js';
import { orStopped } from '../shutdown/stop.js';
import { isDatabaseFault } from '../../kernel/postgres/database-fault.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { PostgresFailed } from '../embedded-postgres/postgres-failed.js';
import { SERVICE_ROLE } from '../embedded-postgres/hold.js';
import { grantUse } from '../migrations/grant-use.js';
import { migrateUp, schemasBehind } from '../migrations/migrations.js';
import { requireUsable } from './usable-database.js';

/** Connections that the embedded PostgreSQL has for one process and the command line, and for each of WEB_CONCURRENCY after it. */
const OF_THE_FIRST = 110;
const OF_EACH_FURTHER = 30;

/** The database is not what this version of the service needs. */
export class SchemaBehind extends Error {
  constructor(schemas: readonly string[]) {
    super(
      `MIGRATE=off, but these schemas are not up to date: ${schemas.join(', ')}. Apply their migrations with \`earmark migrate up\`.`,
    );
    this.name = 'SchemaBehind';
  }
}

export interface Database {
  readonly url: string;
  /** With the role that owns everything in it; the same unless the service has a role of its own. */
  readonly ownerUrl: string;
  /** The role of the service if it has one of its own, which needs grants on what migrations make. */
  readonly serviceRole: string | null;
  close(): Promise<void>;
}

/**
 * The database that is set, or the embedded one, up to date and ready to use.
 * @param signal aborts it: PostgreSQL rolls back a migration whose session ends
 * @param onLaunch called as soon as it is PostgreSQL's turn, so that this process can do something else meanwhile
 * @throws {InvalidSetting} as `connectDatabase`, and if the role lacks a right that migrations need
 * @throws {Stopped}
 */
export async function openDatabase(
  settings: Settings,
  role: ProcessContext = 'server',
  signal?: AbortSignal,
  onLaunch?: () => void,
): Promise<Database> {
  const database = await connectDatabase(settings, role, signal, onLaunch);
  try {
    await orStopped(bringUpToDate(settings, database, role), signal);
    return database;
  } catch (error) {
    await database.close();
    if (!isDatabaseFault(error) || !settings.databaseUrl) throw error;
    throw new InvalidSetting('DATABASE_URL', `cannot be used: ${(error as Error).message}`);
  }
}

async function bringUpToDate(settings: Settings, database: Database, role: ProcessContext): Promise<void> {
  const { ownerUrl, serviceRole } = database;
  const isEmbedded = settings.databaseUrl === null;
  let isGrantDue = role === 'server' && isEmbedded;
  if (settings.migrateAtStart) {
    const applied = await migrateUp(ownerUrl, processActor(role));
    isGrantDue ||= role === 'server' || applied.length > 0;
  } else {
    const behind = await schemasBehind(ownerUrl);
    if (behind.length > 0) throw new SchemaBehind(behind);
  }
  if (serviceRole !== null && isGrantDue) await grantUse(ownerUrl, serviceRole);
}

/**
 * The database that is set, or the embedded one, as it is.
 * @throws {InvalidSetting} if the one that is set cannot be reached or used, or there is no place for the embedded one
 */
export async function connectDatabase(
  { databaseUrl, migrationDatabaseUrl, dataDir, postgresBin: bin, workers }: Settings,
  role: ProcessContext,
  signal?: AbortSignal,
  onLaunch?: () => void,
): Promise<Database> {
  if (databaseUrl) {
    onLaunch?.();
    const serviceRole = await orStopped(requireUsable(databaseUrl), signal);
    const close = () => Promise.resolve();
    if (migrationDatabaseUrl === null)
      return { url: databaseUrl, ownerUrl: databaseUrl, serviceRole: null, close };
    await orStopped(requireUsable(migrationDatabaseUrl, 'MIGRATION_DATABASE_URL'), signal);
    return { url: databaseUrl, ownerUrl: migrationDatabaseUrl, serviceRole, close };
  }
  const logger = new Logger('Database');
  if (role === 'server') logger.log(`Starting PostgreSQL on ${dataDir}`);
  try {
    const embedded = await startEmbeddedPostgres(dataDir, (line) => logger.log(line), {
      role,
      bin,
      settings: { max_connections: String(OF_THE_FIRST + OF_EACH_FURTHER * (workers - 1)) },
      signal,
      onLaunch,
    });
    const { url: ownerUrl, serviceUrl } = embedded;
    const url = role === 'server' ? serviceUrl : ownerUrl;
    return { url, ownerUrl, serviceRole: SERVICE_ROLE, close: () => embedded.stop() };
  } catch (error) {
    if (error instanceof PostgresFailed)
      throw new InvalidSetting('DATA_DIR', `cannot be used: ${error.line}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new InvalidSetting('DATA_DIR', `cannot be used: ${message || code}`);
  }
}

/** Does the work on the database, and closes it even if the work fails. */
export async function withDatabase(
  database: Database,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
