import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../../src/platform/embedded-postgres/data-directory.js';
import type { Postmaster } from '../../../src/platform/embedded-postgres/postmaster.js';
import { eventually } from '../../../testing/eventually.js';

const { mkdir, readFile, rm, stat, symlink, truncate, writeFile } = fs;

/** Whether the system tells of its processes by files, as Linux does. */
let hasProc = true;
jest.unstable_mockModule('node:fs/promises', () => ({
  ...fs,
  readFile: (path: string, encoding?: BufferEncoding) =>
    path.startsWith('/proc/') && !hasProc ? Promise.reject(new Error('ENOENT')) : readFile(path, encoding),
}));
const { filesIn, openCluster, urlOf } =
  await import('../../../src/platform/embedded-postgres/data-directory.js');
const { awaitPostmaster, findPostmaster, freePort, startPostmaster, stopPostmaster } =
  await import('../../../src/platform/embedded-postgres/postmaster.js');

const { connected, lockFile, postmasterPid, query, useDataDirs } = await import('../../support/data-dirs.js');

const OVER_TCP = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
const dirs = useDataDirs();
const { cluster } = filesIn(dirs.used);

/** Writes a lock file as the postmaster does: nobody reads half of it. */
const writeLockFile = async (pid: number, state = 'starting', port = 5_432) => {
  const written = `${lockFile(dirs.used)}.new`;
  await writeFile(written, [pid, cluster, 0, port, '', '', '', `${state}  `, ''].join('\n'));
  await fs.rename(written, lockFile(dirs.used));
};
const found = () => findPostmaster(filesIn(dirs.used));

describe('A service', () => {
  it('takes over a PostgreSQL whose service was killed, and can stop it', async () => {
    const killed = dirs.start(dirs.used);
    const url = await killed.started;
    const postmaster = await postmasterPid(dirs.used);
    await killed.kill();

    const next = dirs.startHere(dirs.used);

    expect(await next.started).toBe(url);
    expect(await postmasterPid(dirs.used)).toBe(postmaster);
    await next.stop();
    expect(await findPostmaster(filesIn(dirs.used))).toBeNull();
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ENOENT', syscall: 'connect' });
  });

  it('is not misled by a stale lock file whose process id now belongs to another program', async () => {
    await dirs.crash(dirs.used);
    // Of PostgreSQL's own user, which is what PostgreSQL itself cannot tell from a postmaster.
    const { uid, gid } = await stat(join(dirs.used, 'postgres'));
    const stranger = spawn('sleep', ['600'], { uid, gid });
    await once(stranger, 'spawn');
    await claimLockFile(dirs.used, stranger.pid);

    const url = await dirs.startHere(dirs.used).started;

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(stranger.signalCode).toBeNull();
    stranger.kill();
  });

  it('is not misled by a stale lock file whose process id now belongs to another PostgreSQL', async () => {
    const other = await dirs.copy();
    await dirs.crash(dirs.used);
    const otherUrl = await dirs.startHere(other).started;
    await claimLockFile(dirs.used, await postmasterPid(other));

    const url = await dirs.startHere(dirs.used).started;

    expect(url).not.toBe(otherUrl);
    expect(await query(otherUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('waits for the last processes of a killed PostgreSQL', async () => {
    const killed = dirs.start(dirs.used);
    const client = await connected(await killed.started);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const backend = rows[0]?.pid ?? 0;
    // A stopped process stands for one that is busy: it does not notice the death of its postmaster.
    process.kill(backend, 'SIGSTOP');
    await killed.kill();
    process.kill(await postmasterPid(dirs.used), 'SIGKILL');

    const next = dirs.startHere(dirs.used);
    await next.says(/still in use[^]*trying again/);
    process.kill(backend, 'SIGKILL');

    expect(await query(await next.started, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('The PostgreSQL server', () => {
  let opened: Cluster;
  const files = filesIn(dirs.used);
  beforeEach(async () => {
    opened = await openCluster(dirs.used, () => undefined);
    await rm(files.log, { force: true });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const start = async (settings: Record<string, string> = {}, signal?: AbortSignal) =>
    startPostmaster(opened, await freePort(), settings, signal);
  const urlTo = ({ port }: Postmaster) => urlOf(opened.password, port, 'postgres');
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('takes connections on its port as soon as the start resolves, and is found there', async () => {
    const port = await freePort();
    const postmaster = await startPostmaster(opened, port, {});

    expect(postmaster).toEqual({
      pid: await postmasterPid(dirs.used),
      port,
      socketDir: null,
      state: 'ready',
    });
    expect(await query(urlTo(postmaster), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findPostmaster(files)).toEqual(postmaster);
    expect(await awaitPostmaster(files)).toEqual(postmaster);
  });

  it('has our settings, over which those of the caller take precedence', async () => {
    const postmaster = await start({ shared_buffers: '64MB', work_mem: '8MB' });
    const names = ['max_connections', 'shared_buffers', 'max_wal_size', 'log_min_messages', 'work_mem'];

    expect(
      await query(
        urlTo(postmaster),
        `SELECT name, current_setting(name) AS value FROM unnest('{${names.join()}}'::text[]) AS name`,
      ),
    ).toEqual([
      { name: 'max_connections', value: '110' },
      { name: 'shared_buffers', value: '64MB' },
      { name: 'max_wal_size', value: '2GB' },
      { name: 'log_min_messages', value: 'log' },
      { name: 'work_mem', value: '8MB' },
    ]);
  });

  it('is gone after a stop, with its lock file, and a second stop does nothing', async () => {
    const postmaster = await start();
    const working = await connected(urlTo(postmaster));
    await stopPostmaster(files, postmaster);

    await expect(working.query('SELECT 1')).rejects.toThrow();
    expect(existsSync(lockFile(dirs.used))).toBe(false);
    expect(await readFile(files.log, 'utf8')).toMatch(/fast shutdown request/);
    expect(await readFile(files.log, 'utf8')).not.toMatch(/immediate shutdown request/);
    expect(await findPostmaster(files)).toBeNull();
    await stopPostmaster(files, postmaster);
  });

  it('is stopped without writing everything out if that takes too long', async () => {
    const postmaster = await start();
    const kill = jest.spyOn(process, 'kill');
    // It stands for one that is busy, which hears of nothing.
    process.kill(postmaster.pid, 'SIGSTOP');
    const stopped = stopPostmaster(files, postmaster);
    const later = Date.now() + 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later + performance.now());
    await eventually('it is told to hurry', () => kill.mock.calls.some(([, signal]) => signal === 'SIGQUIT'));
    process.kill(postmaster.pid, 'SIGCONT');
    await stopped;

    const signals = kill.mock.calls.map(([, signal]) => signal).filter((signal) => signal !== 0);
    expect(signals.slice(0, 3)).toEqual(['SIGSTOP', 'SIGINT', 'SIGQUIT']);
    expect(await readFile(files.log, 'utf8')).toMatch(/immediate shutdown/);
  });

  it('rejects a start that fails with the reason', async () => {
    await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(
      new RegExp(
        `^PostgreSQL did not start in ${files.cluster}:\n[^]*invalid value for parameter "shared_buffers": "plenty"`,
      ),
    );
    const none = { ...opened, programs: { ...opened.programs, postgres: '/no/such/program' } };
    await expect(
      startPostmaster({ ...none, launch: { prefix: [], as: {} } }, await freePort(), {}),
    ).rejects.toThrow(/:\nspawn \/no\/such\/program ENOENT$/);
  });

  it('is refused while another one runs on its directory', async () => {
    const postmaster = await start();

    await expect(start()).rejects.toThrow('lock file "postmaster.pid" already exists');
    expect(await findPostmaster(files)).toEqual(postmaster);
  });

  it('is quoted with the last ten lines of its own when it does not start', async () => {
    await writeFile(files.log, 'of another start\n');
    const shell = { prefix: ['sh', '-c', 'seq 1 12; exit 3'], as: {} };

    await expect(startPostmaster({ ...opened, launch: shell }, await freePort(), {})).rejects.toMatchObject({
      message: `PostgreSQL did not start in ${files.cluster}:\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12`,
      cause: new Error('exit code 3, signal null'),
    });
    expect(await readFile(files.log, 'utf8')).toMatch(/^of another start\n1\n2\n/);
  });

  it('is not left behind by a start that is aborted', async () => {
    const sleeping = { ...opened, launch: { prefix: ['sh', '-c', 'echo $$; exec sleep 60'], as: {} } };
    const broken = new AbortController();
    const started = startPostmaster(sleeping, await freePort(), {}, broken.signal);
    await eventually('it runs', async () => (await readFile(files.log, 'utf8').catch(() => '')) !== '');
    const pid = Number(await readFile(files.log, 'utf8'));
    broken.abort();

    await expect(started).rejects.toThrow('This operation was aborted');
    await eventually('it has ended', () => !isAlive(pid));
  });

  it('is given up if it is not ready in time', async () => {
    const sleeping = { ...opened, launch: { prefix: ['sh', '-c', 'echo Slow.; exec sleep 60'], as: {} } };
    let now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 20_000));

    await expect(startPostmaster(sleeping, await freePort(), {})).rejects.toThrow(
      `PostgreSQL did not start in ${files.cluster}:\nSlow.`,
    );
  });

  it('is waited for as long as it writes to its log, as it does while it replays its write-ahead log', async () => {
    const sleeping = { ...opened, launch: { prefix: ['sh', '-c', 'echo $$; exec sleep 60'], as: {} } };
    let now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    const started = startPostmaster(sleeping, await freePort(), {});
    started.catch(() => undefined);
    await eventually('it runs', async () => (await readFile(files.log, 'utf8').catch(() => '')) !== '');
    const pid = Number(await readFile(files.log, 'utf8'));
    for (const minutes of [4, 8, 12]) {
      await fs.appendFile(files.log, `redo in progress, ${minutes} minutes\n`);
      const looks = clock.mock.calls.length;
      await eventually('the line is seen', () => clock.mock.calls.length > looks + 5);
      now += 4 * 60_000;
    }
    await writeLockFile(pid, 'ready');
    expect(await started).toMatchObject({ pid, state: 'ready' });
    process.kill(pid);
    await rm(lockFile(dirs.used));
  });

  it('appends to its log, which only its owner can read', async () => {
    await stopPostmaster(files, await start());
    const first = await readFile(files.log, 'utf8');
    await start();

    expect(await readFile(files.log, 'utf8')).toMatch(new RegExp(`^[^]{${first.length}}.`));
    expect((await stat(files.log)).mode & 0o777).toBe(0o600);
  });

  it('renames a long log and begins a new one', async () => {
    await writeFile(files.log, '');
    await truncate(files.log, 5 * 1024 * 1024 + 1);
    await start();

    expect((await stat(files.log)).size).toBeLessThan(10_000);
    expect((await stat(`${files.log}.1`)).size).toBe(5 * 1024 * 1024 + 1);
    await rm(`${files.log}.1`);
  });
});

/** Elsewhere a process cannot be asked what its command was. */
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('A lock file', () => {
  const ends: (() => void)[] = [];
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const end of ends.splice(0)) end();
    await rm(lockFile(dirs.used), { recursive: true, force: true });
  });

  /** A process that looks like a PostgreSQL on a directory. */
  const lookalike = (...options: readonly string[]) => program('/some/where/postgres', ...options);
  const program = (name: string, ...options: readonly string[]) => {
    const { pid, stdin } = spawn('sh', ['-c', 'read line', ...options], { argv0: name });
    ends.push(() => stdin.end());
    return pid!;
  };

  it('that is missing or empty names no server', async () => {
    expect(await found()).toBeNull();
    await writeFile(lockFile(dirs.used), '');
    expect(await found()).toBeNull();
  });

  it('names its postmaster, whichever path leads to the directory', async () => {
    const link = join(dirs.home, 'link');
    await symlink(cluster, link);
    for (const path of [cluster, link]) {
      const pid = lookalike('-x', '-D', path, '-p', '1');
      await writeLockFile(pid);
      expect(await found()).toEqual({ pid, port: 5_432, socketDir: null, state: 'starting' });
    }
  });

  it('of an older PostgreSQL has no state', async () => {
    const pid = lookalike('-D', cluster);
    await writeFile(lockFile(dirs.used), `${pid}\n${cluster}\n0\n5432`);
    expect(await found()).toEqual({ pid, port: 5_432, socketDir: null, state: '' });
  });

  it.each<[string, () => number]>([
    ['another program', () => program('/some/where/other', '-D', cluster)],
    ['a PostgreSQL on another directory', () => lookalike('-D', dirs.home)],
    ['a PostgreSQL on a directory that is gone', () => lookalike('-D', '/no/such/directory')],
    ['another process of PostgreSQL', () => lookalike()],
  ])('is stale if its process is %s', async (_, begin) => {
    await writeLockFile(begin());
    expect(await found()).toBeNull();
  });

  it('is stale if its process is gone', async () => {
    const pid = lookalike('-D', cluster);
    await writeLockFile(pid);
    ends.pop()!();
    await eventually('it is stale', async () => (await found()) === null);
  });

  it('is believed if we may not signal its process', async () => {
    const pid = lookalike('-D', cluster);
    await writeLockFile(pid);
    jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    });

    expect(await found()).toMatchObject({ pid });
    await expect(
      stopPostmaster(filesIn(dirs.used), { pid, port: 1, socketDir: null, state: '' }),
    ).rejects.toThrow('EPERM');
  });

  it('that cannot be read starts no other server', async () => {
    await mkdir(lockFile(dirs.used));
    await expect(found()).rejects.toThrow('EISDIR');
  });

  it('is waited for until its postmaster is ready', async () => {
    const pid = lookalike('-D', cluster);
    await writeLockFile(pid);
    const awaited = awaitPostmaster(filesIn(dirs.used));
    await writeLockFile(pid, 'ready');
    expect(await awaited).toEqual({ pid, port: 5_432, socketDir: null, state: 'ready' });
  });

  it('is waited for until its postmaster has shut down', async () => {
    await writeLockFile(lookalike('-D', cluster), 'stopping');
    const awaited = awaitPostmaster(filesIn(dirs.used));
    await rm(lockFile(dirs.used));
    expect(await awaited).toBeNull();
  });

  it('is given up after a time limit, or when the start is aborted', async () => {
    await writeLockFile(lookalike('-D', cluster), 'stopping');
    await expect(awaitPostmaster(filesIn(dirs.used), AbortSignal.abort())).rejects.toThrow('aborted');
    let now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 20_000));
    await expect(awaitPostmaster(filesIn(dirs.used))).rejects.toThrow(
      `PostgreSQL in ${cluster} stays "stopping".`,
    );
  });
});

describe('A lock file on a system without /proc', () => {
  beforeEach(() => {
    hasProc = false;
  });
  afterEach(() => {
    hasProc = true;
  });

  it('names the server on its port, unless that refuses our password', async () => {
    const url = await dirs.start(dirs.used).started;
    expect(await found()).toMatchObject({ state: 'ready', port: Number(new URL(url).port) });
    await eventually('nobody has stayed but the service and who asks', async () => {
      const [row] = await query(
        url,
        `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' HAVING count(*) = 2`,
      );
      return row;
    });

    const other = await connected(url);
    await other.query('ALTER DATABASE postgres ALLOW_CONNECTIONS false');
    expect(await found()).toMatchObject({ state: 'ready' });
    await other.query('ALTER DATABASE postgres ALLOW_CONNECTIONS true');
    await other.end();
  });

  it('is stale if the server has another password, or there is no server', async () => {
    const { pid } = process;
    const other = await dirs.start(await dirs.copy(), OVER_TCP).started;
    await query(other, `ALTER ROLE earmark PASSWORD 'of another server'`);
    const { port } = new URL(other);
    await writeLockFile(pid, 'ready', Number(port));
    expect(await found()).toBeNull();
    await writeLockFile(pid, 'ready', await freePort());
    expect(await found()).toBeNull();
  });
});

async function claimLockFile(directory: string, pid: number | undefined): Promise<void> {
  const lock = await readFile(lockFile(directory), 'utf8');
  await writeFile(lockFile(directory), lock.replace(/^\d+/, String(pid)));
}
