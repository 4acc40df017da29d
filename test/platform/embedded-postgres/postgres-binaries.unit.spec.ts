import { EventEmitter } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

type Run = (
  program: string,
  args: readonly string[],
  options?: object,
) => Promise<{ readonly stdout: string }>;

/** What other programs do, instead of them. */
let run: jest.Mock<Run>;
jest.unstable_mockModule('node:child_process', () => ({
  execFile: Object.assign(() => undefined, {
    // A program that was never started.
    [promisify.custom]: (...parameters: Parameters<Run>) =>
      Object.assign(run(...parameters), { child: new EventEmitter() }),
  }),
}));
let owner: { readonly uid: number; readonly gid: number } | null;
jest.unstable_mockModule('node:fs/promises', () => ({
  stat: () => (owner ? Promise.resolve(owner) : Promise.reject(new Error('ENOENT'))),
}));
// Its own test shows what it does.
jest.unstable_mockModule('../../../src/platform/embedded-postgres/link-libraries.js', () => ({
  linkLibraries: () => Promise.resolve(),
}));
const { findAccount, findLauncher, findPrograms, runProgram } =
  await import('../../../src/platform/embedded-postgres/postgres-binaries.js');
const { existsSync } = await import('node:fs');

const was = { platform: process.platform, uid: process.getuid?.() ?? null };
beforeEach(() => {
  run = jest.fn(() => Promise.reject(new Error('It is not here.')));
  owner = null;
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: was.platform });
  be(was.uid);
});

/** As a user of this id, or where users have none. */
const be = (uid: number | null) => {
  const value = uid === null ? undefined : () => uid;
  Object.defineProperty(process, 'getuid', { value, configurable: true, writable: true });
};

describe('The programs of PostgreSQL', () => {
  it('are those that were installed for this platform', async () => {
    const { initdb, postgres } = await findPrograms();

    expect(initdb).toMatch(/initdb(\.exe)?$/);
    expect(postgres).toMatch(/postgres(\.exe)?$/);
    expect([initdb, postgres].every(existsSync)).toBe(true);
  });

  it.each([
    ['win32', 'windows-'],
    ['sunos', 'sunos-'],
  ])('are missing on %s, and the error says what to do', async (platform, name) => {
    Object.defineProperty(process, 'platform', { value: platform });

    await expect(findPrograms()).rejects.toThrow(
      `DATABASE_URL must be set to a PostgreSQL 15 or newer: this installation has no embedded one for ${name}${process.arch}`,
    );
  });
});

describe('The account that PostgreSQL runs as', () => {
  const log = jest.fn();
  beforeEach(() => {
    log.mockClear();
  });

  /** `id` knows the account, from the time on when `useradd` was run, or from the beginning. */
  const machine = ({ isKnown = true, mayAdd = true }) => {
    run.mockImplementation((program, [option]) => {
      if (program === 'useradd') {
        isKnown ||= mayAdd;
        return mayAdd ? Promise.resolve({ stdout: '' }) : Promise.reject(new Error('You may not.'));
      }
      if (program !== 'id' || !isKnown) return Promise.reject(new Error('no such user'));
      return Promise.resolve({ stdout: option === '-u' ? '111\n' : '222\n' });
    });
  };

  it.each([1_000, null])('is our own unless that is root: %j', async (uid) => {
    be(uid);
    owner = { uid: 5, gid: 6 };

    expect(await findAccount('/data', log)).toBeNull();
    expect(run).not.toHaveBeenCalled();
  });

  it('is the owner of the data, even one without a name', async () => {
    be(0);
    owner = { uid: 5, gid: 6 };

    expect(await findAccount('/data', log)).toEqual({ uid: 5, gid: 6 });
    expect(run).not.toHaveBeenCalled();
  });

  it.each([null, { uid: 0, gid: 0 }])(
    'is postgres if the data has no owner or belongs to root: %j',
    async (whose) => {
      be(0);
      owner = whose;
      machine({});

      expect(await findAccount('/data', log)).toEqual({ uid: 111, gid: 222 });
      expect(run.mock.calls.map(([program, args]) => [program, ...args])).toEqual([
        ['id', '-u', 'postgres'],
        ['id', '-g', 'postgres'],
      ]);
      expect(log).not.toHaveBeenCalled();
    },
  );

  it('is created if there is none', async () => {
    be(0);
    machine({ isKnown: false });

    expect(await findAccount('/data', log)).toEqual({ uid: 111, gid: 222 });
    expect(run).toHaveBeenCalledWith('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    expect(log.mock.calls).toEqual([
      ['Created the system user "postgres", because PostgreSQL does not run as root'],
    ]);
  });

  it('is missing if it cannot be created, and the error says what to do', async () => {
    be(0);
    machine({ isKnown: false, mayAdd: false });

    await expect(findAccount('/data', log)).rejects.toThrow(
      'PostgreSQL does not run as root, and the system user "postgres" could not be created: ' +
        'create it, start as another user, or set DATABASE_URL.',
    );
    expect(log).not.toHaveBeenCalled();
  });
});

describe('The launch of a program', () => {
  const programs = { initdb: '/bin/initdb', postgres: '/bin/postgres' };
  const account = { uid: 111, gid: 222 };
  const probe = ['-c', 'test -x "$1" && "$2" --version', 'sh', '/data', '/bin/postgres'];
  const setpriv = (capability: string) => [
    'setpriv',
    '--reuid=111',
    '--regid=222',
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  /** Those that the probe fails with, before one that it works with. */
  const after = (failures: number) => {
    for (let n = 1; n <= failures; n++) run.mockRejectedValueOnce(new Error(`Failure ${n}`));
    run.mockResolvedValueOnce({ stdout: '' });
  };

  it('is the plain one for our own account, without a trial', async () => {
    expect(await findLauncher(programs, null, '/data')).toEqual({ prefix: [], as: {} });
    expect(run).not.toHaveBeenCalled();
  });

  it('is the plain one for another account that can reach programs and data', async () => {
    after(0);

    expect(await findLauncher(programs, account, '/data')).toEqual({ prefix: [], as: account });
    expect(run.mock.calls).toEqual([['sh', probe, { cwd: '/', env: {}, ...account }]]);
  });

  it.each([
    [1, 'dac_read_search'],
    [2, 'dac_override'],
  ])(
    'lets the account pass closed directories with the least capability that suffices: after %d failures %s',
    async (n, leave) => {
      after(n);
      const [program = '', ...args] = setpriv(leave);

      expect(await findLauncher(programs, account, '/data')).toEqual({ prefix: setpriv(leave), as: {} });
      expect(run).toHaveBeenCalledTimes(n + 1);
      expect(run).toHaveBeenLastCalledWith(program, [...args, 'sh', ...probe], { cwd: '/', env: {} });
    },
  );

  it('fails with the reason and what to do if no way works', async () => {
    after(3);

    await expect(findLauncher(programs, account, '/data')).rejects.toMatchObject({
      message:
        'DATA_DIR cannot be used: PostgreSQL does not run as root, and its user (uid 111) cannot reach /data or /bin/postgres: ' +
        'move the project to a directory that this user can enter, or set DATABASE_URL.',
    });
  });

  it('runs a command to its end in the way that was found, with the options given', async () => {
    run.mockResolvedValue({ stdout: '' });

    await runProgram({ prefix: ['nice', '-n', '5'], as: account }, ['initdb', '--x'], { cwd: '/data' });

    expect(run.mock.calls).toEqual([['nice', ['-n', '5', 'initdb', '--x'], { cwd: '/data', ...account }]]);
  });

  it('rejects with the output of a command that failed', async () => {
    const failure = Object.assign(new Error('Command failed'), { stderr: 'no space left' });
    run.mockRejectedValue(failure);

    await expect(runProgram({ prefix: [], as: {} }, ['initdb'], {})).rejects.toBe(failure);
  });
});
