import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { query, useDataDirs } from '../../support/data-dirs.js';

const dirs = useDataDirs();

const command = (dataDir: string, ...args: readonly string[]) =>
  new CommandLine({ DATA_DIR: dataDir }, ...args);
const run = (dataDir: string, ...args: readonly string[]): Promise<Ended> => command(dataDir, ...args).ended;

/** kill -9 */
async function kill({ process, ended }: CommandLine): Promise<void> {
  process.kill('SIGKILL');
  await ended;
}

let backups = 0;
const freshBackup = () => join(dirs.home, `backup-${++backups}`);
/** A backup of a database with a table, which no test changes. */
let backup: string;
beforeAll(async () => {
  const url = await dirs.commandHere(dirs.used).started;
  await query(url, 'create table noted (at int); insert into noted values (1), (2)');
  await writeFile(join(dirs.used, 'webhooks.key'), 'a key', { mode: 0o600 });
  backup = freshBackup();
  expect(await run(dirs.used, 'backup', backup)).toMatchObject({ code: 0 });
});

const noted = async (dataDir: string) =>
  query(await dirs.commandHere(dataDir).started, 'select at from noted order by at');
const NOTED = [{ at: 1 }, { at: 2 }];
const isRestored = async (dataDir: string) => {
  expect(await noted(dataDir)).toEqual(NOTED);
  expect(await readFile(join(dataDir, 'webhooks.key'), 'utf8')).toBe('a key');
  expect(await namesIn(dataDir)).toEqual(RESTORED);
};
const RESTORED = ['postgres', 'postgres.log', 'postgres.password', 'postgres.socket', 'webhooks.key'];

const namesIn = async (directory: string) => (await readdir(directory)).sort();
const scratchIn = async (dataDir: string): Promise<string | undefined> =>
  (await readdir(dataDir).catch(() => [])).find((name) => name.startsWith('postgres.restore-'));

/** What others than their owner may read or enter. */
async function openToOthers(directory: string): Promise<string[]> {
  const names = ['', ...(await readdir(directory, { recursive: true }))];
  const modes = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name))).mode & 0o077),
  );
  return names.filter((_, i) => modes[i] !== 0);
}

/** A copy of the backup, to be damaged. */
async function copyOfBackup(): Promise<string> {
  const copy = freshBackup();
  await mkdir(copy);
  for (const name of await readdir(backup)) await copyFile(join(backup, name), join(copy, name));
  return copy;
}

describe('A backup', () => {
  it('is private, and so is what is restored from it', async () => {
    expect(await openToOthers(backup)).toEqual([]);
    const dataDir = dirs.fresh();
    expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 0 });
    expect(await openToOthers(dataDir)).toEqual([]);
    await isRestored(dataDir);
  });

  it('has a password that does not open what is restored from it', async () => {
    const dataDir = dirs.fresh();
    await run(dataDir, 'restore', backup);
    const [old, renewed] = await Promise.all(
      [backup, dataDir].map((each) => readFile(join(each, 'postgres.password'), 'utf8')),
    );
    const url = await dirs.commandHere(dataDir).started;
    expect(url).toContain(renewed);
    const service = url.replace('earmark:', 'earmark_service:');
    await expect(query(service, 'select')).resolves.toEqual([{}]);
    for (const each of [url, service])
      await expect(query(each.replace(renewed!, old!), 'select')).rejects.toMatchObject({ code: '28P01' });
  });

  it('does not replace what is there already', async () => {
    expect(await run(dirs.used, 'backup', backup)).toMatchObject({
      code: 1,
      stderr: `${backup} exists already: name a directory that does not.\n`,
    });
  });

  it('of a data directory without a database is refused, and makes none', async () => {
    const dataDir = dirs.fresh();
    expect(await run(dataDir, 'backup', freshBackup())).toMatchObject({
      code: 1,
      stderr: `${dataDir} has no database.\n`,
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each([
    ['backup', 'Back up your own with its tools: pg_basebackup or pg_dump'],
    ['restore', 'Restore your own with its own tools'],
  ])('of a PostgreSQL of your own is not what `%s` is for', async (name, instead) => {
    const settings = { DATA_DIR: dirs.fresh(), DATABASE_URL: 'postgres://me@127.0.0.1:1/mine' };
    const { code, stderr } = await new CommandLine(settings, name, backup).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL is set, but /);
    expect(stderr).toContain(`only. ${instead} (docs/operations.md)`);
  });

  it('that is killed leaves nothing under its name, and the next run makes it', async () => {
    const target = freshBackup();
    const killed = command(dirs.used, 'backup', target, '--max-rate', '1');
    const incomplete = async () =>
      (await readdir(dirs.home)).find((name) => join(dirs.home, name).startsWith(`${target}.incomplete-`));
    const left = await eventually('a part is written', async () => {
      const name = await incomplete();
      const written = name && (await stat(join(dirs.home, name, 'postgres.tar')).catch(() => null));
      return written && written.size > 0 && join(dirs.home, name);
    });
    await kill(killed);

    expect(existsSync(target)).toBe(false);
    expect(await run(dirs.fresh(), 'restore', left)).toMatchObject({
      code: 1,
      stderr: `${left} cannot be restored: it is no complete backup: it has no backup.json.\n`,
    });
    const mine = `${target}.incomplete-notes`;
    await mkdir(mine);
    expect(await run(dirs.used, 'backup', target)).toMatchObject({ code: 0 });
    expect(existsSync(left)).toBe(false);
    expect(existsSync(mine)).toBe(true);
    expect(await run(dirs.used, 'restore', '--check', target)).toMatchObject({ code: 0, stderr: '' });
  });

  it('that is interrupted by Ctrl-C leaves nothing', async () => {
    const target = freshBackup();
    const { process, ended } = command(dirs.used, 'backup', target, '--max-rate', '1');
    const mine = async () =>
      (await readdir(dirs.home)).filter((name) => join(dirs.home, name).startsWith(target));
    await eventually('it has begun', async () => (await mine()).length > 0);
    process.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130 });
    expect(await mine()).toEqual([]);
  });
});

describe('A restore', () => {
  it.each([
    ['while it writes the files', 'postgres/base'],
    ['while PostgreSQL replays the log', 'postgres/postmaster.pid'],
  ])(
    'that is killed %s leaves nothing that a service starts on, and the next run completes it',
    async (_, reached) => {
      const dataDir = dirs.fresh();
      const killed = command(dataDir, 'restore', backup);
      await eventually('it is so far', async () => {
        const scratch = await scratchIn(dataDir);
        return scratch !== undefined && existsSync(join(dataDir, scratch, reached));
      });
      await kill(killed);

      expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
      await expect(dirs.startHere(dataDir).started).rejects.toThrow(
        `DATA_DIR cannot be used: the restore of a backup into ${dataDir} has not finished.`,
      );
      expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 0, stderr: '' });
      await isRestored(dataDir);
    },
  );

  it('that is killed before its last step is begun again', async () => {
    const dataDir = dirs.fresh();
    await mkdir(join(dataDir, 'postgres.restore-killed', 'postgres'), { recursive: true });
    for (const name of ['postgres.password', 'webhooks.key'])
      await copyFile(join(backup, name), join(dataDir, name));
    await writeFile(join(dataDir, 'other.key'), 'of another backup');
    expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 0, stderr: '' });
    await isRestored(dataDir);
  });

  it('that is killed after its last step is complete, and the next start removes what is left', async () => {
    const dataDir = dirs.fresh();
    await run(dataDir, 'restore', backup);
    await mkdir(join(dataDir, 'postgres.restore-killed'));
    expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 1 });
    await isRestored(dataDir);
  });

  it('that is interrupted by Ctrl-C leaves an empty data directory', async () => {
    const dataDir = dirs.fresh();
    const { process, ended } = command(dataDir, 'restore', backup);
    await eventually('it has begun', async () => (await scratchIn(dataDir)) !== undefined);
    process.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130 });
    expect(await namesIn(dataDir)).toEqual([]);
  });

  it('is refused by a data directory that is in use, or not empty', async () => {
    const inUse = await dirs.copy();
    await dirs.startHere(inUse).started;
    expect(await run(inUse, 'restore', backup)).toMatchObject({
      code: 1,
      stderr: `Another Earmark is running on ${inUse}: stop it, or set DATA_DIR to another directory.\n`,
    });
    const notEmpty = dirs.fresh();
    await mkdir(join(notEmpty, 'mail'), { recursive: true });
    expect(await run(notEmpty, 'restore', backup)).toMatchObject({
      code: 1,
      stderr: `${notEmpty} is not empty: move it away, or set DATA_DIR to another directory.\n`,
    });
    expect(await namesIn(notEmpty)).toEqual(['mail']);
    await mkdir(join(notEmpty, 'postgres.restore-killed'));
    expect(await run(notEmpty, 'restore', backup)).toMatchObject({ code: 1 });
    expect(await namesIn(notEmpty)).toEqual(['mail', 'postgres.restore-killed']);
  });

  it('may be of a backup that nobody may write', async () => {
    const readOnly = await copyOfBackup();
    for (const name of await readdir(readOnly)) await chmod(join(readOnly, name), 0o400);
    const dataDir = dirs.fresh();
    expect(await run(dataDir, 'restore', readOnly)).toMatchObject({ code: 0, stderr: '' });
    expect((await stat(join(dataDir, 'webhooks.key'))).mode & 0o777).toBe(0o600);
  });

  it('may be into a file system of its own', async () => {
    const dataDir = dirs.fresh();
    await mkdir(join(dataDir, 'lost+found'), { recursive: true });
    expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 0, stderr: '' });
    expect(await noted(dataDir)).toEqual(NOTED);
  });
});

describe('A damaged backup', () => {
  let copy: string;
  let dataDir: string;
  beforeEach(async () => {
    copy = await copyOfBackup();
    dataDir = dirs.fresh();
  });

  async function isRefused(why: string): Promise<void> {
    const refused = { code: 1, stderr: `${copy} cannot be restored: ${why}.\n` };
    expect(await run(dataDir, 'restore', copy)).toMatchObject(refused);
    expect(await run(dataDir, 'restore', '--check', copy)).toMatchObject(refused);
    expect(existsSync(dataDir)).toBe(false);
  }

  it('is refused if one bit of it has changed', async () => {
    const file = await open(join(copy, 'postgres.tar'), 'r+');
    const { size } = await file.stat();
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, size >> 1);
    byte[0]! ^= 1;
    await file.write(byte, 0, 1, size >> 1);
    await file.close();
    await isRefused('postgres.tar is damaged: its checksum is another one');
  });

  it('is refused if a file is shorter', async () => {
    const file = join(copy, 'postgres.tar');
    const { size } = await stat(file);
    await truncate(file, size - 512);
    await isRefused(`postgres.tar is damaged: it has ${size - 512} bytes instead of ${size}`);
  });

  it('is refused if a key is missing', async () => {
    await rm(join(copy, 'webhooks.key'));
    await isRefused('webhooks.key is missing');
  });

  it('is refused if its list of files cannot be read', async () => {
    await truncate(join(copy, 'backup.json'), 100);
    await isRefused('backup.json is damaged');
  });

  it('is refused if a newer version made it', async () => {
    const file = join(copy, 'backup.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      JSON.stringify({ ...manifest, format: 2, version: '9.0.0', files: [{ name: 'all' }] }),
    );
    await isRefused('a newer version made it (9.0.0)');
  });

  it('is refused if it is of another PostgreSQL', async () => {
    const file = join(copy, 'backup.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...manifest, postgres: '99' }));
    const { code, stderr } = await run(dataDir, 'restore', copy);
    expect(code).toBe(1);
    expect(stderr).toContain('it is of PostgreSQL 99, and this is PostgreSQL 18: set POSTGRES_BIN');
    expect(existsSync(dataDir)).toBe(false);
  });
});
