import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from '../../../src/shared/persistence/embedded-cluster.js';
import { findPostmaster } from '../../../src/shared/persistence/embedded-postmaster.js';
import { connected, lockFile, postmasterPid, query, useDataDirs } from '../../support/data-dirs.js';

const dirs = useDataDirs();

describe('A start', () => {
  it('takes over a PostgreSQL whose service was killed, and can stop it', async () => {
    const killed = dirs.start(dirs.used);
    const url = await killed.started;
    const postmaster = await postmasterPid(dirs.used);
    await killed.kill();

    const next = dirs.start(dirs.used);

    expect(await next.started).toBe(url);
    expect(await postmasterPid(dirs.used)).toBe(postmaster);
    await next.stop();
    expect(await findPostmaster(filesIn(dirs.used))).toBeNull();
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not misled by a stale lock file whose process id now belongs to another program', async () => {
    await dirs.crash(dirs.used);
    // Of PostgreSQL's own user, which is what PostgreSQL itself cannot tell from a postmaster.
    const { uid, gid } = await stat(join(dirs.used, 'postgres'));
    const stranger = spawn('sleep', ['600'], { uid, gid });
    await once(stranger, 'spawn');
    await claimLockFile(dirs.used, stranger.pid);

    const url = await dirs.start(dirs.used).started;

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(stranger.signalCode).toBeNull();
    stranger.kill();
  });

  it('is not misled by a stale lock file whose process id now belongs to another PostgreSQL', async () => {
    await dirs.crash(dirs.used);
    const other = dirs.fresh();
    const otherUrl = await dirs.start(other).started;
    await claimLockFile(dirs.used, await postmasterPid(other));

    const url = await dirs.start(dirs.used).started;

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

    const next = dirs.start(dirs.used);
    await next.says(/still in use[^]*trying again/);
    process.kill(backend, 'SIGKILL');

    expect(await query(await next.started, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that fails says what the server said', async () => {
    const service = dirs.start(dirs.used, { shared_buffers: 'plenty' });

    await expect(service.started).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"/);
  });

  it('puts a long log aside', async () => {
    const log = join(dirs.used, 'postgres.log');
    await truncate(log, 6 * 1024 * 1024);

    await dirs.start(dirs.used).started;

    expect((await stat(log)).size).toBeLessThan(10_000);
    expect((await stat(`${log}.1`)).size).toBe(6 * 1024 * 1024);
  });
});

async function claimLockFile(directory: string, pid: number | undefined): Promise<void> {
  const lock = await readFile(lockFile(directory), 'utf8');
  await writeFile(lockFile(directory), lock.replace(/^\d+/, String(pid)));
}
