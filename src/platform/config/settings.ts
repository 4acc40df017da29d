import path from 'node:path';
import {
  host,
  natsUrl,
  oidc,
  oneOf,
  postgresUrl,
  postgresUrls,
  serverUrl,
  timeZone,
  wholeNumber,
  wholeNumberOrOff,
  type SettingReader,
  InvalidSetting,
} from './setting-parsers.js';
import { environmentReader } from './environment.js';
import { limitSettings } from './limit-settings.js';
import { telemetrySettings } from './telemetry-settings.js';

/** The settings of the platform, read once at the start. `.env.example` says what each means, and what `off` does: null. */
export type Settings = Readonly<ReturnType<typeof platformSettings>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Reads the platform's settings from the environment, and from a file `.env` in the working directory if there is one.
 * @throws {InvalidSetting}
 */
export function readSettings(environment?: NodeJS.ProcessEnv): Settings {
  return platformSettings(environmentReader(environment));
}

/** @throws {InvalidSetting} */
export function platformSettings(set: SettingReader) {
  const port = wholeNumber(set, 'PORT', '3000', 0, 65_535, 'a port (0 picks a free one)');
  return {
    host: host(set, 'HOST', '127.0.0.1'),
    port,
    workers: wholeNumber(set, 'WEB_CONCURRENCY', '1', 1, 999, 'a number of processes'),
    dataDir: path.resolve(set('DATA_DIR') ?? '.data'),
    /** null: the embedded PostgreSQL in `dataDir`. */
    databaseUrl: postgresUrl(set, 'DATABASE_URL'),
    /** null: the embedded PostgreSQL runs the programs of the package. */
    postgresBin: directory(set('POSTGRES_BIN')),
    /** The same database by the role that owns everything in it. null: by the role of `databaseUrl`. */
    migrationDatabaseUrl: postgresUrl(set, 'MIGRATION_DATABASE_URL'),
    databaseReplicaUrls: postgresUrls(set, 'DATABASE_REPLICA_URLS'),
    statementMs: wholeNumber(
      set,
      'DATABASE_STATEMENT_MS',
      '4000',
      100,
      3_600_000,
      'a number of milliseconds',
    ),
    migrateAtStart: oneOf(set, 'MIGRATE', 'on', ['on', 'off']) === 'on',
    redisUrl: serverUrl(set, 'REDIS_URL', /^rediss?:$/, 'redis://user:password@host:6379'),
    natsUrl: natsUrl(set, 'NATS_URL'),
    natsReplicas: oneOf(set, 'NATS_REPLICAS', 'auto', ['auto', '1', '3', '5']),
    retentionDays: wholeNumberOrOff(set, 'RETENTION_DAYS', 'off', 1, 99_999, 'a number of days'),
    deadLetterDays: wholeNumberOrOff(set, 'DEAD_LETTER_DAYS', '90', 1, 99_999, 'a number of days'),
    auditDays: wholeNumberOrOff(set, 'AUDIT_DAYS', 'off', 1, 99_999, 'a number of days'),
    drainSeconds: wholeNumber(set, 'DRAIN_SECONDS', '0', 0, 999, 'a number of seconds'),
    /** null: only API keys are accepted. */
    oidc: oidc(set('OIDC_ISSUER'), set('OIDC_AUDIENCE'), set('OIDC_CLIENT_ID'), set('OIDC_SCOPE')),
    servesConsole: oneOf(set, 'CONSOLE', 'on', ['on', 'off']) === 'on',
    rateLimit: wholeNumberOrOff(set, 'RATE_LIMIT', 'off', 1, 10_000_000, 'a number of calls a minute'),
    limits: limitSettings(set),
    healthPort: otherThan(
      port,
      wholeNumberOrOff(set, 'HEALTH_PORT', 'off', 0, 65_535, 'a port (0 picks a free one)'),
    ),
    timeZone: timeZone(set, 'TIME_ZONE', 'UTC'),
    logLevel: oneOf(set, 'LOG_LEVEL', 'info', LOG_LEVELS),
    logReads: wholeNumberOrOff(set, 'LOG_READS', '100', 1, 1_000_000, 'a number of calls'),
    telemetry: telemetrySettings(set),
  };
}

const directory = (value: string | undefined): string | null =>
  value === undefined ? null : path.resolve(value);

function otherThan(port: number, healthPort: number | null): number | null {
  if (healthPort !== null && healthPort !== 0 && healthPort === port)
    throw new InvalidSetting('HEALTH_PORT', 'must be another port than PORT');
  return healthPort;
}
