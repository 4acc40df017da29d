import { isIP } from 'node:net';
import path from 'node:path';
import { isPrivateWay } from './loopback.js';

/** All that can be set from outside, read once at the start. `.env.example` says what each means. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Processes that serve on this machine. */
  readonly workers: number;
  /** Absolute. */
  readonly dataDir: string;
  /** null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly migrateAtStart: boolean;
  /** May hold a password. null: nothing goes in or out over Redis. */
  readonly redisUrl: string | null;
  /** One or several, comma-separated; may hold a password. null: nothing goes in or out over JetStream. */
  readonly natsUrl: string | null;
  /** May hold a password. null: mails are left in `dataDir`. */
  readonly smtpUrl: string | null;
  readonly alertFrom: string;
  /** Each gets a mail of its own. */
  readonly alertTo: readonly string[];
  /** How long further refusals of a SKU are counted instead of told. */
  readonly alertQuietHours: number;
  readonly alertWhenBack: boolean;
  /** After how many days events and notes of messages may go. null: everything is kept. */
  readonly retentionDays: number | null;
  /** How long calls are still served after the wish to stop, while `/health/ready` says no. */
  readonly drainSeconds: number;
  /** null: there are API keys alone. */
  readonly oidc: Oidc | null;
  /** Calls that one caller may make of a process in a minute. null: as many as he likes. */
  readonly rateLimit: number | null;
  readonly logLevel: LogLevel;
}

/** Whose JWTs are believed, and for whom they must be made. */
export interface Oidc {
  /** As its tokens name it, to the letter. */
  readonly issuer: string;
  readonly audience: string;
}

/** The token under which the settings are injected. */
export const SETTINGS = Symbol('settings');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting has a value that it cannot have. The message names it in one line, without secrets. */
export class WrongSetting extends Error {
  constructor(name: string, what: string) {
    super(`${name} ${what}`);
    this.name = 'WrongSetting';
  }
}

/**
 * Reads the settings from the environment, and from a file `.env` in the working directory where there is one.
 * @throws {WrongSetting}
 */
export function readSettings(environment: NodeJS.ProcessEnv = loadEnvironment()): Settings {
  const set = (name: string) => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  return {
    host: host('HOST', set('HOST') ?? '127.0.0.1'),
    port: port('PORT', set('PORT') ?? '3000'),
    workers: workers('WEB_CONCURRENCY', set('WEB_CONCURRENCY') ?? '1'),
    dataDir: path.resolve(set('DATA_DIR') ?? '.data'),
    databaseUrl: postgresUrl('DATABASE_URL', set('DATABASE_URL')),
    migrateAtStart: oneOf('MIGRATE', set('MIGRATE') ?? 'on', ['on', 'off']) === 'on',
    redisUrl: redisUrl('REDIS_URL', set('REDIS_URL')),
    natsUrl: natsUrl('NATS_URL', set('NATS_URL')),
    smtpUrl: smtpUrl('SMTP_URL', set('SMTP_URL')),
    alertFrom: mailAddress('ALERT_FROM', set('ALERT_FROM') ?? 'earmark@localhost'),
    alertTo: mailAddresses('ALERT_TO', set('ALERT_TO') ?? 'stock@localhost'),
    alertQuietHours: hours('ALERT_QUIET_HOURS', set('ALERT_QUIET_HOURS') ?? '24'),
    alertWhenBack: oneOf('ALERT_WHEN_BACK', set('ALERT_WHEN_BACK') ?? 'off', ['on', 'off']) === 'on',
    retentionDays: days('RETENTION_DAYS', set('RETENTION_DAYS') ?? 'off'),
    drainSeconds: seconds('DRAIN_SECONDS', set('DRAIN_SECONDS') ?? '0'),
    oidc: oidc(set('OIDC_ISSUER'), set('OIDC_AUDIENCE')),
    rateLimit: callsAMinute('RATE_LIMIT', set('RATE_LIMIT') ?? 'off'),
    logLevel: oneOf('LOG_LEVEL', set('LOG_LEVEL') ?? 'info', LOG_LEVELS),
  };
}

function loadEnvironment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

/** Whether it may be served is decided once it is known whether there are keys. */
function host(name: string, value: string): string {
  const isName = /^(?=.{1,253}$)[a-z\d_]([\w-]*[a-z\d])?(\.[a-z\d_]([\w-]*[a-z\d])?)*$/i.test(value);
  // What is all digits and dots would be an address.
  if (isIP(value) !== 0 || (isName && !/^[\d.]+$/.test(value))) return value;
  throw new WrongSetting(
    name,
    'must be an address or a name of this machine, such as 127.0.0.1, 0.0.0.0 or localhost',
  );
}

function port(name: string, value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new WrongSetting(name, 'must be a port from 0 to 65535; 0 picks a free one');
}

function workers(name: string, value: string): number {
  if (/^\d{1,3}$/.test(value) && Number(value) > 0) return Number(value);
  throw new WrongSetting(name, 'must be a number of processes from 1 to 999');
}

function postgresUrl(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol)) return value;
  throw new WrongSetting(name, 'must look like postgres://user:password@host:5432/database');
}

function redisUrl(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url && /^rediss?:$/.test(url.protocol) && url.hostname !== '') return value;
  throw new WrongSetting(name, 'must look like redis://user:password@host:6379');
}

function natsUrl(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const isAddress = (url: URL | null) => url && /^(nats|tls):$/.test(url.protocol) && url.hostname !== '';
  const urls = value.split(',').map((url) => (URL.canParse(url) ? new URL(url) : null));
  if (urls.every(isAddress)) return value;
  throw new WrongSetting(name, 'must look like nats://user:password@host:4222, several with commas');
}

function smtpUrl(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return value;
  throw new WrongSetting(name, 'must look like smtp://user:password@mail.example.com:587');
}

function mailAddress(name: string, value: string): string {
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value)) return value;
  throw new WrongSetting(name, 'must be a mail address such as stock@example.com');
}

function mailAddresses(name: string, value: string): string[] {
  const addresses = value.split(',').map((address) => mailAddress(name, address.trim()));
  return [...new Set(addresses)];
}

function hours(name: string, value: string): number {
  if (/^\d{1,4}(\.\d+)?$/.test(value)) return Number(value);
  throw new WrongSetting(name, 'must be a number of hours such as 24 or 0.5; 0 tells every refusal at once');
}

function days(name: string, value: string): number | null {
  if (value === 'off') return null;
  if (/^\d{1,5}$/.test(value) && Number(value) > 0) return Number(value);
  throw new WrongSetting(name, 'must be a number of days such as 90, or off to keep everything');
}

function seconds(name: string, value: string): number {
  if (/^\d{1,3}$/.test(value)) return Number(value);
  throw new WrongSetting(name, 'must be a number of seconds from 0 to 999');
}

function oidc(issuer: string | undefined, audience: string | undefined): Oidc | null {
  if (issuer === undefined && audience === undefined) return null;
  if (issuer === undefined) throw new WrongSetting('OIDC_ISSUER', 'must be set where OIDC_AUDIENCE is');
  // A token that was made for another service must not be good here.
  if (audience === undefined) throw new WrongSetting('OIDC_AUDIENCE', 'must be set where OIDC_ISSUER is');
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  // OpenID Connect Discovery 1.0, 3: https, without query and fragment. On this machine http does.
  if (url && isPrivateWay(url) && !/[?#@\s]/.test(issuer)) return { issuer, audience };
  throw new WrongSetting('OIDC_ISSUER', 'must look like https://login.example.com, as its tokens name it');
}

function callsAMinute(name: string, value: string): number | null {
  if (value === 'off') return null;
  const calls = /^\d{1,8}$/.test(value) ? Number(value) : 0;
  if (calls >= 1 && calls <= 10_000_000) return calls;
  throw new WrongSetting(name, 'must be a number of calls a minute from 1 to 10000000, or off');
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new WrongSetting(name, `must be one of ${allowed.join(', ')}`);
  return found;
}
