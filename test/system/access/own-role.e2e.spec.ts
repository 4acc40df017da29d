import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { findEmbeddedPostgres } from '../../../testing/embedded-postgres.js';
import type { Ask } from '../../../src/platform/cli/ask.js';
import { keyCommands } from '../../../src/platform/cli/operator/keys.js';
import { openDatabase, withDatabase } from '../../../src/platform/database/database.js';
import { SCOPES } from '../../../src/scopes.js';
import { readAllSettings } from '../../../src/settings.js';
import { CommandLine } from '../../support/command-line.js';
import { asOperator, emptyDatabase } from '../../support/database.js';
import { query } from '../../support/data-dirs.js';
import { runCommand } from '../../support/run-command.js';
import { askingDatabase } from '../../support/asking.js';
import { ServiceProcess } from '../../support/service-process.js';

const runCli = (args: readonly string[], settings: Readonly<Record<string, string>>) =>
  new CommandLine(settings, ...args).ended;

const createKey = (url: string) =>
  runCommand(keyCommands(askingDatabase(url), SCOPES), 'create', 'shop', '--scopes', 'read');

/** If a start ends before anything is served, the primary of several processes is the cheapest: it loads no application. */
const PRIMARY = { WEB_CONCURRENCY: '2' };

let home: string;
const services: ServiceProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-role-'));
  await chmod(home, 0o711);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop('SIGTERM')));
  await rm(home, { recursive: true });
});

function start(settings: Readonly<Record<string, string>>): ServiceProcess {
  const service = new ServiceProcess(settings);
  services.push(service);
  return service;
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<number> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  await response.text();
  return response.status;
}

/** Whatever needs a right of its own. */
async function everything(url: string): Promise<number[]> {
  const line = { orderId: 'order-1', sku: 'LAMP' };
  return [
    await call(url, 'POST', '/v1/batches', { reference: 'PO-1', sku: 'LAMP', quantity: 10 }),
    await call(url, 'PATCH', '/v1/batches/PO-1', { quantity: 11 }),
    await call(url, 'POST', '/v1/allocations', { ...line, quantity: 2 }),
    await call(url, 'GET', '/v1/products/LAMP'),
    await call(url, 'GET', '/v1/products'),
    await call(url, 'GET', '/v1/orders/order-1/allocations'),
    await call(url, 'GET', '/v1/events'),
    await call(url, 'GET', '/v1/notifications'),
    await call(url, 'GET', '/v1/lost-promises'),
    await call(url, 'GET', '/v1/subscriptions'),
    await call(url, 'GET', '/metrics'),
    await call(url, 'DELETE', '/v1/orders/order-1/allocations/LAMP'),
    await call(url, 'GET', '/health/ready'),
  ];
}
const ALL_WELL = [201, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 204, 200];

/** The sessions of the service, and what their role may. */
const SESSIONS = `
  select distinct usename as role, rolsuper as "isSuperuser", rolcreaterole or rolcreatedb as "makesRoles",
         exists (select from pg_class where relowner = usesysid) as "ownsTables", client_addr as address
    from pg_stat_activity join pg_roles on usename = rolname where application_name = 'earmark 0.2'`;
const OF_ITS_OWN = { isSuperuser: false, makesRoles: false, ownsTables: false };

describe('A service with an embedded PostgreSQL', () => {
  let dataDir: string;
  let service: ServiceProcess;
  let url: string;
  let owner: string;
  beforeAll(async () => {
    dataDir = join(home, 'data');
    service = start({ DATA_DIR: dataDir, WEB_CONCURRENCY: '2' });
    url = await service.ready;
    owner = (await findEmbeddedPostgres(dataDir))!;
  });
  afterAll(() => service.stop('SIGTERM'));

  it('runs it on a socket that only its account may use, by a role that owns nothing', async () => {
    expect(await everything(url)).toEqual(ALL_WELL);
    expect(await query(owner, SESSIONS)).toEqual([{ role: 'earmark_service', ...OF_ITS_OWN, address: null }]);
    expect(await query(owner, `select current_setting('listen_addresses') as addresses`)).toEqual([
      { addresses: '' },
    ]);
    expect((await stat(join(dataDir, 'postgres.socket'))).mode & 0o777).toBe(0o700);
    const stranger = new pg.Client({ connectionString: owner.replace(/:[^:@]+@/, ':guessed@') });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('admits an operator when every connection of the role of the service is taken', async () => {
    await createKey(owner);
    const taken: pg.Client[] = [];
    for (let isFree = true; isFree;) {
      const client = new pg.Client({ connectionString: owner.replace('//earmark:', '//earmark_service:') });
      client.on('error', () => undefined);
      isFree = await client.connect().then(
        () => true,
        ({ code }: { code?: unknown }) => {
          expect(code).toBe('53300');
          return false;
        },
      );
      if (isFree) taken.push(client);
    }
    expect((await runCli(['keys', 'revoke', 'shop'], { DATA_DIR: dataDir })).code).toBe(0);
    expect(await call(url, 'GET', '/health/live')).toBe(200);
    await Promise.all(taken.map((client) => client.end()));
  });
});

describe('A service on a data directory of a version whose service was the owner, whose path is too long for a socket', () => {
  let dataDir: string;
  let service: ServiceProcess;
  beforeAll(async () => {
    dataDir = join(home, 'x'.repeat(120));
    const before = await startEmbeddedPostgres(dataDir);
    expect(new URL(before.url).hostname).toMatch(/earmark-[0-9a-f]{20}$/);
    await query(before.url, 'drop role earmark_service');
    await before.stop();
    service = start({ DATA_DIR: dataDir });
    await service.ready;
  });
  afterAll(() => service.stop('SIGTERM'));

  it('takes it over', async () => {
    expect(await everything(await service.ready)).toEqual(ALL_WELL);
  });

  it('warns at the start of missing PostgreSQL fixes once access control is on, and not before', async () => {
    await createKey((await findEmbeddedPostgres(dataDir))!);
    await service.stop('SIGTERM');
    expect(service.said).not.toContain('fixes up to');
    service = start({ DATA_DIR: dataDir, WEB_CONCURRENCY: '2' });
    await service.ready;
    expect(service.said).toContain(`"database":"embedded PostgreSQL in ${dataDir}"`);
    expect(service.said).toMatch(
      /The embedded PostgreSQL is 18\.\d, and fixes up to 18\.6 are out: set POSTGRES_BIN or/,
    );
  });
});

it('runs as the role of DATABASE_URL with the rights that MIGRATION_DATABASE_URL granted it, and no others', async () => {
  const database = await emptyDatabase();
  const name = new URL(database.url).pathname.slice(1);
  const [owner, role] = [`${name}_owner`, `${name}_service`];
  await asOperator(async (operator) => {
    await operator.query(`create role ${owner} login password 'of-a-test'`);
    await operator.query(`create role ${role} login password 'of-a-test'`);
    await operator.query(`alter database ${name} owner to ${owner}`);
  });
  const urlBy = (username: string) =>
    Object.assign(new URL(database.url), { username, password: 'of-a-test' }).href;
  const settings = { DATABASE_URL: urlBy(role), MIGRATION_DATABASE_URL: urlBy(owner) };
  let service: ServiceProcess | undefined;
  try {
    service = start({ ...settings, DATA_DIR: join(home, 'of-another-role') });
    expect(await everything(await service.ready)).toEqual(ALL_WELL);
    const sessions = (await query(database.url, SESSIONS)) as { role: string }[];
    expect(sessions.filter((each) => each.role === role)).toMatchObject([{ role, ...OF_ITS_OWN }]);
    expect(sessions.filter((each) => each.role === owner)).toEqual([]);
    for (const forbidden of [
      'create table allocation.mine ()',
      'alter table allocation.line add mine int',
      'delete from allocation.migration',
      'truncate event_log.event',
      'create schema mine',
    ])
      await expect(query(urlBy(role), forbidden)).rejects.toMatchObject({ code: '42501' });
    // As a command does, but in this process.
    const ask: Ask<DataSource> = async (ways) =>
      withDatabase(await openDatabase(readAllSettings(settings), 'cli'), ({ url }) =>
        askingDatabase(url)(ways),
      );
    for (const command of [
      ['create', 'shop', '--scopes', 'read'],
      ['revoke', 'shop'],
    ])
      await runCommand(keyCommands(ask, SCOPES), ...command);
    for (const command of [
      ['subscriptions', 'rebuild', 'allocation.product-totals'],
      ['export', 'batches'],
      ['migrate', 'status'],
    ]) {
      const { code, stderr } = await runCli(command, settings);
      expect([command.join(' '), code, code === 0 ? '' : stderr]).toEqual([command.join(' '), 0, '']);
    }
  } finally {
    await service?.stop('SIGTERM');
    await query(database.url, `drop owned by ${role}`);
    await database.drop();
    await asOperator(async (operator) => {
      await operator.query(`drop role ${role}`);
      await operator.query(`drop role ${owner}`);
    });
  }
});

const DEBIANS = '/usr/lib/postgresql/15/bin';

it('runs the programs that POSTGRES_BIN names, and rejects the data directory of another major version', async () => {
  const dataDir = join(home, 'of-version-15');
  const service = start({ DATA_DIR: dataDir, POSTGRES_BIN: DEBIANS });
  expect(await everything(await service.ready)).toEqual(ALL_WELL);
  const [version] = await query((await findEmbeddedPostgres(dataDir))!, 'show server_version_num');
  expect(version).toEqual({ server_version_num: expect.stringMatching(/^15/) });
  await service.stop('SIGTERM');

  const { code, stderr } = await start({ ...PRIMARY, DATA_DIR: dataDir }).ended;
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^DATA_DIR cannot be used: PostgreSQL 15 created [^\n]* POSTGRES_BIN [^\n]*\n$/),
  ]);
});

it.each<[string, () => string, RegExp]>([
  [
    'is not there',
    () => join(home, 'nowhere'),
    /^POSTGRES_BIN has no program [^\n]* that can be run: ENOENT\n$/,
  ],
  ['is too old', () => programs('14.9'), /^POSTGRES_BIN has PostgreSQL 14.9: it has to be 15 or newer.\n$/],
  ['is something else', () => programs('of something else'), /^POSTGRES_BIN has no PostgreSQL: [^\n]*\n$/],
])('ends with one line if what POSTGRES_BIN names %s', async (_, bin, line) => {
  const { code, stderr } = await start({ ...PRIMARY, DATA_DIR: join(home, 'none'), POSTGRES_BIN: bin() })
    .ended;
  expect(stderr).toMatch(line);
  expect(code).toBe(1);
});

function programs(version: string): string {
  const bin = join(home, `bin-${version}`);
  mkdirSync(bin);
  for (const name of ['initdb', 'postgres'])
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`, { mode: 0o755 });
  return bin;
}
