import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeBackup } from '../../../src/platform/backup/backup.js';
import { restoreBackup } from '../../../src/platform/backup/restore.js';
import { connected, query, useDataDirs } from '../../support/data-dirs.js';

const dirs = useDataDirs();

let backups = 0;
const backup = (dataDir: string, options = {}) =>
  makeBackup({ dataDir, target: join(dirs.home, `backup-${++backups}`), bin: null, ...options }).then(() =>
    join(dirs.home, `backup-${backups}`),
  );
const restore = (
  from: string,
  dataDir: string,
  finish: (url: string) => Promise<void> = () => Promise.resolve(),
) => restoreBackup({ backup: from, dataDir, bin: null, finish });

describe('A backup', () => {
  it('is consistent, although the write-ahead log of its time is removed by checkpoints', async () => {
    const dataDir = await dirs.copy();
    const url = await dirs.startHere(dataDir).started;
    await query(url, 'create table noted (at int primary key)');
    await query(url, 'insert into noted select generate_series(1, 1000)');

    async function writeMuch(): Promise<void> {
      const client = await connected(url);
      for (let n = 1; n <= 8; n++) {
        await client.query(`insert into noted select generate_series(${n}001, ${n + 1}000)`);
        await client.query('select pg_switch_wal()');
        await client.query('checkpoint');
      }
      await client.end();
    }
    let writing: Promise<void> | undefined;
    const made = await backup(dataDir, {
      bytesPerSecond: 8_000_000,
      report: () => (writing ??= writeMuch()),
    });
    await writing;

    const restored = dirs.fresh();
    await restore(made, restored);
    const again = await dirs.startHere(restored).started;
    const [{ count, last }] = (await query(
      again,
      'select count(*)::int as count, max(at) as last from noted',
    )) as [{ count: number; last: number }];
    expect(count).toBe(last);
    expect(count).toBeGreaterThan(1_000);
  });

  it('is made without a service, too, and leaves no server behind', async () => {
    const dataDir = await dirs.copy();
    await backup(dataDir);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('keeps no write-ahead log once it is made', async () => {
    const dataDir = await dirs.copy();
    const url = await dirs.startHere(dataDir).started;
    await backup(dataDir);
    expect(await query(url, 'select from pg_replication_slots')).toEqual([]);
  });

  it('is refused if the database has tablespaces, and leaves nothing', async () => {
    const dataDir = await dirs.copy();
    const url = await dirs.startHere(dataDir).started;
    const client = await connected(url);
    await client.query('set allow_in_place_tablespaces = on');
    await client.query(`create tablespace elsewhere location ''`);
    await client.end();
    await expect(backup(dataDir)).rejects.toThrow('has tablespaces');
    expect((await readdir(dirs.home)).filter((name) => name.includes('.incomplete-'))).toEqual([]);
  });
});

describe('A restore', () => {
  it('leaves an empty data directory if its last work fails', async () => {
    const made = await backup(await dirs.copy());
    const dataDir = dirs.fresh();
    const fails = () => Promise.reject(new Error('no'));
    await expect(restore(made, dataDir, fails)).rejects.toThrow('no');
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('that is overtaken by another one fails, and leaves what the other makes', async () => {
    const made = await backup(await dirs.copy());
    const dataDir = dirs.fresh();
    const failed = new EventEmitter();
    let second: Promise<void> | undefined;
    const first = restore(made, dataDir, async () => {
      await new Promise<void>((overtaken, reject) => {
        second = restore(made, dataDir, async () => {
          const firstHasFailed = once(failed, 'first');
          overtaken();
          await firstHasFailed;
        });
        second.catch(reject);
      });
    });
    await expect(first).rejects.toThrow();
    failed.emit('first');
    await second;
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.password']);
    expect(await query(await dirs.commandHere(dataDir).started, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('leaves the files of a service that was started meanwhile', async () => {
    const made = await backup(await dirs.copy());
    const dataDir = dirs.fresh();
    const password = join(dataDir, 'postgres.password');
    const makesPassword = () => writeFile(password, 'of the service');
    await expect(restore(made, dataDir, makesPassword)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(dataDir)).toEqual(['postgres.password']);
    expect(await readFile(password, 'utf8')).toBe('of the service');
  });

  it('takes back what it has put into its place if its last step fails', async () => {
    const made = await backup(await dirs.copy());
    const dataDir = dirs.fresh();
    // Not empty, so PostgreSQL's directory cannot replace it.
    const isInTheWay = async () => void (await mkdir(join(dataDir, 'postgres', 'mine'), { recursive: true }));
    await expect(restore(made, dataDir, isInTheWay)).rejects.toThrow('ENOTEMPTY');
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('leaves no directory of sockets behind if the path of the data directory is too long for one', async () => {
    const made = await backup(await dirs.copy());
    let sockets = '';
    await restore(made, join(dirs.fresh(), 'long-'.repeat(20)), (url) => {
      sockets = decodeURIComponent(new URL(url).hostname);
      return Promise.resolve();
    });
    expect(dirname(sockets)).toBe(tmpdir());
    expect(existsSync(sockets)).toBe(false);
  });
});
