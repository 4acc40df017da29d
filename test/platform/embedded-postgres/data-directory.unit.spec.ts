import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type * as programsModule from '../../../src/platform/embedded-postgres/postgres-binaries.js';

/** Who runs PostgreSQL, and what initdb does in the directory that it is to make. */
let account: programsModule.Account | null;
let initdb: (cluster: string) => Promise<void>;
const runProgram = jest.fn<typeof programsModule.runProgram>((_launch, [, option = '']) =>
  initdb(option.replace('--pgdata=', '')),
);
const programs = { initdb: '/bin/initdb', postgres: '/bin/postgres' };
let major: string;
const launch = { prefix: ['as-somebody'], as: {} };
jest.unstable_mockModule('../../../src/platform/embedded-postgres/postgres-binaries.js', () => ({
  findPrograms: () => Promise.resolve(programs),
  findAccount: () => Promise.resolve(account),
  findLauncher: () => Promise.resolve(launch),
  runProgram,
  majorVersionOf: () => Promise.resolve(major),
}));
/** Of the system's calls those that need the right to, or that are to fail here. */
const [chown, lchown, link, rm] = [jest.fn(fs.chown), jest.fn(fs.lchown), jest.fn(fs.link), jest.fn(fs.rm)];
jest.unstable_mockModule('node:fs/promises', () => ({ ...fs, chown, lchown, link, rm }));
const { filesIn, openCluster, readPassword, removeScratch, urlOf } =
  await import('../../../src/platform/embedded-postgres/data-directory.js');

let home: string;
let dataDir: string;
let logged: string[];
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'earmark-cluster-'));
  dataDir = join(home, 'deep', 'data');
  account = null;
  major = '18';
  logged = [];
  initdb = async (cluster) => {
    await fs.mkdir(cluster);
    await fs.writeFile(join(cluster, 'PG_VERSION'), '18\n');
  };
  jest.clearAllMocks();
  chown.mockResolvedValue();
  lchown.mockResolvedValue();
});
afterEach(() => fs.rm(home, { recursive: true }));

const open = () => openCluster(dataDir, (line) => logged.push(line));
const inside = async () => (await fs.readdir(dataDir)).sort();

describe('A data directory', () => {
  it('has absolute paths, whatever the working directory of the service', () => {
    expect(filesIn('/x/data')).toEqual({
      dataDir: '/x/data',
      cluster: '/x/data/postgres',
      password: '/x/data/postgres.password',
      log: '/x/data/postgres.log',
    });
    expect(filesIn(relative(process.cwd(), '/x/data'))).toEqual(filesIn('/x/data'));
    expect(urlOf('secret', 5_432, 'earmark')).toBe('postgres://earmark:secret@127.0.0.1:5432/earmark');
  });

  it('is made if there is none, with its own password', async () => {
    const cluster = await open();

    const { files, password } = cluster;
    expect(cluster).toEqual({ files: filesIn(dataDir), programs, launch, password });
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(await readPassword(files)).toBe(password);
    expect((await fs.stat(files.password)).mode & 0o777).toBe(0o600);
    expect(await inside()).toEqual(['postgres', 'postgres.password']);
    expect(logged).toEqual([`Creating a PostgreSQL database in ${files.cluster}`]);
    expect(chown).not.toHaveBeenCalled();
  });

  it.each([
    ['is new', () => Promise.resolve()],
    ['was there, open to all', () => fs.mkdir(dataDir, { recursive: true, mode: 0o755 })],
  ])('is closed to all but its owner when it %s', async (_, prepare) => {
    await prepare();
    await open();
    expect((await fs.stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('is made by initdb, which reads the password from the file', async () => {
    let wasThere = '';
    const make = initdb;
    initdb = async (cluster) => {
      wasThere = await readPassword(filesIn(dataDir));
      await make(cluster);
    };
    const { password } = await open();

    expect(wasThere).toBe(password);
    const [[by, command, options]] = runProgram.mock.calls as [Parameters<typeof runProgram>];
    expect(by).toBe(launch);
    expect(command).toEqual([
      '/bin/initdb',
      expect.stringMatching(/^--pgdata=.*\/deep\/data\/postgres\.init-\w+\/cluster$/),
      '--username=earmark',
      `--pwfile=${filesIn(dataDir).password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ]);
    expect(options).toEqual({ cwd: dataDir, env: { LC_ALL: 'C' } });
  });

  it('is left as it is if it is there', async () => {
    const { password } = await open();
    jest.clearAllMocks();
    logged = [];

    expect(await open()).toMatchObject({ password });
    expect(runProgram).not.toHaveBeenCalled();
    expect(logged).toEqual([]);
  });

  it('keeps the password that a killed start has left', async () => {
    await fs.mkdir(dataDir, { recursive: true });
    await fs.writeFile(filesIn(dataDir).password, 'of another');

    expect(await open()).toMatchObject({ password: 'of another' });
  });

  it('cannot be used without its password', async () => {
    await open();
    const { cluster, password } = filesIn(dataDir);
    await fs.rm(password);

    await expect(open()).rejects.toThrow(
      `The password of the PostgreSQL in ${cluster} cannot be read from ${password}.`,
    );
  });
});

describe('A data directory that cannot be made', () => {
  it('fails with the output of initdb, and nothing is left of it', async () => {
    initdb = async (cluster) => {
      await fs.mkdir(cluster);
      throw Object.assign(new Error('Command failed'), { stderr: 'initdb: no space left\n' });
    };

    await expect(open()).rejects.toThrow(
      `PostgreSQL could not create its data directory ${filesIn(dataDir).cluster}:\ninitdb: no space left`,
    );
    expect(await inside()).toEqual(['postgres.password']);
  });

  it('fails with the reason if initdb says nothing', async () => {
    initdb = () => Promise.reject(new Error('spawn ENOENT'));

    await expect(open()).rejects.toThrow(/:\nspawn ENOENT$/);
  });

  it('fails with the reason even if another start has cleared up already', async () => {
    initdb = async (cluster) => {
      await fs.rm(dirname(cluster), { recursive: true });
      throw new Error('spawn ENOENT');
    };

    await expect(open()).rejects.toThrow(/:\nspawn ENOENT$/);
  });

  it('fails if the password cannot be kept', async () => {
    link.mockRejectedValueOnce(Object.assign(new Error('EPERM: no links here'), { code: 'EPERM' }));

    await expect(open()).rejects.toThrow(/:\nEPERM: no links here$/);
    expect(runProgram).not.toHaveBeenCalled();
  });

  it('is taken from another start that was quicker', async () => {
    const make = initdb;
    initdb = async (cluster) => {
      await make(cluster);
      await make(filesIn(dataDir).cluster);
      await fs.writeFile(join(filesIn(dataDir).cluster, 'quicker'), '');
    };

    await open();

    expect(await fs.readdir(filesIn(dataDir).cluster)).toContain('quicker');
    expect(await inside()).toEqual(['postgres', 'postgres.password']);
  });
});

describe('Another account that runs PostgreSQL', () => {
  it('is given the scratch directory and the password before initdb runs', async () => {
    account = { uid: 111, gid: 222 };
    let given = 0;
    const make = initdb;
    initdb = async (cluster) => {
      given = chown.mock.calls.length;
      await make(cluster);
    };
    await open();

    expect(given).toBe(process.getuid?.() === 0 ? 3 : 2);
    const scratch = expect.stringMatching(/\/postgres\.init-\w+$/);
    const password = expect.stringMatching(/\/postgres\.init-\w+\/password$/);
    expect(chown.mock.calls).toEqual([
      // Root's directory is closed to all but its owner, and PostgreSQL has to pass it.
      ...(process.getuid?.() === 0 ? [[dataDir, 111, 222]] : []),
      [scratch, 111, 222],
      [password, 111, 222],
    ]);
  });

  it('is given all of a directory that belongs to another account, once', async () => {
    await open();
    const { cluster } = filesIn(dataDir);
    await fs.mkdir(join(cluster, 'base', '1'), { recursive: true });
    await fs.symlink('/elsewhere', join(cluster, 'base', 'link'));
    const { uid, gid } = await fs.stat(cluster);
    account = { uid: uid + 1, gid };
    await open();

    expect(lchown.mock.calls.map(([path]) => relative(cluster, String(path))).sort()).toEqual([
      '',
      'PG_VERSION',
      'base',
      'base/1',
      'base/link',
    ]);
    expect(lchown.mock.calls.every(([, ...to]) => to[0] === uid + 1 && to[1] === gid)).toBe(true);

    lchown.mockClear();
    account = { uid, gid };
    await open();
    expect(lchown).not.toHaveBeenCalled();
  });
});

describe('What killed starts have left', () => {
  it('is removed, and nothing else', async () => {
    await open();
    await fs.mkdir(join(dataDir, 'postgres.init-1', 'cluster'), { recursive: true });
    await fs.mkdir(join(dataDir, 'postgres.init-2'));
    await fs.mkdir(join(dataDir, 'mail'));

    await removeScratch(filesIn(dataDir));

    expect(await inside()).toEqual(['mail', 'postgres', 'postgres.password']);
  });

  it('is left to the next start if another process still writes there', async () => {
    await fs.mkdir(join(dataDir, 'postgres.init-1'), { recursive: true });
    rm.mockRejectedValueOnce(new Error('ENOTEMPTY'));

    await removeScratch(filesIn(dataDir));

    expect(await inside()).toEqual(['postgres.init-1']);
  });
});
