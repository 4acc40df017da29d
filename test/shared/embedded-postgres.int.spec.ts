import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { filesIn } from '../../src/shared/persistence/embedded-cluster.js';
import { findPostmaster, stopPostmaster } from '../../src/shared/persistence/embedded-postmaster.js';
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/shared/persistence/embedded-postgres.js';
import { Service } from '../support/embedded-service.js';

let home: string;
/** A data directory that is initialised and not in use. */
let dataDir: string;
let services: Service[] = [];
let dataDirs: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-embedded-'));
  // PostgreSQL's user may pass when the tests run as root.
  await chmod(home, 0o711);
  dataDir = join(home, 'used');
  await stopped(start(dataDir));
});

beforeEach(() => {
  services = [];
  dataDirs = [dataDir];
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()));
  for (const each of dataDirs) {
    const postmaster = await findPostmaster(filesIn(each));
    if (postmaster) await stopPostmaster(filesIn(each), postmaster);
  }
});

afterAll(() => rm(home, { recursive: true }));

describe('A first start', () => {
  it('makes a database that sorts by bytes, checks its pages and keeps what it has acknowledged', async () => {
    const url = await start(freshDataDir()).started;

    const [made] = await query(
      url,
      `SELECT current_database(), current_setting('server_encoding') AS encoding,
              current_setting('data_checksums') AS checksums, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous_commit,
              (SELECT string_agg(word, ' ' ORDER BY word) FROM unnest('{b,B,ä}'::text[]) AS word) AS sorted`,
    );

    expect(made).toEqual({
      current_database: 'earmark',
      encoding: 'UTF8',
      checksums: 'on',
      fsync: 'on',
      synchronous_commit: 'on',
      sorted: 'B b ä',
    });
  });

  it('is open to this machine alone, with a password that only its owner can read', async () => {
    const fresh = freshDataDir();
    const url = await start(fresh).started;

    const [listening] = await query(
      url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
              (SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules) AS authentication`,
    );

    expect(listening).toEqual({ addresses: '127.0.0.1', sockets: '', authentication: 'scram-sha-256' });
    expect((await stat(join(fresh, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(fresh, 'postgres'))).mode & 0o777).toBe(0o700);
    const intruder = Object.assign(new URL(url), { password: 'password' });
    await expect(query(intruder.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('may be killed in its middle: the next one begins anew and clears up', async () => {
    const fresh = freshDataDir();
    await killDuringInitdb(fresh);
    expect(await readdir(fresh)).toContainEqual(expect.stringMatching(/^postgres\.init-/));
    expect(await readdir(fresh)).not.toContain('postgres');

    const url = await start(fresh).started;

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(fresh)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  it('says what to do where there is no PostgreSQL for the platform', async () => {
    const riscv = `data:text/javascript,Object.defineProperty(process, 'arch', { value: 'riscv64' })`;
    const service = start(freshDataDir(), {}, { execArgv: ['--import', riscv] });

    await expect(service.started).rejects.toThrow(
      `DATABASE_URL must be set to a PostgreSQL 15 or newer: there is no embedded one for ${process.platform}-riscv64 here`,
    );
  });
});

describe('A start', () => {
  it('finds what was stored before', async () => {
    const first = start(dataDir);
    await query(await first.started, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const url = await start(dataDir).started;

    expect(await query(url, 'TABLE kept')).toEqual([{ answer: 42 }]);
  });

  it('takes over a PostgreSQL whose service was killed, and can stop it', async () => {
    const killed = start(dataDir);
    const url = await killed.started;
    const postmaster = await postmasterPid(dataDir);
    await killed.kill();

    const next = start(dataDir);

    expect(await next.started).toBe(url);
    expect(await postmasterPid(dataDir)).toBe(postmaster);
    await next.stop();
    expect(await findPostmaster(filesIn(dataDir))).toBeNull();
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not misled by a stale lock file whose process id now belongs to another program', async () => {
    await killEverything(dataDir);
    // Of PostgreSQL's own user, which is what PostgreSQL itself cannot tell from a postmaster.
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    const stranger = spawn('sleep', ['600'], { uid, gid });
    await once(stranger, 'spawn');
    await claimLockFile(dataDir, stranger.pid);

    const url = await start(dataDir).started;

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(stranger.signalCode).toBeNull();
    stranger.kill();
  });

  it('is not misled by a stale lock file whose process id now belongs to another PostgreSQL', async () => {
    await killEverything(dataDir);
    const other = freshDataDir();
    const otherUrl = await start(other).started;
    await claimLockFile(dataDir, await postmasterPid(other));

    const url = await start(dataDir).started;

    expect(url).not.toBe(otherUrl);
    expect(await query(otherUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('waits for the last processes of a killed PostgreSQL', async () => {
    const killed = start(dataDir);
    const client = await connected(await killed.started);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const backend = rows[0]?.pid ?? 0;
    // A stopped process stands for one that is busy: it does not notice the death of its postmaster.
    process.kill(backend, 'SIGSTOP');
    await killed.kill();
    process.kill(await postmasterPid(dataDir), 'SIGKILL');

    const next = start(dataDir);
    await next.says(/still in use[^]*trying again/);
    process.kill(backend, 'SIGKILL');

    expect(await query(await next.started, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that fails says what the server said', async () => {
    const service = start(dataDir, { shared_buffers: 'plenty' });

    await expect(service.started).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"/);
  });

  it('puts a long log aside', async () => {
    const log = join(dataDir, 'postgres.log');
    await truncate(log, 6 * 1024 * 1024);

    await start(dataDir).started;

    expect((await stat(log)).size).toBeLessThan(10_000);
    expect((await stat(`${log}.1`)).size).toBe(6 * 1024 * 1024);
  });

  const asRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0 ? it : it.skip;

  asRootOnLinux('works as root in a directory that is closed to other users', async () => {
    const closed = await mkdtemp(join(home, 'closed-'));
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    const inClosed = join(closed, 'data');
    dataDirs.push(inClosed);

    const first = start(inClosed);
    await query(await first.started, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    expect(await query(await start(inClosed).started, 'TABLE kept')).toEqual([{ answer: 42 }]);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });

  asRootOnLinux('takes a directory that root has restored from a copy', async () => {
    const copy = freshDataDir();
    await once(spawn('cp', ['-r', '--preserve=mode', dataDir, copy]), 'exit');
    expect((await stat(join(copy, 'postgres', 'global'))).uid).toBe(0);

    expect(await query(await start(copy).started, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('Two services on one data directory', () => {
  it('are one too many: the second is told so, and the first does not notice', async () => {
    const url = await start(dataDir).started;

    await expect(start(dataDir).started).rejects.toMatchObject({
      name: 'DataDirectoryInUse',
      message: `Another Earmark is running on ${dataDir}: stop it, or set DATA_DIR to another directory.`,
    });

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that start at the same moment where there is nothing yet: exactly one wins', async () => {
    await expectOneWinner(freshDataDir());
  });

  it('that start at the same moment where all was killed: exactly one wins', async () => {
    await killEverything(dataDir);
    await expectOneWinner(dataDir);
  });

  it('are prevented again after the lock was lost', async () => {
    const first = start(dataDir);
    const url = await first.started;
    await query(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database IS NOT NULL`,
    );
    await first.says(/is back/);

    await expect(start(dataDir).started).rejects.toMatchObject({ name: 'DataDirectoryInUse' });
  });

  async function expectOneWinner(contested: string) {
    const starts = [start(contested), start(contested), start(contested)];
    const results = await Promise.allSettled(starts.map((each) => each.started));
    const losers = results.filter((each) => each.status === 'rejected').map((each) => each.reason as Error);
    const winners = results.filter((each) => each.status === 'fulfilled').map((each) => each.value);

    expect(losers.map((each) => each.name)).toEqual(['DataDirectoryInUse', 'DataDirectoryInUse']);
    expect(await query(winners[0] ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(contested)).toBe(winners[0]);
  }
});

describe('Commands on one data directory', () => {
  const isGone = async () => (await findPostmaster(filesIn(dataDir))) === null;

  it('use the same PostgreSQL, which ends with the last of them', async () => {
    const [first, second, third] = [command(dataDir), command(dataDir), command(dataDir)];
    const url = await first.started;
    expect([await second.started, await third.started]).toEqual([url, url]);
    const working = await connected(url);

    await first.stop();
    await second.stop();
    expect((await working.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);

    await third.stop();
    expect(await isGone()).toBe(true);
  });

  it('that begin at the same moment where there is nothing yet: every one has its PostgreSQL', async () => {
    const fresh = freshDataDir();
    const commands = [command(fresh), command(fresh), command(fresh)];
    const urls = await Promise.all(commands.map(({ started }) => started));

    expect(new Set(urls).size).toBe(1);
    expect(await query(urls[0]!, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that end at the same moment leave no PostgreSQL behind', async () => {
    // In one process, so that both ask before either has the answer; which is likely, not certain, in a round.
    const begin = () => startEmbeddedPostgres(dataDir, undefined, { role: 'command line' });
    for (let round = 0; round < 10; round++) {
      const commands = [await begin(), await begin()];
      await Promise.all(commands.map((each) => each.stop()));
      expect(await isGone()).toBe(true);
    }
  });

  it('that begin while the last one ends have a PostgreSQL nevertheless', async () => {
    for (let round = 0; round < 5; round++) {
      const ending = command(dataDir);
      await ending.started;
      const beginning = command(dataDir);
      const [, url] = await Promise.all([ending.stop(), beginning.started]);
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await beginning.stop();
    }
    expect(await isGone()).toBe(true);
  });

  it('leave it to a service that began meanwhile', async () => {
    const first = command(dataDir);
    const url = await first.started;
    const service = start(dataDir);
    expect(await service.started).toBe(url);
    const working = await connected(url);

    await first.stop();
    expect((await working.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(dataDir)).toBe(url);

    await service.stop();
    expect(await isGone()).toBe(true);
  });

  it('keep it when the service ends before them, and no service is found then', async () => {
    const service = start(dataDir);
    const url = await service.started;
    const outliving = command(dataDir);
    expect(await outliving.started).toBe(url);

    await service.stop();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();

    await outliving.stop();
    expect(await isGone()).toBe(true);
  });

  it('still let one service be the only one', async () => {
    await command(dataDir).started;
    await start(dataDir).started;

    await expect(start(dataDir).started).rejects.toMatchObject({ name: 'DataDirectoryInUse' });
  });

  it.each(['service', 'command line'] as const)(
    'that are killed are in nobody’s way: neither in that of a %s, nor of those that still work',
    async (role) => {
      const [killed, other] = [command(dataDir), command(dataDir)];
      const url = await killed.started;
      await other.started;
      await killed.kill();
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await other.kill();

      const next = start(dataDir, {}, { role });
      expect(await next.started).toBe(url);
      await next.stop();
      expect(await isGone()).toBe(true);
    },
  );

  it('go on with their PostgreSQL started again when it is killed', async () => {
    const [first, second] = [command(dataDir), command(dataDir)];
    const url = await first.started;
    await second.started;
    process.kill(await postmasterPid(dataDir), 'SIGKILL');

    await Promise.all([first.says(/is back/), second.says(/is back/)]);
    await first.stop();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await isGone()).toBe(true);
  });
});

describe('A running service', () => {
  it('has its PostgreSQL started again when that is killed, under the same URL', async () => {
    const service = start(dataDir);
    const url = await service.started;
    process.kill(await postmasterPid(dataDir), 'SIGKILL');

    await service.says(/is back/);

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await service.stop();
    expect(await findPostmaster(filesIn(dataDir))).toBeNull();
  });

  it('keeps its PostgreSQL on Ctrl-C until it has done with it', async () => {
    const service = start(dataDir);
    const client = await connected(await service.started);

    service.interrupt();
    await service.says(/interrupted/);

    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await findPostmaster(filesIn(dataDir))).toMatchObject({ state: 'ready' });
    client.on('error', () => undefined);
  });

  it('is found by others; a PostgreSQL without a service is not', async () => {
    expect(await findEmbeddedPostgres(join(home, 'nowhere'))).toBeNull();
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();

    const service = start(dataDir);
    const url = await service.started;
    expect(await findEmbeddedPostgres(dataDir)).toBe(url);

    await service.kill();
    await start(dataDir).stop();
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  });
});

function start(...parameters: ConstructorParameters<typeof Service>): Service {
  const service = new Service(...parameters);
  services.push(service);
  return service;
}

const command = (directory: string) => start(directory, {}, { role: 'command line' });

async function stopped(service: Service): Promise<void> {
  await service.started;
  await service.stop();
}

function freshDataDir(): string {
  const fresh = join(home, `fresh-${String(dataDirs.length)}-${String(Date.now())}`);
  dataDirs.push(fresh);
  return fresh;
}

/** Kills the service and its initdb when that has begun to write. */
async function killDuringInitdb(directory: string): Promise<void> {
  const service = start(directory);
  await service.says(/Creating a PostgreSQL database/);
  const begun = (name: string) =>
    name.startsWith('postgres.init-') && existsSync(join(directory, name, 'cluster', 'PG_VERSION'));
  while (!(await readdir(directory)).some(begun)) await setImmediate();
  await service.killGroup();
}

/** As a crash of the machine does: the service, PostgreSQL, and no time to remove the lock file. */
async function killEverything(directory: string): Promise<void> {
  const service = start(directory);
  await service.started;
  await service.kill();
  process.kill(await postmasterPid(directory), 'SIGKILL');
}

async function postmasterPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(lockFile(directory), 'utf8'));
}

async function claimLockFile(directory: string, pid: number | undefined): Promise<void> {
  const lock = await readFile(lockFile(directory), 'utf8');
  await writeFile(lockFile(directory), lock.replace(/^\d+/, String(pid)));
}

const lockFile = (directory: string) => join(directory, 'postgres', 'postmaster.pid');

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = await connected(url);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
