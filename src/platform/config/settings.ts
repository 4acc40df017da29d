import path from 'node:path';
import {
  host,
  natsUrl,
  oidc,
  oneOf,
  postgresUrl,
  postgresUrls,
  redisUrl,
  timeZone,
  wholeNumber,
  wholeNumberOrOff,
  type Oidc,
  type SettingReader,
  InvalidSetting,
} from './setting-parsers.js';
import { environmentReader } from './environment.js';
import { limitSettings, type Limits } from './limit-settings.js';
import { telemetrySettings, type TelemetrySettings } from './telemetry-settings.js';

/** The settings of the platform, read once at the start. `.env.example` says what each means. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Processes that serve on this machine. */
  readonly workers: number;
  /** Absolute. */
  readonly dataDir: string;
  /** The directory of the programs to run as the embedded PostgreSQL. null: those of the package. */
  readonly postgresBin: string | null;
  /** null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null;
  /** The same database by the role that owns everything in it. null: by the role of `databaseUrl`. */
  readonly migrationDatabaseUrl: string | null;
  /** May hold passwords. None: every read goes to the primary. */
  readonly databaseReplicaUrls: readonly string[];
  /** Milliseconds that a statement of a call may take. */
  readonly statementMs: number;
  readonly migrateAtStart: boolean;
  /** May hold a password. null: nothing goes in or out over Redis. */
  readonly redisUrl: string | null;
  /** One or several, comma-separated; may hold a password. null: nothing goes in or out over JetStream. */
  readonly natsUrl: string | null;
  /** After how many days events and notes of messages may go. null: everything is kept. */
  readonly retentionDays: number | null;
  /** After how many days dead letters are deleted. null: they are kept. */
  readonly deadLetterDays: number | null;
  /** After how many days entries of the audit log are deleted. null: they are kept. */
  readonly auditDays: number | null;
  /** How long calls are still served after a signal to stop, while `/health/ready` says no. */
  readonly drainSeconds: number;
  /** null: only API keys are accepted. */
  readonly oidc: Oidc | null;
  /** Calls that one caller may make of a process in a minute. null: any number. */
  readonly rateLimit: number | null;
  /** What one caller may take from a process. */
  readonly limits: Limits;
  /** A second port that answers `/health`, even if `port` is overloaded. null: there is none. */
  readonly healthPort: number | null;
  /** An IANA name. It decides which day it is. */
  readonly timeZone: string;
  readonly logLevel: LogLevel;
  /** The log has one of so many successful reads. null: none. */
  readonly logReads: number | null;
  readonly telemetry: TelemetrySettings;
}

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
export function platformSettings(set: SettingReader): Settings {
  const port = wholeNumber('PORT', set('PORT') ?? '3000', 0, 65_535, 'a port (0 picks a free one)');
  return {
    host: host('HOST', set('HOST') ?? '127.0.0.1'),
    port,
    workers: wholeNumber('WEB_CONCURRENCY', set('WEB_CONCURRENCY') ?? '1', 1, 999, 'a number of processes'),
    dataDir: path.resolve(set('DATA_DIR') ?? '.data'),
    databaseUrl: postgresUrl('DATABASE_URL', set('DATABASE_URL')),
    postgresBin: directory(set('POSTGRES_BIN')),
    migrationDatabaseUrl: postgresUrl('MIGRATION_DATABASE_URL', set('MIGRATION_DATABASE_URL')),
    databaseReplicaUrls: postgresUrls('DATABASE_REPLICA_URLS', set('DATABASE_REPLICA_URLS')),
    statementMs: wholeNumber(
      'DATABASE_STATEMENT_MS',
      set('DATABASE_STATEMENT_MS') ?? '4000',
      100,
      3_600_000,
      'a number of milliseconds',
    ),
    migrateAtStart: oneOf('MIGRATE', set('MIGRATE') ?? 'on', ['on', 'off']) === 'on',
    redisUrl: redisUrl('REDIS_URL', set('REDIS_URL')),
    natsUrl: natsUrl('NATS_URL', set('NATS_URL')),
    retentionDays: wholeNumberOrOff(
      'RETENTION_DAYS',
      set('RETENTION_DAYS') ?? 'off',
      1,
      99_999,
      'a number of days',
    ),
    deadLetterDays: wholeNumberOrOff(
      'DEAD_LETTER_DAYS',
      set('DEAD_LETTER_DAYS') ?? '90',
      1,
      99_999,
      'a number of days',
    ),
    auditDays: wholeNumberOrOff('AUDIT_DAYS', set('AUDIT_DAYS') ?? 'off', 1, 99_999, 'a number of days'),
    drainSeconds: wholeNumber('DRAIN_SECONDS', set('DRAIN_SECONDS') ?? '0', 0, 999, 'a number of seconds'),
    oidc: oidc(set('OIDC_ISSUER'), set('OIDC_AUDIENCE')),
    rateLimit: wholeNumberOrOff(
      'RATE_LIMIT',
      set('RATE_LIMIT') ?? 'off',
      1,
      10_000_000,
      'a number of calls a minute',
    ),
    limits: limitSettings(set),
    healthPort: healthPort(set('HEALTH_PORT') ?? 'off', port),
    timeZone: timeZone('TIME_ZONE', set('TIME_ZONE') ?? 'UTC'),
    logLevel: oneOf('LOG_LEVEL', set('LOG_LEVEL') ?? 'info', LOG_LEVELS),
    logReads: wholeNumberOrOff('LOG_READS', set('LOG_READS') ?? '100', 1, 1_000_000, 'a number of calls'),
    telemetry: telemetrySettings(set),
  };
}

const directory = (value: string | undefined): string | null =>
  value === undefined ? null : path.resolve(value);

function healthPort(value: string, port: number): number | null {
  const chosen = wholeNumberOrOff('HEALTH_PORT', value, 0, 65_535, 'a port (0 picks a free one)');
  if (chosen !== null && chosen !== 0 && chosen === port)
    throw new InvalidSetting('HEALTH_PORT', 'must be another port than PORT');
  return chosen;
}
