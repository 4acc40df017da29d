import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrateUp } from '../../../src/platform/migrations/migrations.js';
import { HONEST, honest, told } from '../honest.js';
import { command, HONEST_SCOPES, makeKeys } from '../operator.js';
import type { Finding } from '../report.js';
import type { Bench, Scenario, ShopOptions } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';

/** The account `nobody`. */
const NOBODY = 65_534;
/** Longer than any command takes. */
const LONG_S = 300;
const TOO_MANY = '53300';

interface Attack {
  /** For people. */
  readonly what: string;
  /** Resolves, once it has all that it gets, with what ends it. Throws if it gets what it must not. */
  begin(): Promise<() => Promise<unknown>>;
  /** That an operator may be told of too many connections until PostgreSQL has closed those of strangers. */
  readonly isWaitedFor?: true;
}

/**
 * Somebody opens 300 connections to the PostgreSQL of the service, and leaves them alone, while others go on. Throws if a
 * call of theirs fails, or `keys revoke` does, or the key that it revokes is good still.
 */
export const takenConnections: Scenario = {
  name: 'taken-connections',
  async run(bench) {
    return [...(await embedded(bench)), ...(await byUrl(bench))];
  },
};

/** More than there are: PostgreSQL has 110. */
const connectionsIn = ({ isSmoke }: Bench) => (isSmoke ? 130 : 300);

/** On a Unix socket, with connections that are kept for the owner. */
async function embedded(bench: Bench): Promise<Finding[]> {
  const count = connectionsIn(bench);
  const dataDir = await bench.newFolder();
  const postgres = await startEmbeddedPostgres(dataDir, undefined, { role: 'cli' });
  bench.after(() => postgres.stop());
  await migrateUp(postgres.url);
  const attack: Attack = {
    what: `embedded: ${count} connections by another account, and ${count} by the role of the service`,
    begin: async () => {
      await strangers(decodeURIComponent(new URL(postgres.url).hostname), count);
      return idle(postgres.serviceUrl, count);
    },
  };
  const settings = { DATA_DIR: dataDir };
  return under([attack], bench, 'embedded', { databaseUrl: postgres.url, dataDir }, settings);
}

/** Over TCP, with a role of its own and reserved connections, as docs/operations.md says. */
async function byUrl(bench: Bench): Promise<Finding[]> {
  const postgres = await startEmbeddedPostgres(join(await bench.newFolder(), 'postgres'), undefined, {
    settings: {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      reserved_connections: '25',
      // In less, the service itself may come too late with its password on a busy machine.
      authentication_timeout: '5s',
    },
  });
  bench.after(() => postgres.stop());
  await migrateUp(postgres.url);
  const otherUrl = await anotherRole(postgres);
  const count = connectionsIn(bench);
  const attacks: Attack[] = [
    {
      what: `by URL: ${count} connections by another role`,
      begin: () => idle(otherUrl, count),
    },
    {
      what: `by URL: ${count} connections without a password`,
      begin: () => halfOpen(postgres.url, count),
      isWaitedFor: true,
    },
  ];
  const settings = { DATABASE_URL: postgres.serviceUrl, MIGRATION_DATABASE_URL: postgres.url };
  return under(attacks, bench, 'by URL', { databaseUrl: postgres.url, settings }, settings);
}

async function under(
  attacks: readonly Attack[],
  bench: Bench,
  where: string,
  options: ShopOptions,
  operator: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const shop = await bench.openShop(plentyOf([HONEST]), options);
  const names = attacks.map((_, i) => `attacker-${i}`);
  const [mine, ...theirs] = await makeKeys(shop.databaseUrl, {
    honest: HONEST_SCOPES,
    ...Object.fromEntries(names.map((name) => [name, ['read'] as const])),
  });
  shop.key = mine;
  const product = shop.products[0]!;
  const findings: Finding[] = [];
  const alone = await honest(shop, bench);
  findings.push(...told(`${where}: no connections of others`, alone, await product.residentMemory()));
  for (const [i, attack] of attacks.entries()) {
    const { what } = attack;
    const done = new AbortController();
    const others = honest(shop, { seconds: LONG_S }, done.signal);
    const attacked = async () => {
      const end = await attack.begin();
      const startedAt = performance.now();
      await revoke(product.folder, operator, names[i]!, attack.isWaitedFor);
      const milliseconds = performance.now() - startedAt;
      await isRefused(shop, theirs[i]!);
      await end();
      findings.push({ what: `${what}: until a key is revoked`, figures: [milliseconds], unit: 'ms' });
    };
    await Promise.race([others, attacked().finally(() => done.abort())]);
    findings.push(...told(what, await others, await product.residentMemory()));
  }
  await shop.check();
  return findings;
}

async function revoke(
  cwd: string,
  operator: Readonly<Record<string, string>>,
  name: string,
  isWaitedFor = false,
): Promise<void> {
  for (;;) {
    try {
      await command(cwd, operator, 'keys', 'revoke', name);
      return;
    } catch (error) {
      const { stderr } = error as { stderr?: unknown };
      // PostgreSQL says one or the other, by how many slots are left.
      const isFull = /too many clients|remaining connection slots/.test(String(stderr));
      if (!isWaitedFor || !isFull) throw error;
    }
  }
}

async function isRefused({ url }: Shop, key: string): Promise<void> {
  const { status } = await fetch(`${url}/v1/products`, { headers: { authorization: `Bearer ${key}` } });
  if (status !== 401) throw new Error(`A key that is revoked was answered with ${status}.`);
}

async function anotherRole({ url }: EmbeddedPostgres): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create role another login password 'of-another'`);
  await client.query('grant pg_use_reserved_connections to earmark_service');
  await client.end();
  return Object.assign(new URL(url), { username: 'another', password: 'of-another' }).href;
}

/** Throws unless an account that is neither root's nor PostgreSQL's is kept out; only root can act as one. */
async function strangers(socketDirectory: string, count: number): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const program = `
    let open = 0, left = ${count};
    const end = () => --left || console.log(open);
    const refused = ({ code }) => (code === 'EACCES' || open++, end());
    for (let i = left; i > 0; i--)
      require('net').connect(${JSON.stringify(`${socketDirectory}/.s.PGSQL.5432`)})
        .on('connect', function () { open++; this.destroy(); end(); }).on('error', refused);`;
  const account = { uid: NOBODY, gid: NOBODY, cwd: '/' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], account);
  if (stdout.trim() !== '0') throw new Error(`Another account was not kept out ${stdout.trim()} times.`);
}

/** Sessions that do nothing, as many as there may be. */
async function idle(url: string, count: number): Promise<() => Promise<unknown>> {
  const sessions: pg.Client[] = [];
  let isRefused = false;
  for (let i = 0; i < count; i++) {
    const session = new pg.Client({ connectionString: url });
    session.on('error', () => undefined);
    try {
      await session.connect();
      sessions.push(session);
    } catch (error) {
      if ((error as { code?: unknown }).code !== TOO_MANY) throw error;
      isRefused = true;
    }
  }
  if (!isRefused) throw new Error(`All of ${count} connections were to be had.`);
  return () => Promise.all(sessions.map((session) => session.end()));
}

/** Connections that say who they are, and do not prove it. */
async function halfOpen(url: string, count: number): Promise<() => Promise<unknown>> {
  const { hostname, port } = new URL(url);
  const words = Buffer.from('\0\x03\0\0user\0earmark\0database\0earmark\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(words.length + 4);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.concat([length, words])));
    return socket.on('error', () => undefined).resume();
  });
  await sleep(500);
  return () => Promise.resolve(sockets.forEach((socket) => socket.destroy()));
}
