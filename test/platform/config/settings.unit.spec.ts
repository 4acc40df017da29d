import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readSettings, type Settings } from '../../../src/platform/config/settings.js';

type Named = readonly [name: string, field: keyof Settings];

describe('Without any setting', () => {
  it('the service is for this machine alone, keeps everything and calls no one', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      workers: 1,
      dataDir: path.resolve('.data'),
      databaseUrl: null,
      databaseReplicaUrls: [],
      migrateAtStart: true,
      redisUrl: null,
      natsUrl: null,
      natsReplicas: 'auto',
      retentionDays: null,
      drainSeconds: 0,
      oidc: null,
      rateLimit: null,
      timeZone: 'UTC',
      auditDays: null,
      logReads: 100,
      logLevel: 'info',
    });
  });

  it('what is set to blanks is not set', () => {
    const names = ['PORT', 'DATABASE_URL', 'DATABASE_REPLICA_URLS', 'REDIS_URL', 'NATS_URL', 'MIGRATE'];
    expect(readSettings(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(readSettings({}));
  });
});

const PORT: Named = ['PORT', 'port'];
const WORKERS: Named = ['WEB_CONCURRENCY', 'workers'];
const MIGRATE: Named = ['MIGRATE', 'migrateAtStart'];
const RETENTION: Named = ['RETENTION_DAYS', 'retentionDays'];
const DRAIN: Named = ['DRAIN_SECONDS', 'drainSeconds'];
const LEVEL: Named = ['LOG_LEVEL', 'logLevel'];
const DATA: Named = ['DATA_DIR', 'dataDir'];
const REPLICAS: Named = ['DATABASE_REPLICA_URLS', 'databaseReplicaUrls'];

describe('A setting', () => {
  it.each<[...Named, string, unknown]>([
    [...PORT, '0', 0],
    [...PORT, ' 65535 ', 65_535],
    [...WORKERS, '1', 1],
    [...WORKERS, '999', 999],
    [...MIGRATE, 'on', true],
    [...MIGRATE, 'off', false],
    [...RETENTION, 'off', null],
    [...RETENTION, '1', 1],
    [...RETENTION, '99999', 99_999],
    ['NATS_REPLICAS', 'natsReplicas', '5', '5'],
    ['AUDIT_DAYS', 'auditDays', 'off', null],
    ['AUDIT_DAYS', 'auditDays', '400', 400],
    ['LOG_READS', 'logReads', 'off', null],
    ['LOG_READS', 'logReads', '1', 1],
    [...DRAIN, '0', 0],
    [...DRAIN, '999', 999],
    [...LEVEL, 'verbose', 'verbose'],
    [...DATA, '/srv/earmark', '/srv/earmark'],
    [...REPLICAS, 'postgres://a/b, , postgresql://c/d,', ['postgres://a/b', 'postgresql://c/d']],
  ])('%s is read as %s: %s', (name, field, value, read) => {
    expect(readSettings({ [name]: value })[field]).toEqual(read);
  });

  it.each<[string, string, RegExp]>([
    ['PORT', '65536', /must be a port \(0 picks a free one\), from 0 to 65535$/],
    ['PORT', '-1', /must be a port/],
    ['PORT', '3000.5', /must be a port/],
    ['PORT', '0x10', /must be a port/],
    ['WEB_CONCURRENCY', '0', /must be a number of processes, from 1 to 999$/],
    ['WEB_CONCURRENCY', '1000', /must be a number of processes/],
    ['MIGRATE', 'yes', /must be one of on, off$/],
    ['RETENTION_DAYS', '0', /must be off or a number of days, from 1 to 99999$/],
    ['RETENTION_DAYS', '100000', /must be off or a number of days/],
    ['AUDIT_DAYS', '0', /must be off or a number of days, from 1 to 99999$/],
    ['LOG_READS', '0', /must be off or a number of calls, from 1 to 1000000$/],
    ['DRAIN_SECONDS', '1000', /must be a number of seconds, from 0 to 999$/],
    ['DRAIN_SECONDS', 'off', /must be a number of seconds/],
    ['LOG_LEVEL', 'log', /must be one of fatal, error, warn, info, debug, verbose$/],
    ['DATABASE_REPLICA_URLS', 'postgres://a/b,mysql://c/d', /must look like postgres:/],
  ])('%s may not be %s', (name, value, message) => {
    const read = () => readSettings({ [name]: value });
    expect(read).toThrow(InvalidSetting);
    expect(read).toThrow(message);
    expect(read).toThrow(new RegExp(`^${name} `));
  });
});

describe('An address', () => {
  it.each<[...Named, string]>([
    ['DATABASE_URL', 'databaseUrl', 'postgres://user:password@host:5432/database'],
    ['DATABASE_URL', 'databaseUrl', 'postgresql:///database?host=/run/postgresql'],
    ['REDIS_URL', 'redisUrl', 'redis://host'],
    ['REDIS_URL', 'redisUrl', 'rediss://user:password@host:6379/1'],
    ['NATS_URL', 'natsUrl', 'nats://host:4222'],
    ['NATS_URL', 'natsUrl', 'tls://a:4222,nats://user:password@b:4222'],
  ])('of %s is kept as it is: %s %s', (name, field, url) => {
    expect(readSettings({ [name]: url })[field]).toBe(url);
  });

  it.each<[string, string]>(
    ['DATABASE_URL', 'REDIS_URL', 'NATS_URL'].flatMap((name) =>
      [
        'hunter2',
        'hunter2@host:1',
        'http://user:hunter2@host',
        'xpostgres://hunter2',
        'xredis://hunter2',
        'xnats://hunter2',
        // What stands before is right, and something wrong behind it.
        'postgresx://hunter2',
        'redisx://hunter2',
        'natsx://hunter2',
        'redis://',
        'redis:///hunter2',
        'nats://',
        'nats://a,hunter2',
        'nats://a,http://hunter2',
        'nats:///hunter2',
        'nats://a,',
      ].map((value): [string, string] => [name, value]),
    ),
  )('of %s may not be %s, and is not shown', (name, value) => {
    const read = () => readSettings({ [name]: value });
    expect(read).toThrow(InvalidSetting);
    expect(read).toThrow(new RegExp(`^${name} must look like`));
    expect(read).not.toThrow('hunter2');
  });
});

describe('HEALTH_PORT', () => {
  it('may be off, free, or another port than PORT', () => {
    expect(readSettings({}).healthPort).toBeNull();
    expect(readSettings({ HEALTH_PORT: '3001' }).healthPort).toBe(3001);
    expect(readSettings({ PORT: '0', HEALTH_PORT: '0' }).healthPort).toBe(0);
  });

  it.each([{ HEALTH_PORT: '3000' }, { PORT: '8080', HEALTH_PORT: '8080' }])(
    'stops the start if it is PORT: %j',
    (settings) => {
      expect(() => readSettings(settings)).toThrow('HEALTH_PORT must be another port than PORT');
    },
  );
});

describe('TIME_ZONE', () => {
  it.each(['UTC', 'Europe/Amsterdam', 'America/Argentina/Buenos_Aires', 'Etc/GMT+2'])('may be %s', (zone) => {
    expect(readSettings({ TIME_ZONE: zone }).timeZone).toBe(zone);
  });

  it.each(['Amsterdam', 'Europe/Nowhere', '+02:00', '-05:00', '2', 'UTC+2'])(
    'stops the start if it is %s',
    (zone) => {
      expect(() => readSettings({ TIME_ZONE: zone })).toThrow(
        'TIME_ZONE must be the name of a time zone such as UTC or Europe/Amsterdam',
      );
    },
  );
});
