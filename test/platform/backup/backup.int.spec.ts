import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
const restore = (from: string, dataDir: string, finish = () => Promise.resolve()) =>
  restoreBackup({ backup: from, dataDir, bin: null, finish });

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
});
