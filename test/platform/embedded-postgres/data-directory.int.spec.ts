import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { query, useDataDirs } from '../../support/data-dirs.js';

// Each initdb takes half a minute on a machine that is busy with other things.

const dirs = useDataDirs();

describe('A first start', () => {
  it('makes a safe database that sorts by bytes, for this machine alone, with a password for its owner alone', async () => {
    const fresh = dirs.fresh();
    const url = await dirs.startHere(fresh).started;

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

    const [listening] = await query(
      url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
              (SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules) AS authentication`,
    );

    const sockets = join(fresh, 'postgres.socket');
    expect(listening).toEqual({ addresses: '', sockets, authentication: 'scram-sha-256' });
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    expect((await stat(join(fresh, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(fresh, 'postgres'))).mode & 0o777).toBe(0o700);
    expect((await stat(fresh)).mode & 0o777).toBe(0o700);
    const intruder = Object.assign(new URL(url), { password: 'password' });
    await expect(query(intruder.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('that is killed half-way leaves the next one to begin again and clear up', async () => {
    const fresh = dirs.fresh();
    await killDuringInitdb(fresh);
    expect(await readdir(fresh)).toContainEqual(expect.stringMatching(/^postgres\.init-/));
    expect(await readdir(fresh)).not.toContain('postgres');

    const url = await dirs.startHere(fresh).started;

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(fresh)).sort()).toEqual([
      'postgres',
      'postgres.log',
      'postgres.password',
      'postgres.socket',
    ]);
  });

  it('says what to do if there is no PostgreSQL for the platform', async () => {
    const riscv = `data:text/javascript,Object.defineProperty(process, 'arch', { value: 'riscv64' })`;
    const service = dirs.start(dirs.fresh(), {}, { execArgv: ['--import', riscv] });

    await expect(service.started).rejects.toThrow(
      `DATABASE_URL must be set to a PostgreSQL 15 or newer: this installation has no embedded one for ${process.platform}-riscv64`,
    );
  });
});

describe('A start', () => {
  it('finds what was stored before', async () => {
    const first = dirs.startHere(dirs.used);
    await query(await first.started, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const url = await dirs.startHere(dirs.used).started;

    expect(await query(url, 'TABLE kept')).toEqual([{ answer: 42 }]);
  });

  const asRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0 ? it : it.skip;

  asRootOnLinux('works as root in a directory that is closed to other users', async () => {
    const closed = await mkdtemp(join(dirs.home, 'closed-'));
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    const inClosed = dirs.fresh(closed);

    const first = dirs.startHere(inClosed);
    await query(await first.started, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    expect(await query(await dirs.startHere(inClosed).started, 'TABLE kept')).toEqual([{ answer: 42 }]);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });

  asRootOnLinux('takes a directory that root has restored from a copy', async () => {
    const copy = dirs.fresh();
    await once(spawn('cp', ['-r', '--preserve=mode', dirs.used, copy]), 'exit');
    expect((await stat(join(copy, 'postgres', 'global'))).uid).toBe(0);

    expect(await query(await dirs.startHere(copy).started, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

/** Kills the service and its initdb when that has begun to write. */
async function killDuringInitdb(directory: string): Promise<void> {
  const service = dirs.start(directory);
  await service.says(/Creating a PostgreSQL database/);
  const begun = (name: string) =>
    name.startsWith('postgres.init-') && existsSync(join(directory, name, 'cluster', 'PG_VERSION'));
  while (!(await readdir(directory)).some(begun)) await setImmediate();
  await service.killGroup();
}
